// Reassembly (RFC 791, section 3.2; the queues are those of net/inet_fragment.h) and fragmentation.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/inet_fragment.h"
#include "net/ipv4/ip_internal.h"

namespace {

// RFC 792: time exceeded, only when the first fragment is there to be quoted.
void expired(FragmentQueue& queue) {
    ip_mib.ReasmTimeout++;
    ip_mib.ReasmFails++;
    sk_buff* first = queue.first();
    if (!first) return;
    first->push(static_cast<u32>(first->data - first->network()));
    icmp_send(*first, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
}

void failed() { ip_mib.ReasmFails++; }

const FragmentProtocol fragment_protocol{
    .max_age = s_to_ns(30), .expired = expired, .failed = failed};

u16 largest_fragment(const FragmentQueue& queue) {
    usize largest = 0;
    for (const sk_buff& skb : queue.fragments)
        largest = max(largest, static_cast<usize>(skb.data - skb.network()) + skb.len());
    return static_cast<u16>(largest);
}

// All fragments are there: one buffer with the first one's header.
SkbPtr reassemble(FragmentQueue& queue) {
    sk_buff& first = *queue.fragments.front();
    const auto header_length = static_cast<u32>(first.data - first.network());
    if (header_length + queue.total > 0xffff) return SkbPtr();
    SkbPtr whole = inet_frag_assemble(queue, header_length);
    if (!whole) return whole;
    iphdr& header = ip_hdr(*whole);
    whole->control<IpControl>() = {static_cast<u8>(header_length - sizeof(iphdr)), false,
                                   inet_addr_type(header.destination), 0, largest_fragment(queue)};
    header.total_length = be16(static_cast<u16>(whole->len()));
    header.fragment = be16(0);
    ip_send_check(header);
    return whole;
}

} // namespace

u32 ip_fragment_memory() { return inet_frag_memory(); }
u32 ip_fragment_queues() { return inet_frag_queues(); }

SkbPtr ip_defrag(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    ip_mib.ReasmReqds++;
    const iphdr& header = ip_hdr(*skb);
    const u32 field = header.fragment.host();
    const u32 offset = (field & ip_offset_mask) * 8;
    const bool last = !(field & ip_flag_mf);
    skb->pull(header.header_length());
    // All but the last are multiples of 8 long, and none is empty or reaches past 64 KB.
    if ((!last && skb->len() % 8) || skb->len() == 0 || offset + skb->len() > 0xffff) {
        ip_mib.ReasmFails++;
        return SkbPtr();
    }
    FragmentQueue* queue =
        inet_frag_find(fragment_protocol, {header.source, header.destination,
                                           be32(header.id.host()), header.protocol, 0});
    if (!queue || !inet_frag_insert(*queue, std::move(skb), offset, last)) return SkbPtr();
    SkbPtr whole = reassemble(*queue);
    whole ? ip_mib.ReasmOKs++ : ip_mib.ReasmFails++;
    inet_frag_kill(*queue);
    return whole;
}

namespace {

// One piece of `skb`'s payload behind a copy of its header.
SkbPtr make_fragment(const sk_buff& skb, const u8* header, u32 header_length, u32 offset,
                     u32 bytes) {
    SkbPtr piece(alloc_skb(header_length + bytes));
    if (!piece) return piece;
    const u32 payload = ip_hdr(skb).header_length();
    piece->set_network_header();
    memcpy(piece->put(header_length), header, header_length);
    memcpy(piece->put(bytes), skb.data + payload + offset, bytes);
    piece->protocol = skb.protocol;
    piece->priority = skb.priority;
    piece->mark = skb.mark;
    piece->next_hop = skb.next_hop;
    iphdr& piece_header = ip_hdr(*piece);
    const u32 original = ip_hdr(skb).fragment.host();
    const bool more = payload + offset + bytes < skb.len() || (original & ip_flag_mf);
    const u32 place = (original & ip_offset_mask) + offset / 8;
    piece_header.version_length = static_cast<u8>(0x40 | (header_length / 4));
    piece_header.fragment = be16(static_cast<u16>(place | (more ? ip_flag_mf : 0u)));
    piece_header.total_length = be16(static_cast<u16>(header_length + bytes));
    ip_send_check(piece_header);
    return piece;
}

} // namespace

Result<void> ip_fragment(SkbPtr skb, const Route& route,
                         Result<void> (*output)(SkbPtr, const Route&)) {
    const iphdr& original = ip_hdr(*skb);
    if (original.fragment.host() & ip_flag_df) {
        ip_mib.FragFails++;
        icmp_send(*skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, route.mtu);
        return Errno{EMSGSIZE};
    }
    if (skb->ip_summed == Checksum::partial) {
        TRY(skb_make_writable(skb));
        skb_checksum_help(*skb);
    }
    u8 header[60];
    u32 header_length = ip_hdr(*skb).header_length();
    memcpy(header, skb->network(), header_length);
    const u32 payload = skb->len() - header_length;
    for (u32 offset = 0; offset < payload;) {
        if (route.mtu < header_length + 8) return Errno{EMSGSIZE};
        const u32 room = (route.mtu - header_length) & ~7u;
        const u32 bytes = min(room, payload - offset);
        SkbPtr piece = make_fragment(*skb, header, header_length, offset, bytes);
        if (!piece) {
            ip_mib.FragFails++;
            return Errno{ENOBUFS};
        }
        if (offset == 0)
            header_length = 20u + ip_options_for_fragment({header + 20, header_length - 20});
        offset += bytes;
        ip_mib.FragCreates++;
        TRY(output(std::move(piece), route));
    }
    ip_mib.FragOKs++;
    return {};
}
