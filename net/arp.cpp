// The protocol's two messages, and its table of neighbours.
#include "net/arp.h"
#include "kernel/base/string.h"
#include "net/arp_packet.h"
#include "net/ether.h"
#include "net/neighbor.h"

namespace {

ArpHost host;

// Asks for the neighbour: everybody, or, when its old address may still be good, itself.
void solicit(Neighbor& neighbor) {
    ArpPacket packet{};
    packet.operation = ARPOP_REQUEST;
    memcpy(packet.sender_link, neighbor.dev->dev_addr, ETH_ALEN);
    packet.target = neighbor.address.v4();
    packet.sender = host.source_for(*neighbor.dev, packet.target);
    arp_send(*neighbor.dev, packet,
             neighbor.state == NeighborState::probe ? neighbor.link : nullptr);
}

void unreachable(SkbPtr skb) { host.unreachable(std::move(skb)); }

void answer(net_device& dev, const ArpPacket& request) {
    ArpPacket reply{};
    reply.operation = ARPOP_REPLY;
    memcpy(reply.sender_link, dev.dev_addr, ETH_ALEN);
    reply.sender = request.target;
    memcpy(reply.target_link, request.sender_link, ETH_ALEN);
    reply.target = request.sender;
    arp_send(dev, reply, request.sender_link);
}

void arp_rcv(SkbPtr skb, net_device& dev, packet_type&) {
    TRACE_STATION(neigh, "skb", skb);
    if (skb->packet_type == PacketType::other_host || (dev.flags & (IFF_NOARP | IFF_LOOPBACK)))
        return;
    const auto packet = arp_parse({skb->data, skb->len()});
    if (!packet || is_multicast_ether(packet->sender_link)) return;
    if (packet->operation != ARPOP_REQUEST && packet->operation != ARPOP_REPLY) return;
    const u32 sender = packet->sender.host();
    if (sender >> 28 >= 0xe || sender >> 24 == 127) return;
    const bool for_us = host.is_ours(dev, packet->target);
    const bool ask_us = packet->operation == ARPOP_REQUEST && for_us;
    // RFC 826: what is known is brought up to date whoever is asked (so announcements count); a
    // new neighbour is remembered only when it talks to us. RFC 5227: probes come from 0.
    if (sender != 0 && !host.is_ours(dev, packet->sender)) {
        Neighbor* neighbor = neigh_find(arp_tbl, dev, packet->sender);
        if (!neighbor && ask_us) neighbor = neigh_create(arp_tbl, dev, packet->sender);
        if (neighbor && neighbor->state != NeighborState::permanent)
            neigh_learn(*neighbor, packet->sender_link, NeighborState::reachable);
    }
    if (ask_us) answer(dev, *packet);
}

packet_type arp_packet_type{.node = {}, .type = ETH_P_ARP, .func = arp_rcv};

void device_changed(net_device& dev, NetdevEvent event) {
    if (event != NetdevEvent::down && event != NetdevEvent::unregister) return;
    neigh_flush(arp_tbl, dev);
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

} // namespace

neigh_table arp_tbl{.ether_type = ETH_P_IP,
                    .reachable_time = s_to_ns(60),
                    .retry_time = s_to_ns(1),
                    .delay_first_probe = 0,
                    .solicit = solicit,
                    .unreachable = unreachable};

void arp_init(const ArpHost& above) {
    host = above;
    dev_add_pack(arp_packet_type);
    register_netdevice_notifier(notifier);
}

Result<void> neigh_output(SkbPtr skb, net_device& dev, be32 next_hop) {
    TRACE_STATION(neigh, "skb", skb, "next_hop", next_hop);
    return neigh_resolve_output(arp_tbl, std::move(skb), dev, next_hop);
}

void arp_announce(net_device& dev, be32 address) {
    if (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) return;
    ArpPacket packet{};
    packet.operation = ARPOP_REQUEST;
    memcpy(packet.sender_link, dev.dev_addr, ETH_ALEN);
    packet.sender = packet.target = address;
    arp_send(dev, packet, nullptr);
}

u32 arp_entry_count() { return arp_tbl.count; }

Neighbor* neigh_lookup(const net_device& dev, be32 address) {
    return neigh_find(arp_tbl, dev, address);
}

Result<void> neigh_set(net_device& dev, be32 address, const u8* link, NeighborState state) {
    if (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) return Errno{EINVAL};
    Neighbor* neighbor = neigh_find(arp_tbl, dev, address);
    if (!neighbor) neighbor = neigh_create(arp_tbl, dev, address);
    if (!neighbor) return Errno{ENOBUFS};
    neigh_learn(*neighbor, link, state);
    return {};
}

net_device* arp_device_for(be32 address) { return host.device_for(address); }
