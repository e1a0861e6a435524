// Making and unmaking the descriptor rings.
#include "kernel/drivers/e1000/rings.h"
#include "kernel/base/string.h"

namespace e1000 {

sk_buff* receive_buffer_allocate() { return alloc_skb(receive_buffer_bytes); }

void receive_slot_fill(const E1000Io& io, ReceiveRing& ring, u32 slot, sk_buff& buffer) {
    ring.buffers[slot] = &buffer;
    ring.descriptors[slot] = ReceiveDescriptor{};
    ring.descriptors[slot].address = io.bus_address(buffer.data);
}

void rings_release(const E1000Io& io, RingMemory& memory, TransmitRing& tx, ReceiveRing& rx) {
    for (sk_buff*& buffer : tx.buffers)
        if (sk_buff* skb = std::exchange(buffer, nullptr)) kfree_skb(skb);
    for (sk_buff*& buffer : rx.buffers)
        if (sk_buff* skb = std::exchange(buffer, nullptr)) kfree_skb(skb);
    if (u8* run = std::exchange(memory.memory, nullptr)) io.release(run, RingMemory::bytes);
}

Result<void> rings_allocate(const E1000Io& io, RingMemory& memory, TransmitRing& tx,
                            ReceiveRing& rx) {
    memory.memory = static_cast<u8*>(io.allocate(RingMemory::bytes));
    if (!memory.memory) return Errno{ENOMEM};
    memset(memory.memory, 0, RingMemory::bytes);
    tx.descriptors = reinterpret_cast<TransmitDescriptor*>(memory.memory);
    rx.descriptors =
        reinterpret_cast<ReceiveDescriptor*>(memory.memory + RingMemory::transmit_bytes);
    tx.headers = memory.memory + RingMemory::transmit_bytes + RingMemory::receive_bytes;
    for (u32 slot = 0; slot < ring_size; slot++) {
        sk_buff* buffer = receive_buffer_allocate();
        if (!buffer) {
            rings_release(io, memory, tx, rx);
            return Errno{ENOMEM};
        }
        receive_slot_fill(io, rx, slot, *buffer);
    }
    return {};
}

} // namespace e1000
