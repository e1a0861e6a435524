// Neighbours: solicitations and advertisements (RFC 4861, section 7; RFC 4862, section 5.4).
#include "net/ipv6/ndisc.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/ndisc_message.h"
#include "net/ipv6/route6.h"

namespace {

constexpr u32 flag_router = 0x8000'0000, flag_solicited = 0x4000'0000, flag_override = 0x2000'0000;

void solicit(Neighbor& neighbor) {
    net_device& dev = *neighbor.dev;
    in6_addr source;
    // The waiting packet's own source, so that its receiver knows the way back at once.
    if (const sk_buff* first = neighbor.waiting.front()) {
        source = ipv6_hdr(*first).source;
        if (!ipv6_get_ifaddr(source, &dev)) source = in6_addr();
    }
    if (source.is_unspecified()) source = ipv6_dev_get_saddr(dev, neighbor.address);
    if (source.is_unspecified()) return; // nothing to be answered to yet
    ndisc_send_ns(dev, neighbor.address, source, 0,
                  neighbor.state == NeighborState::probe ? neighbor.link : nullptr);
}

void unreachable(SkbPtr skb) { icmpv6_send(*skb, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH, 0); }

void send_na(net_device& dev, const in6_addr& target, const in6_addr& destination, u32 flags) {
    if (ip6_knobs.forwarding) flags |= flag_router;
    NdMessage message(nd_neighbor_advert, flags, &target);
    message.add_link(nd_target_link, dev.dev_addr);
    message.send(dev, target, destination);
}

// Someone asks for one of our addresses, or wants to take it.
void ndisc_recv_ns(const sk_buff& skb, const NdView& message) {
    icmp6_mib.InNeighborSolicits++;
    net_device& dev = *skb.dev;
    const ipv6hdr& ip = ipv6_hdr(skb);
    const bool probe = ip.source.is_unspecified();
    if (message.target.is_multicast()) return;
    if (probe && (ip.destination != ipv6_solicited_node(message.target) || message.source_link))
        return;
    inet6_ifaddr* ours = ipv6_get_ifaddr(message.target, &dev, true);
    if (!ours || ours->dad_failed) return;
    if (ours->tentative) {
        const bool own = message.nonce && message.nonce == ours->nonce; // looped back to us
        if (probe && !own) addrconf_dad_failure(*ours);
        return;
    }
    if (probe) return send_na(dev, message.target, in6_all_nodes, flag_override);
    if (message.source_link && !ipv6_get_ifaddr(ip.source, nullptr))
        ndisc_hear(dev, ip.source, message.source_link);
    send_na(dev, message.target, ip.source, flag_solicited | flag_override);
}

// Section 7.2.5.
void take_advert(Neighbor& neighbor, const NdView& message) {
    const bool solicited = message.flags & flag_solicited;
    const bool override_it = message.flags & flag_override;
    neighbor.is_router = message.flags & flag_router;
    if (neighbor.state == NeighborState::permanent) return;
    if (!neighbor.has_link()) {
        if (!message.target_link) return;
        return neigh_learn(neighbor, message.target_link,
                           solicited ? NeighborState::reachable : NeighborState::stale);
    }
    const bool differs =
        message.target_link && memcmp(neighbor.link, message.target_link, ETH_ALEN) != 0;
    if (differs && !override_it) {
        if (neighbor.state == NeighborState::reachable) neighbor.state = NeighborState::stale;
        return;
    }
    if (differs) {
        neigh_learn(neighbor, message.target_link,
                    solicited ? NeighborState::reachable : NeighborState::stale);
    } else if (solicited) {
        neigh_confirm(neighbor);
    }
}

void ndisc_recv_na(const sk_buff& skb, const NdView& message) {
    icmp6_mib.InNeighborAdvertisements++;
    if (message.target.is_multicast()) return;
    if (ipv6_hdr(skb).destination.is_multicast() && (message.flags & flag_solicited)) return;
    if (inet6_ifaddr* ours = ipv6_get_ifaddr(message.target, skb.dev, true))
        return addrconf_dad_failure(*ours);
    Neighbor* neighbor = neigh_find(nd_tbl, *skb.dev, message.target);
    if (neighbor) take_advert(*neighbor, message);
}

// Sections 8.1 and 8.3. A router decides for itself.
void ndisc_recv_redirect(const sk_buff& skb, const NdView& message) {
    icmp6_mib.InRedirects++;
    const in6_addr &router = ipv6_hdr(skb).source, &target = message.target;
    const bool on_link = target == message.destination;
    if (ip6_knobs.forwarding || !router.is_linklocal() || (!on_link && !target.is_linklocal()))
        return;
    if (message.destination.is_multicast() || message.destination.is_unspecified() ||
        ipv6_get_ifaddr(target, nullptr))
        return;
    if (!ip6_redirect(message.destination, *skb.dev, router, target) || !message.target_link)
        return;
    Neighbor* neighbor = ndisc_hear(*skb.dev, target, message.target_link);
    if (neighbor && !on_link) neighbor->is_router = true;
}

void device_changed(net_device& dev, NetdevEvent event) {
    if (event == NetdevEvent::down || event == NetdevEvent::unregister) neigh_flush(nd_tbl, dev);
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

} // namespace

neigh_table nd_tbl{.ether_type = ETH_P_IPV6,
                   .reachable_time = s_to_ns(30),
                   .retry_time = s_to_ns(1),
                   .delay_first_probe = s_to_ns(5),
                   .solicit = solicit,
                   .unreachable = unreachable};

void ndisc_init() { register_netdevice_notifier(notifier); }

Neighbor* ndisc_hear(net_device& dev, const in6_addr& address, const u8* link) {
    Neighbor* neighbor = neigh_find(nd_tbl, dev, address);
    if (!neighbor) neighbor = neigh_create(nd_tbl, dev, address);
    if (!neighbor || neighbor->state == NeighborState::permanent) return neighbor;
    if (!neighbor->has_link() || memcmp(neighbor->link, link, ETH_ALEN) != 0)
        neigh_learn(*neighbor, link, NeighborState::stale);
    return neighbor;
}

void ndisc_send_ns(net_device& dev, const in6_addr& target, const in6_addr& source, u32 nonce,
                   const u8* link) {
    NdMessage message(nd_neighbor_solicit, 0, &target);
    if (!source.is_unspecified()) message.add_link(nd_source_link, dev.dev_addr);
    if (nonce) message.add_nonce(nonce);
    if (link)
        message.send(dev, source, target); // its address is known: the table sends it there
    else
        message.send(dev, source, ipv6_solicited_node(target));
}

void ndisc_send_rs(net_device& dev) {
    const in6_addr source = ipv6_dev_get_saddr(dev, in6_all_routers);
    NdMessage message(nd_router_solicit, 0, nullptr);
    if (!source.is_unspecified()) message.add_link(nd_source_link, dev.dev_addr);
    message.send(dev, source, in6_all_routers);
}

void ndisc_send_unsol_na(net_device& dev, const in6_addr& address) {
    if (dev.flags & (IFF_LOOPBACK | IFF_NOARP)) return;
    send_na(dev, address, in6_all_nodes, flag_override);
}

// Sections 6.1 and 7.1: all of them come from the link itself.
void ndisc_rcv(SkbPtr skb) {
    TRACE_STATION(neigh, "skb", skb);
    const u8 type = skb->data[0];
    if (type < nd_router_solicit || type > nd_redirect) return;
    NdView message;
    if (ipv6_hdr(*skb).hop_limit != 255 || skb->data[1] != 0 || (skb->dev->flags & IFF_LOOPBACK) ||
        !message.read({skb->data, skb->len()})) {
        icmp6_mib.InErrors++;
        return;
    }
    switch (type) {
    case nd_neighbor_solicit:
        return ndisc_recv_ns(*skb, message);
    case nd_neighbor_advert:
        return ndisc_recv_na(*skb, message);
    case nd_router_advert:
        return ndisc_router_discovery(*skb, message);
    case nd_redirect:
        return ndisc_recv_redirect(*skb, message);
    default: // router solicitations are for programs that advertise
        return;
    }
}
