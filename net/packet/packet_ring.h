// PACKET_RX_RING: frames go into memory that the program has mapped, without a call for each
// (Documentation/networking/packet_mmap.rst; the layout of TPACKET_V2).
#pragma once

#include "net/skbuff.h"
#include "net/socket.h"

struct sockaddr_ll;

// struct tpacket2_hdr: in front of every frame of the ring.
struct tpacket2_hdr {
    u32 status; // TP_STATUS_*: whose the slot is
    u32 length, snaplen;
    u16 mac, net; // offsets from here
    u32 seconds, nanoseconds;
    u16 vlan_tci, vlan_tpid;
    u8 padding[4];
};
static_assert(sizeof(tpacket2_hdr) == 32);

// What the program asks for (struct tpacket_req).
struct tpacket_req {
    u32 block_size, block_count, frame_size, frame_count;
};

struct PacketRing : MappablePages {
    u32 block_size = 0, frame_size = 0, frames_per_block = 0, frame_count = 0;
    u32 head = 0; // the slot that is filled next

    // `reserve`: bytes that the program wants in front of each frame. Errors: EINVAL, ENOMEM.
    static Result<Ref<PacketRing>> create(const tpacket_req& request, u32 reserve);
    // Whether the program has given the next slot back; whether the last one filled is still its.
    bool slot_free() const { return status(head) == 0; }
    bool unread() const { return status((head + frame_count - 1) % frame_count) != 0; }
    // Fills the next slot and hands it over: the data of `skb` (`link_header` bytes of it the
    // link's header, `whole` before the filter cut it), the sender, more bits for the status.
    // False: with so large a reserve the slot's header can't say where the frame is.
    bool put(const sk_buff& skb, u32 link_header, u32 whole, bool datagram, u32 reserve,
             const sockaddr_ll& from, u32 status);

  private:
    usize offset_of(u32 slot) const;
    u32 status(u32 slot) const;
    void write(usize offset, const void* from, usize bytes);
};
