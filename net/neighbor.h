// One neighbour on a link and what ARP knows of it (the states are those of RFC 4861, section 7.3,
// which serve ARP as well).
#pragma once

#include "net/netdevice.h"

enum class NeighborState : u8 {
    incomplete, // asked, not answered: packets wait
    reachable,
    stale,     // known, but not heard of for a while; used, and asked again when it is
    probe,     // being asked again
    failed,    // didn't answer
    permanent, // set by hand
};

struct Neighbor : Timer {
    using Timer::Timer;

    ListNode node;
    be32 address{};
    net_device* dev = nullptr;
    u8 link[ETH_ALEN] = {};
    NeighborState state = NeighborState::incomplete;
    u8 questions = 0;
    Nanoseconds used = 0, confirmed = 0;
    SkbQueue waiting;

    bool has_link() const {
        return state != NeighborState::incomplete && state != NeighborState::failed;
    }
};
