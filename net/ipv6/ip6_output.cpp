// IPv6's way down: the header, the hooks, fragments where needed, the link (RFC 8200, sections 3
// to 5). Only the sender cuts packets; a router never does.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ether.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/ipv6.h"
#include "net/ipv6/mcast.h"
#include "net/ipv6/ndisc.h"
#include "net/netfilter.h"

namespace {

Result<void> ip6_finish_output2(SkbPtr skb, const Route6& route) {
    net_device& dev = *route.dev;
    if (skb->headroom() < ETH_HLEN) [[unlikely]]
        TRY(skb_make_writable(skb, ETH_HLEN));
    skb->dev = &dev;
    if (dev.flags & (IFF_LOOPBACK | IFF_NOARP)) {
        eth_header(*skb, dev, ETH_P_IPV6, dev.dev_addr);
        return dev_queue_xmit(std::move(skb));
    }
    const in6_addr destination = ipv6_hdr(*skb).destination;
    if (!destination.is_multicast())
        return neigh_resolve_output(nd_tbl, std::move(skb), dev, route.next_hop);
    u8 address[ETH_ALEN];
    ipv6_eth_mc_map(destination, address);
    eth_header(*skb, dev, ETH_P_IPV6, address);
    return dev_queue_xmit(std::move(skb));
}

// Behind which headers a fragment header goes: those that routers read (section 4.5, "Per-Fragment
// headers"); we build no other than hop-by-hop options. `named_at`: where its number stands.
u32 unfragmentable(const sk_buff& skb, u32& named_at) {
    named_at = 6;
    const u8* ip = skb.network();
    if (ip[6] != nexthdr_hop) return sizeof(ipv6hdr);
    named_at = sizeof(ipv6hdr);
    return static_cast<u32>(sizeof(ipv6hdr)) + (ip[sizeof(ipv6hdr) + 1] + 1u) * 8;
}

SkbPtr make_fragment(const sk_buff& skb, u32 kept, u32 named_at, u32 offset, u32 bytes, be32 id) {
    SkbPtr piece(alloc_skb(kept + static_cast<u32>(sizeof(frag_hdr)) + bytes));
    if (!piece) return piece;
    piece->set_network_header();
    memcpy(piece->put(kept), skb.data, kept);
    const bool more = kept + offset + bytes < skb.len();
    auto& header = *reinterpret_cast<frag_hdr*>(piece->put(sizeof(frag_hdr)));
    header = {skb.data[named_at], 0, be16(static_cast<u16>(offset | (more ? 1u : 0u))), id};
    piece->data[named_at] = nexthdr_fragment;
    piece->set_transport_header();
    memcpy(piece->put(bytes), skb.data + kept + offset, bytes);
    ipv6_hdr(*piece).payload_length =
        be16(static_cast<u16>(piece->len() - static_cast<u32>(sizeof(ipv6hdr))));
    piece->protocol = be16(ETH_P_IPV6);
    piece->priority = skb.priority;
    piece->mark = skb.mark;
    return piece;
}

Result<void> ip6_fragment(SkbPtr skb, const Route6& route) {
    if (skb->ip_summed == Checksum::partial) {
        TRY(skb_make_writable(skb));
        skb_checksum_help(*skb);
    }
    u32 named_at;
    const u32 kept = unfragmentable(*skb, named_at);
    const u32 payload = skb->len() - kept;
    const be32 id(random_u32()); // RFC 7739, section 5.1
    if (route.mtu < kept + sizeof(frag_hdr) + 8) return Errno{EMSGSIZE};
    const u32 room = (route.mtu - kept - static_cast<u32>(sizeof(frag_hdr))) & ~7u;
    for (u32 offset = 0; offset < payload; offset += room) {
        SkbPtr piece = make_fragment(*skb, kept, named_at, offset, min(room, payload - offset), id);
        if (!piece) {
            ip6_mib.FragFails++;
            return Errno{ENOBUFS};
        }
        ip6_mib.FragCreates++;
        TRY(ip6_finish_output2(std::move(piece), route));
    }
    ip6_mib.FragOKs++;
    return {};
}

// What goes to a group that we are in is for us too.
bool wanted_here(const sk_buff& skb, const Route6& route) {
    if (route.dev->flags & IFF_LOOPBACK) return false;
    const auto* sk = static_cast<const inet_sock*>(skb.sk);
    if (sk && sk->family == AF_INET6 && sk->inet6 && !sk->inet6->multicast_loop) return false;
    return ipv6_chk_mcast_addr(*route.dev, ipv6_hdr(skb).destination);
}

void loop_copy(const sk_buff& skb, const Route6& route) {
    SkbPtr copy(skb_copy(skb, ETH_HLEN));
    if (!copy) return;
    copy->dev = route.dev;
    loopback_copy(std::move(copy), ETH_P_IPV6);
}

u8* put_router_alert(sk_buff& skb, u8 protocol) {
    u8* header = skb.push(8);
    const u8 bytes[8] = {protocol, 0, 5, 2, 0, 0, 1, 0}; // RFC 2711: MLD; PadN
    memcpy(header, bytes, sizeof bytes);
    return header;
}

} // namespace

Result<void> ip6_output(SkbPtr skb, const Route6& route) {
    TRACE_STATION(ip, "skb", skb);
    if (nf_hook(NfHook::post_routing, *skb, nullptr, route.dev) == NfVerdict::drop)
        return Errno{EPERM};
    const ipv6hdr& header = ipv6_hdr(*skb);
    if (header.destination.is_multicast()) [[unlikely]] {
        ip6_mib.OutMcastPkts++;
        if (wanted_here(*skb, route)) loop_copy(*skb, route);
        const bool stays = header.hop_limit == 0 || header.destination.group_scope() <= 1;
        if (stays && !(route.dev->flags & IFF_LOOPBACK)) return {};
    }
    if (skb->len() > route.mtu && !skb->gso_size) [[unlikely]]
        return ip6_fragment(std::move(skb), route);
    return ip6_finish_output2(std::move(skb), route);
}

Result<void> ip6_local_out(SkbPtr skb, const Route6& route) {
    TRACE_STATION(ip, "skb", skb);
    ip6_mib.OutRequests++;
    skb->dev = route.dev;
    skb->protocol = be16(ETH_P_IPV6);
    if (nf_hook(NfHook::local_out, *skb, nullptr, route.dev) == NfVerdict::drop)
        return Errno{EPERM};
    return ip6_output(std::move(skb), route);
}

Result<void> ip6_xmit(SkbPtr skb, const Route6& route, const Ip6Send& send) {
    TRACE_STATION(ip, "skb", skb);
    u8 next = send.protocol;
    if (send.router_alert) {
        put_router_alert(*skb, next);
        next = nexthdr_hop;
    }
    const u32 payload = skb->len();
    if (payload > 0xffff) return Errno{EMSGSIZE};
    auto& header = *reinterpret_cast<ipv6hdr*>(skb->push(sizeof(ipv6hdr)));
    skb->set_network_header();
    header.version_class_flow =
        be32(u32{6} << 28 | u32{send.traffic_class} << 20 | (send.flow_label & 0xf'ffff));
    header.payload_length = be16(static_cast<u16>(payload));
    header.next_header = next;
    const inet6_dev* on = in6_dev_get(*route.dev);
    header.hop_limit = send.hop_limit || send.zero_hop_limit ? send.hop_limit
                       : on                                  ? on->hop_limit
                                                             : u8{64};
    header.source = send.source;
    header.destination = send.destination;
    if (send.dont_fragment && skb->len() > route.mtu && !skb->gso_size) [[unlikely]] {
        ip6_mib.FragFails++;
        skb->protocol = be16(ETH_P_IPV6);
        skb->dev = route.dev;
        icmpv6_send(*skb, ICMPV6_PKT_TOOBIG, 0, route.mtu);
        return Errno{EMSGSIZE};
    }
    return ip6_local_out(std::move(skb), route);
}
