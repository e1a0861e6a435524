// ARP (RFC 826): from a neighbour's IPv4 address to its Ethernet address. Keeps what it learned,
// holds packets while it asks, gives up after three questions.
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/netdevice.h"

// What ARP must know of the layer above, which registers it.
struct ArpHost {
    bool (*is_ours)(const net_device& dev, be32 address);
    be32 (*source_for)(const net_device& dev, be32 target); // 0: none
    net_device* (*device_for)(be32 target);                 // null: no route
    void (*unreachable)(SkbPtr skb);                        // nobody answered for skb's next hop
};
void arp_init(const ArpHost& host);

// Sends a packet (data at the IPv4 header) to a neighbour on the device's link; asks for its
// address first when it isn't known. Errors: ENOBUFS, ENETDOWN.
Result<void> neigh_output(SkbPtr skb, net_device& dev, be32 next_hop);
// Tells the link that an address is ours (RFC 5227, section 2.3).
void arp_announce(net_device& dev, be32 address);
// SIOCGARP, SIOCSARP, SIOCDARP: arp(7).
SysResult arp_ioctl(u32 command, uptr argument);
// /proc/net/arp.
void arp_show(TextBuffer& out);
// The number of neighbours known or asked for.
u32 arp_entry_count();

// --- the table, for programs ---
struct Neighbor;
struct neigh_table;
enum class NeighborState : u8;
extern neigh_table arp_tbl;
Neighbor* neigh_lookup(const net_device& dev, be32 address);
// Puts a neighbour in, or changes it. Errors: EINVAL (no neighbours on such a device), ENOBUFS.
Result<void> neigh_set(net_device& dev, be32 address, const u8* link, NeighborState state);
// The device of the way to this address; null: none.
net_device* arp_device_for(be32 address);
