// The ring of frames that a program reads by its mapping. Its pages needn't be neighbours, so that
// a ring of megabytes can be had when memory is in pieces: writing goes page by page.
#include "net/packet/packet_ring.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/packet/packet_sock.h"

namespace {

constexpr usize page_bytes = MappablePages::page_bytes;
constexpr u32 header_bytes = sizeof(tpacket2_hdr) + sizeof(sockaddr_ll); // TPACKET2_HDRLEN
constexpr u32 most_link_header = 16;

constexpr u32 aligned(u32 bytes) {
    return (bytes + TPACKET_ALIGNMENT - 1) & ~(TPACKET_ALIGNMENT - 1u);
}

Result<void> check(const tpacket_req& request, u32 reserve) {
    if (static_cast<i32>(request.block_size) <= 0 || request.block_size % page_bytes != 0)
        return Errno{EINVAL};
    if (request.frame_size < u64{header_bytes} + reserve ||
        request.frame_size % TPACKET_ALIGNMENT != 0)
        return Errno{EINVAL};
    const u64 per_block = request.block_size / request.frame_size;
    if (per_block == 0 || per_block * request.block_count != request.frame_count)
        return Errno{EINVAL};
    return {};
}

} // namespace

Result<Ref<PacketRing>> PacketRing::create(const tpacket_req& request, u32 reserve) {
    TRY(check(request, reserve));
    Ref<PacketRing> ring = TRY(make_ref<PacketRing>());
    TRY(ring->allocate(request.block_size / page_bytes * usize{request.block_count}));
    ring->block_size = request.block_size;
    ring->frame_size = request.frame_size;
    ring->frame_count = request.frame_count;
    ring->frames_per_block = request.block_size / request.frame_size;
    return ring;
}

usize PacketRing::offset_of(u32 slot) const {
    return usize{slot / frames_per_block} * block_size +
           usize{slot % frames_per_block} * frame_size;
}

// A slot is aligned to 16 bytes: its first word lies in one page.
u32 PacketRing::status(u32 slot) const {
    const usize offset = offset_of(slot);
    return *reinterpret_cast<const volatile u32*>(page(offset / page_bytes) + offset % page_bytes);
}

void PacketRing::write(usize offset, const void* from, usize bytes) {
    const auto* source = static_cast<const u8*>(from);
    while (bytes > 0) {
        const usize chunk = min(bytes, page_bytes - offset % page_bytes);
        memcpy(page(offset / page_bytes) + offset % page_bytes, source, chunk);
        offset += chunk;
        source += chunk;
        bytes -= chunk;
    }
}

bool PacketRing::put(const sk_buff& skb, u32 link_header, u32 whole, bool datagram, u32 reserve,
                     const sockaddr_ll& from, u32 status) {
    u32 mac, net;
    if (datagram) {
        mac = net = aligned(header_bytes) + most_link_header + reserve;
    } else {
        net = aligned(header_bytes + max(link_header, most_link_header)) + reserve;
        mac = net - link_header;
    }
    if (net > 0xffff) return false;
    const u32 room = mac < frame_size ? frame_size - mac : 0;
    const Nanoseconds when = skb.timestamp ? skb.timestamp : clock_realtime();
    tpacket2_hdr header{};
    header.length = whole;
    header.snaplen = min(skb.len(), room);
    header.mac = static_cast<u16>(mac);
    header.net = static_cast<u16>(net);
    header.seconds = static_cast<u32>(when / s_to_ns(1));
    header.nanoseconds = static_cast<u32>(when % s_to_ns(1));
    const usize slot = offset_of(head);
    write(slot, &header, sizeof header);
    write(slot + sizeof header, &from, sizeof from);
    write(slot + mac, skb.data, header.snaplen);
    asm volatile("" ::: "memory"); // all of it is there before the program may see that it is
    status |= TP_STATUS_USER;
    write(slot, &status, sizeof status);
    head = (head + 1) % frame_count;
    return true;
}
