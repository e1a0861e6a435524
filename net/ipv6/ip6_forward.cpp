// Passing on what is for others (RFC 8200, section 3; RFC 4443, section 3): off unless
// net.ipv6.conf.all.forwarding is set. A router never cuts a packet.
#include "kernel/uapi/in6.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/netfilter.h"

Ip6Knobs ip6_knobs;

namespace {

Result<Route6> route_onwards(const sk_buff& skb) {
    const in6_addr& destination = ipv6_hdr(skb).destination;
    const int oif = destination.needs_scope() ? skb.dev->ifindex : 0;
    auto route = ip6_route_output(destination, in6_addr(), oif);
    if (!route.ok()) {
        ip6_mib.InNoRoutes++;
        const int error = route.error().code;
        if (error != EINVAL) // a black hole says nothing
            icmpv6_send(skb, ICMPV6_DEST_UNREACH,
                        error == EACCES ? ICMPV6_ADM_PROHIBITED : ICMPV6_NOROUTE, 0);
    }
    return route;
}

// A source that means something on its link only may not leave it (RFC 4291, sections 2.5.2, 2.5.3
// and 2.5.6).
bool source_stays(const sk_buff& skb, const Route6& route) {
    const in6_addr& source = ipv6_hdr(skb).source;
    if (source.is_unspecified() || source.is_loopback()) return true;
    if (!source.is_linklocal() || route.dev == skb.dev) return false;
    icmpv6_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_NOT_NEIGHBOUR, 0);
    return true;
}

Result<void> forward(SkbPtr skb) {
    if (ipv6_hdr(*skb).hop_limit <= 1) {
        ip6_mib.InHdrErrors++;
        icmpv6_send(*skb, ICMPV6_TIME_EXCEED, ICMPV6_EXC_HOPLIMIT, 0);
        return Errno{EHOSTUNREACH};
    }
    const Route6 route = TRY(route_onwards(*skb));
    if (source_stays(*skb, route)) {
        ip6_mib.InAddrErrors++;
        return Errno{EHOSTUNREACH};
    }
    if (skb->len() > route.mtu) {
        ip6_mib.InTooBigErrors++;
        icmpv6_send(*skb, ICMPV6_PKT_TOOBIG, 0, route.mtu);
        return Errno{EMSGSIZE};
    }
    TRY(skb_make_writable(skb, ETH_HLEN));
    ipv6_hdr(*skb).hop_limit--;
    if (nf_hook(NfHook::forward, *skb, skb->dev, route.dev) == NfVerdict::drop) return {};
    ip6_mib.OutForwDatagrams++;
    return ip6_output(std::move(skb), route);
}

} // namespace

void ip6_forward(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    if (!ip6_knobs.forwarding || skb->packet_type != PacketType::host) {
        ip6_mib.InAddrErrors++;
        return;
    }
    if (!forward(std::move(skb)).ok()) ip6_mib.OutDiscards++;
}
