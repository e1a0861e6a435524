// Fragments of IPv6 (RFC 8200, section 4.5; RFC 5722: no overlaps; RFC 6946: a packet in one
// fragment stands for itself; RFC 7112: the first fragment holds all headers).
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/inet_fragment.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"

namespace {

void expired(FragmentQueue& queue) {
    ip6_mib.ReasmTimeout++;
    ip6_mib.ReasmFails++;
    sk_buff* first = queue.first();
    if (first) icmpv6_send(*first, ICMPV6_TIME_EXCEED, ICMPV6_EXC_FRAGTIME, 0);
}

void failed() { ip6_mib.ReasmFails++; }

const FragmentProtocol fragment_protocol{
    .max_age = s_to_ns(60), .expired = expired, .failed = failed};

SkbPtr refuse(const sk_buff& skb, u32 pointer) {
    ip6_mib.ReasmFails++;
    icmpv6_send(skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD, pointer);
    return SkbPtr();
}

// The headers of the first fragment without its fragment header, and all payloads.
SkbPtr reassemble(const FragmentQueue& queue, u8 next_header, u16 named_at) {
    const sk_buff& first = *queue.first();
    const auto headers = static_cast<u32>(first.data - first.network()) - 8u;
    if (headers + queue.total > 0xffff + sizeof(ipv6hdr)) return SkbPtr();
    SkbPtr whole = inet_frag_assemble(queue, headers);
    if (!whole) return whole;
    whole->data[named_at] = next_header;
    ipv6_hdr(*whole).payload_length =
        be16(static_cast<u16>(whole->len() - static_cast<u32>(sizeof(ipv6hdr))));
    whole->pull(headers);
    const u8 type = ipv6_hdr(*whole).destination.is_multicast() ? rtn_multicast : rtn_local;
    whole->control<Ip6Control>() = {type, next_header, named_at, 0};
    return whole;
}

// RFC 7112: what a filter must see lies in the first fragment.
bool headers_complete(const sk_buff& skb, u8 next_header) {
    u16 inner;
    const int skipped = ipv6_skip_extensions({skb.data, skb.len()}, next_header, inner);
    if (skipped < 0) return false;
    const u32 least = next_header == IPPROTO_TCP    ? 20
                      : next_header == IPPROTO_UDP  ? 8
                      : next_header == nexthdr_none ? 0
                                                    : 1;
    return skb.len() - static_cast<u32>(skipped) >= least;
}

} // namespace

SkbPtr ipv6_frag_rcv(SkbPtr skb) {
    ip6_mib.ReasmReqds++;
    const Ip6Control control = skb->control<Ip6Control>();
    if (skb->len() < sizeof(frag_hdr)) return refuse(*skb, 4);
    frag_hdr header;
    memcpy(&header, skb->data, sizeof header);
    const auto here = static_cast<u16>(skb->data - skb->network());
    const u32 offset = header.offset.host() & 0xfff8u;
    const bool last = !(header.offset.host() & 1);
    skb->pull(sizeof header);
    if (offset == 0 && last) { // RFC 6946: of itself alone
        ip6_mib.ReasmOKs++;
        skb->control<Ip6Control>() = {control.address_type, header.next_header, here, 0};
        return skb;
    }
    if (!last && skb->len() % 8) return refuse(*skb, 4); // the payload length's place
    if (offset + skb->len() > 0xffff) return refuse(*skb, here + 2u);
    if (skb->len() == 0 || (offset == 0 && !headers_complete(*skb, header.next_header))) {
        if (offset == 0) icmpv6_send(*skb, ICMPV6_PARAMPROB, 3, 0); // RFC 7112, section 5
        ip6_mib.ReasmFails++;
        return SkbPtr();
    }
    const ipv6hdr& ip = ipv6_hdr(*skb);
    const int device =
        ip.source.needs_scope() || ip.destination.needs_scope() ? skb->dev->ifindex : 0;
    FragmentQueue* queue = inet_frag_find(
        fragment_protocol, {ip.source, ip.destination, header.id, nexthdr_fragment, device});
    if (!queue || !inet_frag_insert(*queue, std::move(skb), offset, last)) return SkbPtr();
    // The first fragment says what the packet carries.
    const sk_buff& first = *queue->first();
    u32 named_at = 6, at = sizeof(ipv6hdr);
    for (const u8* packet = first.network(); packet[named_at] != nexthdr_fragment;) {
        named_at = at;
        at += (packet[at + 1] + 1u) * 8;
    }
    SkbPtr whole = reassemble(*queue, first.network()[at], static_cast<u16>(named_at));
    whole ? ip6_mib.ReasmOKs++ : ip6_mib.ReasmFails++;
    inet_frag_kill(*queue);
    return whole;
}
