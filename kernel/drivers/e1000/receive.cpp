// Receiving: the driver looks at the next descriptor's done bit in memory, no register is read. A
// full-sized frame goes up in the very buffer that the device wrote, and a fresh one takes its
// slot; a small one is copied, so that it doesn't hold 2 KB in somebody's receive queue.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/drivers/e1000/device.h"

using namespace e1000;

namespace {

constexpr u32 copy_bytes_max = 256;
// Each write of RDT makes QEMU's device look at its backlog: one for many frames.
constexpr u32 slots_per_doorbell = 64;

bool is_done(const ReceiveDescriptor& descriptor) {
    const volatile u8& status = descriptor.status;
    const bool done = status & rx_done;
    asm volatile("" ::: "memory"); // the other fields are read after this one
    return done;
}

// True when the descriptor holds one whole, good frame; counts what it doesn't like.
bool is_acceptable(ReceiveRing& ring, const ReceiveDescriptor& descriptor,
                   net_device_stats& stats) {
    const bool ends = descriptor.status & rx_end_of_packet;
    if (ring.discarding || !ends) {
        // One frame over several buffers: longer than any that we asked for.
        if (ends) stats.rx_errors++;
        ring.discarding = !ends;
        return false;
    }
    if (descriptor.errors & rx_errors_of_frame) {
        stats.rx_errors++;
        return false;
    }
    if (descriptor.length < ETH_HLEN || descriptor.length > receive_buffer_bytes) {
        stats.rx_errors++;
        stats.rx_frame_errors++;
        return false;
    }
    return true;
}

Checksum checksum_state(const ReceiveDescriptor& descriptor) {
    const bool checked = !(descriptor.status & rx_ignore_checksum) &&
                         (descriptor.status & rx_tcp_udp_checked) &&
                         !(descriptor.errors & (rx_error_tcp_udp | rx_error_ip));
    return checked ? Checksum::unnecessary : Checksum::none;
}

// The frame of this slot as a buffer of its own, the slot filled again. Null when there is no
// memory: then the slot keeps its buffer, and the frame is lost.
sk_buff* take_frame(const E1000Io& io, ReceiveRing& ring, u32 slot) {
    const u32 length = ring.descriptors[slot].length;
    sk_buff* filled = ring.buffers[slot];
    if (length <= copy_bytes_max) {
        sk_buff* copy = alloc_skb(length);
        if (copy) memcpy(copy->put(length), filled->data, length);
        return copy;
    }
    sk_buff* fresh = receive_buffer_allocate();
    if (!fresh) return nullptr;
    receive_slot_fill(io, ring, slot, *fresh);
    filled->put(length);
    return filled;
}

void ring_doorbell(const E1000Io& io, ReceiveRing& ring) {
    ring.returned = 0;
    // RDT is the slot behind the last one that the device may fill (section 3.2.6): one slot always
    // stays ours, or full and empty would look alike.
    io.write(reg_rdt, (ring.next + ring_size - 1) % ring_size);
}

void return_slot(const E1000Io& io, ReceiveRing& ring) {
    ring.descriptors[ring.next].status = 0;
    ring.next = next_slot(ring.next);
    if (++ring.returned == slots_per_doorbell) ring_doorbell(io, ring);
}

void deliver(net_device& dev, sk_buff& skb, Checksum state) {
    skb.dev = &dev;
    skb.ip_summed = state;
    dev.stats.rx_packets++;
    dev.stats.rx_bytes += skb.len();
    const bool group = skb.data[0] & 1;
    if (group && memcmp(skb.data, dev.broadcast, ETH_ALEN) != 0) dev.stats.rx_multicast++;
    netif_receive_skb(SkbPtr(&skb));
}

} // namespace

bool e1000_rx_pending(const E1000& device) {
    return is_done(device.rx.descriptors[device.rx.next]);
}

void e1000_return_rx(E1000& device) {
    if (device.rx.returned) ring_doorbell(device.io, device.rx);
}

u32 e1000_clean_rx(E1000& device, u32 budget) {
    ReceiveRing& ring = device.rx;
    if (!is_done(ring.descriptors[ring.next])) return 0;
    TRACE_STATION(dev, "budget", budget);
    net_device& dev = device.netdev;
    u32 taken = 0;
    while (taken < budget && is_done(ring.descriptors[ring.next])) {
        taken++;
        const ReceiveDescriptor descriptor = ring.descriptors[ring.next];
        sk_buff* skb = nullptr;
        if (is_acceptable(ring, descriptor, dev.stats)) {
            skb = take_frame(device.io, ring, ring.next);
            if (!skb) dev.stats.rx_dropped++;
        }
        return_slot(device.io, ring);
        if (skb) deliver(dev, *skb, checksum_state(descriptor));
    }
    return TRACE_RETURN(taken);
}

void e1000_discard_rx(E1000& device) {
    // One round at most: on a busy network more may come meanwhile.
    for (u32 slot = 0; slot < ring_size && e1000_rx_pending(device); slot++)
        return_slot(device.io, device.rx);
    device.rx.discarding = false;
}
