// The neighbour tables' common half.
#include "net/neighbor.h"
#include "kernel/base/string.h"
#include "net/ether.h"

namespace {

constexpr u32 max_neighbors = 1024;
constexpr u32 max_waiting = 64; // packets for one neighbour
constexpr u8 max_questions = 3;

u32 bucket_number(const in6_addr& address) {
    const u32 a = address.words[3].host();
    return (a ^ (a >> 6)) % neigh_table::bucket_count;
}
NeighborList& bucket_of(neigh_table& table, const in6_addr& address) {
    return table.buckets[bucket_number(address)];
}

void notify(const Neighbor& neighbor, bool gone = false) {
    if (neighbor.table.changed) neighbor.table.changed(neighbor, gone);
}

void forget(Neighbor& neighbor) {
    notify(neighbor, true);
    neighbor.table.count--;
    neighbor.table.generation++;
    Box<Neighbor>(&neighbor).reset();
}

// Makes room by giving up the neighbour that was used longest ago.
bool evict_one(neigh_table& table) {
    Neighbor* oldest = nullptr;
    for (NeighborList& bucket : table.buckets)
        for (Neighbor& neighbor : bucket) {
            if (neighbor.state == NeighborState::permanent || !neighbor.waiting.empty()) continue;
            if (!oldest || neighbor.used < oldest->used) oldest = &neighbor;
        }
    if (!oldest) return false;
    forget(*oldest);
    return true;
}

// Asks: everybody, or, when its old address may still be good, itself.
void ask(Neighbor& neighbor) {
    neighbor.questions++;
    kernel_timers().set(neighbor, clock_monotonic() + neighbor.table.retry_time);
    neighbor.table.solicit(neighbor);
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
    neigh_table& table = neighbor.table;
    SkbQueue lost;
    while (SkbPtr skb = neighbor.waiting.pop_front()) lost.push_back(std::move(skb));
    while (SkbPtr skb = lost.pop_front()) table.unreachable(std::move(skb));
}

void neighbor_timer(Timer& timer) {
    auto& neighbor = static_cast<Neighbor&>(timer);
    if (neighbor.state == NeighborState::delay) return start_asking(neighbor, NeighborState::probe);
    if (neighbor.state == NeighborState::probe && neighbor.questions >= max_questions)
        return start_asking(neighbor, NeighborState::incomplete);
    if (neighbor.questions >= max_questions) return fail(neighbor);
    if (neighbor.state == NeighborState::incomplete || neighbor.state == NeighborState::probe)
        ask(neighbor);
}

Result<void> send_to(SkbPtr skb, net_device& dev, u16 ether_type, const u8* link) {
    eth_header(*skb, dev, ether_type, link);
    return dev_queue_xmit(std::move(skb));
}

// Keeps the packet until there is an answer; the oldest one goes when there are too many.
Result<void> wait_for_answer(Neighbor& neighbor, SkbPtr skb) {
    if (neighbor.waiting.count >= max_waiting) neighbor.waiting.pop_front();
    skb->dev = neighbor.dev;
    neighbor.waiting.push_back(std::move(skb));
    if (neighbor.state == NeighborState::failed) start_asking(neighbor, NeighborState::incomplete);
    return {};
}

// A stale neighbour is used: is it still there?
void check(Neighbor& neighbor) {
    const Nanoseconds wait = neighbor.table.delay_first_probe;
    if (wait == 0) return start_asking(neighbor, NeighborState::probe);
    neighbor.state = NeighborState::delay;
    kernel_timers().set(neighbor, clock_monotonic() + wait);
}

} // namespace

Neighbor* neigh_find(neigh_table& table, const net_device& dev, const in6_addr& address) {
    for (Neighbor& neighbor : bucket_of(table, address))
        if (neighbor.address == address && neighbor.dev == &dev) return &neighbor;
    return nullptr;
}

Neighbor* neigh_create(neigh_table& table, net_device& dev, const in6_addr& address) {
    if (table.count >= max_neighbors && !evict_one(table)) return nullptr;
    auto made = make_box<Neighbor>(neighbor_timer, table);
    if (!made.ok()) return nullptr;
    Neighbor* neighbor = std::move(made).value().release();
    neighbor->address = address;
    neighbor->dev = &dev;
    neighbor->state = NeighborState::failed;
    neighbor->used = clock_monotonic();
    bucket_of(table, address).push_front(*neighbor);
    table.count++;
    table.generation++;
    return neighbor;
}

void neigh_learn(Neighbor& neighbor, const u8* link, NeighborState state) {
    const bool news = neighbor.state != state || memcmp(neighbor.link, link, ETH_ALEN) != 0;
    memmove(neighbor.link, link, ETH_ALEN);
    neighbor.state = state;
    neighbor.confirmed = clock_monotonic();
    kernel_timers().cancel(neighbor);
    if (news) notify(neighbor);
    SkbQueue ready;
    while (SkbPtr skb = neighbor.waiting.pop_front()) ready.push_back(std::move(skb));
    net_device& dev = *neighbor.dev;
    const u16 type = neighbor.table.ether_type;
    u8 address[ETH_ALEN];
    memcpy(address, neighbor.link, ETH_ALEN);
    while (SkbPtr skb = ready.pop_front())
        static_cast<void>(send_to(std::move(skb), dev, type, address));
}

void neigh_confirm(Neighbor& neighbor) {
    if (!neighbor.has_link() || neighbor.state == NeighborState::permanent) return;
    neighbor.state = NeighborState::reachable;
    neighbor.confirmed = clock_monotonic();
    kernel_timers().cancel(neighbor);
}

void neigh_fail(Neighbor& neighbor) {
    kernel_timers().cancel(neighbor);
    fail(neighbor);
}

void neigh_delete(Neighbor& neighbor) {
    neigh_fail(neighbor);
    forget(neighbor);
}

const Neighbor* neigh_table_next(const neigh_table& table, const Neighbor* after) {
    u32 bucket = 0;
    if (after) {
        bucket = bucket_number(after->address);
        if (const Neighbor* next = table.buckets[bucket++].next(*after)) return next;
    }
    for (; bucket < neigh_table::bucket_count; bucket++)
        if (const Neighbor* first = table.buckets[bucket].front()) return first;
    return nullptr;
}

void neigh_flush(neigh_table& table, const net_device& dev) {
    for (NeighborList& bucket : table.buckets)
        for (Neighbor& neighbor : bucket)
            if (neighbor.dev == &dev) forget(neighbor);
}

Result<void> neigh_resolve_output(neigh_table& table, SkbPtr skb, net_device& dev,
                                  const in6_addr& next_hop) {
    Neighbor* neighbor = neigh_find(table, dev, next_hop);
    if (!neighbor) {
        neighbor = neigh_create(table, dev, next_hop);
        if (!neighbor) return Errno{ENOBUFS};
    }
    const Nanoseconds now = clock_monotonic();
    neighbor->used = now;
    if (!neighbor->has_link()) return wait_for_answer(*neighbor, std::move(skb));
    if (neighbor->state == NeighborState::reachable &&
        now - neighbor->confirmed > table.reachable_time)
        neighbor->state = NeighborState::stale;
    if (neighbor->state == NeighborState::stale) check(*neighbor);
    return send_to(std::move(skb), dev, table.ether_type, neighbor->link);
}
