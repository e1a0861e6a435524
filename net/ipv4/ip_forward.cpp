// Passing on what is for others (RFC 1812, section 5.3): off unless net.ipv4.ip_forward is set.
#include "net/ipv4/ip_internal.h"
#include "net/netfilter.h"

namespace {

Result<Route> route_onwards(const sk_buff& skb) {
    const iphdr& header = ip_hdr(skb);
    auto route = ip_route_output(header.destination, be32(0));
    if (!route.ok()) {
        ip_mib.OutNoRoutes++;
        const u8 code = route.error().code == EHOSTUNREACH ? ICMP_HOST_UNREACH : ICMP_NET_UNREACH;
        icmp_send(skb, ICMP_DEST_UNREACH, code, 0);
    }
    return route;
}

// Who sent it could have reached the next hop without us (RFC 1812, section 5.2.7.2).
void tell_of_better_way(const sk_buff& skb, const Route& route) {
    if (!ip_knobs.send_redirects || route.dev != skb.dev) return;
    icmp_send(skb, ICMP_REDIRECT, ICMP_REDIR_HOST, route.next_hop.host());
}

Result<void> forward(SkbPtr skb) {
    if (ip_hdr(*skb).ttl <= 1) {
        ip_mib.InHdrErrors++;
        icmp_send(*skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
        return Errno{EHOSTUNREACH};
    }
    const Route route = TRY(route_onwards(*skb));
    if (skb->len() > route.mtu && (ip_hdr(*skb).fragment.host() & ip_flag_df)) {
        ip_mib.FragFails++;
        icmp_send(*skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, route.mtu);
        return Errno{EMSGSIZE};
    }
    tell_of_better_way(*skb, route);
    TRY(skb_make_writable(skb, ETH_HLEN));
    iphdr& header = ip_hdr(*skb);
    header.ttl--;
    ip_send_check(header);
    if (nf_hook(NfHook::forward, *skb, skb->dev, route.dev) == NfVerdict::drop) return {};
    ip_mib.ForwDatagrams++;
    return ip_output(std::move(skb), route);
}

} // namespace

void ip_forward(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    if (!ip_knobs.ip_forward || skb->packet_type != PacketType::host) {
        ip_mib.InAddrErrors++;
        return;
    }
    if (!forward(std::move(skb)).ok()) ip_mib.OutDiscards++;
}
