// Neighbours on a link and what is known of them: the table, states and timers that ARP (RFC 826)
// and neighbour discovery (RFC 4861, section 7.3) share. How a neighbour is asked is the
// protocol's.
#pragma once

#include "net/in6.h"
#include "net/netdevice.h"

enum class NeighborState : u8 {
    incomplete, // asked, not answered: packets wait
    reachable,
    stale,     // known, but not heard of for a while; used, and asked again when it is
    delay,     // used while stale: is asked soon, unless somebody confirms it before
    probe,     // being asked again
    failed,    // didn't answer
    permanent, // set by hand
};

struct neigh_table;

struct Neighbor : Timer {
    Neighbor(Callback callback, neigh_table& table) : Timer(callback), table(table) {}

    ListNode node;
    neigh_table& table;
    in6_addr address; // IPv4: mapped
    net_device* dev = nullptr;
    u8 link[ETH_ALEN] = {};
    NeighborState state = NeighborState::incomplete;
    bool is_router = false; // RFC 4861's flag
    u8 questions = 0;
    Nanoseconds used = 0, confirmed = 0;
    SkbQueue waiting;

    bool has_link() const {
        return state != NeighborState::incomplete && state != NeighborState::failed;
    }
};

using NeighborList = List<Neighbor, &Neighbor::node>;

// One protocol's neighbours.
struct neigh_table {
    static constexpr u32 bucket_count = 64;

    u16 ether_type; // of the packets that wait for an answer
    Nanoseconds reachable_time, retry_time, delay_first_probe;
    // Sends the question: to the neighbour alone in state probe, else to all that may be it.
    void (*solicit)(Neighbor& neighbor);
    // Nobody answered for a packet.
    void (*unreachable)(SkbPtr skb);
    // Told when what is known of a neighbour changed, or it is forgotten; null: nobody listens.
    void (*changed)(const Neighbor& neighbor, bool gone) = nullptr;
    NeighborList buckets[bucket_count] = {};
    u32 count = 0;
    u32 generation = 1; // changes with who is in it
};

Neighbor* neigh_find(neigh_table& table, const net_device& dev, const in6_addr& address);
// A new one, in state failed; null when there is no room.
Neighbor* neigh_create(neigh_table& table, net_device& dev, const in6_addr& address);
// We have its address: the packets that waited go out.
void neigh_learn(Neighbor& neighbor, const u8* link, NeighborState state);
// It is known to be there, by other signs than an answer.
void neigh_confirm(Neighbor& neighbor);
// Gives it up: reports the packets that wait as undeliverable.
void neigh_fail(Neighbor& neighbor);
// And forgets it.
void neigh_delete(Neighbor& neighbor);
// The one behind `after` (null: the first); null at the end.
const Neighbor* neigh_table_next(const neigh_table& table, const Neighbor* after);
// Forgets everybody behind a device that went away.
void neigh_flush(neigh_table& table, const net_device& dev);
// Sends a packet (data at the IP header) to a neighbour on the device's link; asks for its address
// first when it isn't known. Errors: ENOBUFS, ENETDOWN.
Result<void> neigh_resolve_output(neigh_table& table, SkbPtr skb, net_device& dev,
                                  const in6_addr& next_hop);
