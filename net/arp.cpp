// The neighbour table and the protocol's two messages.
#include "net/arp.h"
#include "kernel/base/string.h"
#include "net/arp_packet.h"
#include "net/ether.h"
#include "net/neighbor.h"

namespace {

constexpr u32 bucket_count = 64;
constexpr u32 max_neighbors = 1024;
constexpr u32 max_waiting = 64; // packets for one neighbour
constexpr u8 max_questions = 3;
constexpr Nanoseconds retry_time = s_to_ns(1);
constexpr Nanoseconds reachable_time = s_to_ns(60);

using NeighborList = List<Neighbor, &Neighbor::node>;
NeighborList table[bucket_count];
u32 count = 0;
List<NeighNotifier, &NeighNotifier::node> notifiers;
u32 generation = 1; // of the table: who is in it
ArpHost host;

u32 bucket_number(be32 address) { return (address.host() ^ (address.host() >> 6)) % bucket_count; }
NeighborList& bucket_of(be32 address) { return table[bucket_number(address)]; }

void notify(const Neighbor& neighbor, bool gone = false) {
    for (NeighNotifier& notifier : notifiers) notifier.notify(neighbor, gone);
}

Neighbor* find(const net_device& dev, be32 address) { return neigh_lookup(dev, address); }

void forget(Neighbor& neighbor) {
    notify(neighbor, true);
    count--;
    generation++;
    Box<Neighbor>(&neighbor).reset();
}

// Makes room by giving up the neighbour that was used longest ago.
bool evict_one() {
    Neighbor* oldest = nullptr;
    for (NeighborList& bucket : table)
        for (Neighbor& neighbor : bucket) {
            if (neighbor.state == NeighborState::permanent || !neighbor.waiting.empty()) continue;
            if (!oldest || neighbor.used < oldest->used) oldest = &neighbor;
        }
    if (!oldest) return false;
    forget(*oldest);
    return true;
}

void neighbor_timer(Timer& timer);

Neighbor* create(net_device& dev, be32 address) {
    if (count >= max_neighbors && !evict_one()) return nullptr;
    auto made = make_box<Neighbor>(neighbor_timer);
    if (!made.ok()) return nullptr;
    Neighbor* neighbor = std::move(made).value().release();
    neighbor->address = address;
    neighbor->dev = &dev;
    neighbor->used = clock_monotonic();
    bucket_of(address).push_front(*neighbor);
    count++;
    generation++;
    return neighbor;
}

// Asks for the neighbour: everybody, or, when its old address may still be good, itself.
void ask(Neighbor& neighbor) {
    neighbor.questions++;
    ArpPacket packet{};
    packet.operation = ARPOP_REQUEST;
    memcpy(packet.sender_link, neighbor.dev->dev_addr, ETH_ALEN);
    packet.sender = host.source_for(*neighbor.dev, neighbor.address);
    packet.target = neighbor.address;
    kernel_timers().set(neighbor, clock_monotonic() + retry_time);
    arp_send(*neighbor.dev, packet,
             neighbor.state == NeighborState::probe ? neighbor.link : nullptr);
}

void start_asking(Neighbor& neighbor, NeighborState state) {
    neighbor.state = state;
    neighbor.questions = 0;
    if (state == NeighborState::probe) notify(neighbor);
    ask(neighbor);
}

// Nobody answered. The packets are taken out first: reporting them may come back here.
void fail(Neighbor& neighbor) {
    neighbor.state = NeighborState::failed;
    notify(neighbor);
    SkbQueue lost;
    while (SkbPtr skb = neighbor.waiting.pop_front()) lost.push_back(std::move(skb));
    while (SkbPtr skb = lost.pop_front()) host.unreachable(std::move(skb));
}

void neighbor_timer(Timer& timer) {
    auto& neighbor = static_cast<Neighbor&>(timer);
    if (neighbor.state == NeighborState::probe && neighbor.questions >= max_questions)
        return start_asking(neighbor, NeighborState::incomplete);
    if (neighbor.questions >= max_questions) return fail(neighbor);
    if (neighbor.state == NeighborState::incomplete || neighbor.state == NeighborState::probe)
        ask(neighbor);
}

Result<void> send_to(SkbPtr skb, net_device& dev, const u8* link) {
    eth_header(*skb, dev, ETH_P_IP, link);
    return dev_queue_xmit(std::move(skb));
}

// We have its address: the packets that waited go out.
void learn(Neighbor& neighbor, const u8* link, NeighborState state) {
    const bool changed = neighbor.state != state || memcmp(neighbor.link, link, ETH_ALEN) != 0;
    memcpy(neighbor.link, link, ETH_ALEN);
    neighbor.state = state;
    neighbor.confirmed = clock_monotonic();
    kernel_timers().cancel(neighbor);
    if (changed) notify(neighbor);
    SkbQueue ready;
    while (SkbPtr skb = neighbor.waiting.pop_front()) ready.push_back(std::move(skb));
    net_device& dev = *neighbor.dev;
    while (SkbPtr skb = ready.pop_front()) static_cast<void>(send_to(std::move(skb), dev, link));
}

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
        Neighbor* neighbor = find(dev, packet->sender);
        if (!neighbor && ask_us) neighbor = create(dev, packet->sender);
        if (neighbor && neighbor->state != NeighborState::permanent)
            learn(*neighbor, packet->sender_link, NeighborState::reachable);
    }
    if (ask_us) answer(dev, *packet);
}

packet_type arp_packet_type{.node = {}, .type = ETH_P_ARP, .func = arp_rcv};

void device_changed(net_device& dev, NetdevEvent event) {
    if (event != NetdevEvent::down && event != NetdevEvent::unregister) return;
    for (NeighborList& bucket : table)
        for (Neighbor& neighbor : bucket)
            if (neighbor.dev == &dev) forget(neighbor);
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

// Keeps the packet until there is an answer; the oldest one goes when there are too many.
Result<void> wait_for_answer(Neighbor& neighbor, SkbPtr skb) {
    if (neighbor.waiting.count >= max_waiting) neighbor.waiting.pop_front();
    skb->dev = neighbor.dev;
    neighbor.waiting.push_back(std::move(skb));
    if (neighbor.state == NeighborState::failed) start_asking(neighbor, NeighborState::incomplete);
    return {};
}

} // namespace

void arp_init(const ArpHost& above) {
    host = above;
    dev_add_pack(arp_packet_type);
    register_netdevice_notifier(notifier);
}

Result<void> neigh_output(SkbPtr skb, net_device& dev, be32 next_hop) {
    TRACE_STATION(neigh, "skb", skb, "next_hop", next_hop);
    Neighbor* neighbor = find(dev, next_hop);
    if (!neighbor) {
        neighbor = create(dev, next_hop);
        if (!neighbor) return Errno{ENOBUFS};
        neighbor->state = NeighborState::failed; // so that the question is asked below
    }
    const Nanoseconds now = clock_monotonic();
    neighbor->used = now;
    if (!neighbor->has_link()) return wait_for_answer(*neighbor, std::move(skb));
    if (neighbor->state == NeighborState::reachable && now - neighbor->confirmed > reachable_time)
        neighbor->state = NeighborState::stale;
    if (neighbor->state == NeighborState::stale) start_asking(*neighbor, NeighborState::probe);
    return send_to(std::move(skb), dev, neighbor->link);
}

void arp_announce(net_device& dev, be32 address) {
    if (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) return;
    ArpPacket packet{};
    packet.operation = ARPOP_REQUEST;
    memcpy(packet.sender_link, dev.dev_addr, ETH_ALEN);
    packet.sender = packet.target = address;
    arp_send(dev, packet, nullptr);
}

u32 arp_entry_count() { return count; }

void register_neigh_notifier(NeighNotifier& notifier) { notifiers.push_back(notifier); }
u32 neigh_generation() { return generation; }

Neighbor* neigh_lookup(const net_device& dev, be32 address) {
    for (Neighbor& neighbor : bucket_of(address))
        if (neighbor.address == address && neighbor.dev == &dev) return &neighbor;
    return nullptr;
}

const Neighbor* neigh_next(const Neighbor* after) {
    u32 bucket = 0;
    if (after) {
        bucket = bucket_number(after->address);
        if (const Neighbor* next = table[bucket++].next(*after)) return next;
    }
    for (; bucket < bucket_count; bucket++)
        if (const Neighbor* first = table[bucket].front()) return first;
    return nullptr;
}

Result<void> neigh_set(net_device& dev, be32 address, const u8* link, NeighborState state) {
    if (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) return Errno{EINVAL};
    Neighbor* neighbor = find(dev, address);
    if (!neighbor) neighbor = create(dev, address);
    if (!neighbor) return Errno{ENOBUFS};
    learn(*neighbor, link, state);
    return {};
}

void neigh_fail(Neighbor& neighbor) {
    kernel_timers().cancel(neighbor);
    fail(neighbor);
}

void neigh_delete(Neighbor& neighbor) {
    neigh_fail(neighbor);
    forget(neighbor);
}

net_device* arp_device_for(be32 address) { return host.device_for(address); }
