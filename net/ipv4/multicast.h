// Groups (RFC 1112) as sockets join them, with the sources that they want (RFC 3376, RFC 3678).
#pragma once

#include "net/ipv4/ip.h"
#include "net/ipv4/source_filter.h"

// One membership of a socket: in the socket's list and in that of the device's group.
struct IpMembership {
    IpMembership* next = nullptr;
    ListNode node;
    be32 group{};
    int ifindex = 0;
    SourceFilter filter;
    bool listed = false; // sources have been named: the mode is settled
};
using MembershipList = List<IpMembership, &IpMembership::node>;

// By what a program names a device: an index, else one of its addresses, else the way to the group.
struct MulticastInterface {
    be32 address{};
    int ifindex = 0;
};

constexpr u32 igmp_max_memberships = 20, igmp_max_sources = 10; // net.ipv4.igmp_max_msf

// Errors: EINVAL (not a group), ENODEV (no such device or way), EADDRINUSE (already in), ENOBUFS,
// ENOMEM; leaving: EADDRNOTAVAIL (not in).
Result<void> ip_mc_join(inet_sock& sk, be32 group, MulticastInterface on, bool exclude = true);
Result<void> ip_mc_leave(inet_sock& sk, be32 group, MulticastInterface from);
void ip_mc_leave_all(inet_sock& sk);
// One source is added to what the membership includes (`exclude` false) or excludes, or taken from
// it; the last included one takes the membership with it. Errors: EINVAL (no member, the other
// mode), EADDRNOTAVAIL (there already; not there), ENODEV, ENOBUFS, ENOMEM.
Result<void> ip_mc_source(inet_sock& sk, bool add, bool exclude, be32 group, be32 source,
                          MulticastInterface on);
// The whole filter anew; including nothing means leaving. Errors: as above.
Result<void> ip_mc_set_filter(inet_sock& sk, be32 group, MulticastInterface on, bool exclude,
                              std::span<const be32> sources);
// Errors: EINVAL, ENODEV, EADDRNOTAVAIL (no member).
Result<const SourceFilter*> ip_mc_get_filter(inet_sock& sk, be32 group, MulticastInterface on);
// Does the socket want a packet from the source to the group that came by this device?
bool ip_mc_wants(const inet_sock& sk, be32 group, be32 source, int ifindex);

// The options that say these things: IP_ADD_MEMBERSHIP …, IP_MSFILTER, MCAST_*.
bool is_membership_option(int name);
Result<void> ip_mc_setsockopt(inet_sock& sk, int name, std::span<const u8> value);
// The answer of IP_MSFILTER or MCAST_MSFILTER; `value` holds the question.
Result<u32> ip_mc_getsockopt(inet_sock& sk, int name, std::span<u8> value);
