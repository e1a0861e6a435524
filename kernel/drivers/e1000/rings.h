// The two descriptor rings: memory shared with the device, and what the driver remembers of each
// slot. Indices run from 0 to ring_size - 1; a slot is the device's from the tail register's write
// on until it comes back with its done bit set.
#pragma once

#include "kernel/base/result.h"
#include "kernel/drivers/e1000/io.h"
#include "kernel/drivers/e1000/registers.h"
#include "net/skbuff.h"

namespace e1000 {

constexpr u32 ring_size = 256;
constexpr u32 next_slot(u32 slot) { return (slot + 1) % ring_size; }

// Longest headers of a frame to be segmented: Ethernet 14, IPv4 60, TCP 60; rounded up.
constexpr u32 header_bytes_max = 144;

struct TransmitRing {
    TransmitDescriptor* descriptors = nullptr;
    u8* headers = nullptr;            // ring_size / 2 places of header_bytes_max
    sk_buff* buffers[ring_size] = {}; // freed when this slot, the last of its frame, is done
    u16 end_of_frame[ring_size] = {}; // at a frame's first slot: its last slot
    u32 next = 0;                     // the first free slot
    u32 oldest = 0;                   // the oldest slot not yet reaped
    u32 doorbell = 0;                 // what TDT holds
    // The contexts that the device holds, to leave out equal ones (SDM 3.3.5: one for checksums
    // and one for segmentation).
    TransmitDescriptor checksum_context{}, segmentation_context{};

    u32 free_slots() const { return (oldest - next - 1) % ring_size; }
    bool idle() const { return oldest == next; }
    // Where a frame that begins at `slot` keeps its headers: every such frame has two slots or
    // more, so two frames in flight never share one place.
    u8* header_place(u32 slot) const { return headers + slot / 2 * header_bytes_max; }
};

struct ReceiveRing {
    ReceiveDescriptor* descriptors = nullptr;
    sk_buff* buffers[ring_size] = {};
    u32 next = 0;            // where the next frame will be
    u32 returned = 0;        // slots emptied and refilled since the last write of RDT
    bool discarding = false; // inside a frame that is too long for its buffer
};

// A frame on an Ethernet of MTU 1500 has at most 1,518 bytes, 1,522 with a VLAN tag, and the device
// drops longer ones (RCTL.LPE off): so a buffer needs no more, whatever BSIZE says.
constexpr u32 receive_buffer_bytes = 1536;

// Both rings and the headers' places lie in one contiguous run of pages, so that no two of them
// fall on one slot of a direct-mapped translation buffer.
struct RingMemory {
    static constexpr usize transmit_bytes = ring_size * sizeof(TransmitDescriptor);
    static constexpr usize receive_bytes = ring_size * sizeof(ReceiveDescriptor);
    static constexpr usize header_bytes = ring_size / 2 * header_bytes_max;
    static constexpr usize bytes = transmit_bytes + receive_bytes + header_bytes;
    u8* memory = nullptr;
};

// Allocates the memory and a buffer for every receive slot. ENOMEM; nothing is kept then.
Result<void> rings_allocate(const E1000Io& io, RingMemory& memory, TransmitRing& tx,
                            ReceiveRing& rx);
// Frees everything, frames on their way too: the device must have been stopped.
void rings_release(const E1000Io& io, RingMemory& memory, TransmitRing& tx, ReceiveRing& rx);
// A fresh receive buffer; null when there is no memory.
sk_buff* receive_buffer_allocate();
// Makes `buffer` the one of this slot.
void receive_slot_fill(const E1000Io& io, ReceiveRing& ring, u32 slot, sk_buff& buffer);

} // namespace e1000
