// Groups (RFC 1112): which ones our sockets have joined, on which devices; IGMPv2 (RFC 2236) tells
// the routers.
#pragma once

#include "net/ipv4/ip.h"

// One membership of a socket.
struct IpMembership {
    IpMembership* next;
    be32 group;
    int ifindex;
};

// Is any socket of ours in the group on this device?
bool ip_group_joined(const net_device& dev, be32 group);
// Errors: EINVAL (not a group), ENODEV (no such device or way), EADDRINUSE (already in), ENOBUFS,
// ENOMEM; leaving: EADDRNOTAVAIL (not in).
Result<void> ip_mc_join(inet_sock& sk, be32 group, be32 interface_address, int ifindex);
Result<void> ip_mc_leave(inet_sock& sk, be32 group, be32 interface_address, int ifindex);
void ip_mc_leave_all(inet_sock& sk);
// Does the socket want a packet to the group that came by this device?
bool ip_mc_wants(const inet_sock& sk, be32 group, int ifindex);
