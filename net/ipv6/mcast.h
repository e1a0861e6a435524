// Groups of IPv6: which ones the devices are in, for sockets and for neighbour discovery;
// MLDv2 (RFC 3810) tells the routers, MLDv1 (RFC 2710) where one of those asks.
#pragma once

#include "net/ipv6/ip6.h"

// One membership of a socket.
struct Ip6Membership {
    Ip6Membership* next;
    in6_addr group;
    int ifindex;
};

void mcast6_init();
// Is anybody here in the group on this device?
bool ipv6_chk_mcast_addr(const net_device& dev, const in6_addr& group);
// A device enters and leaves, counted. Errors: ENOBUFS, ENOMEM.
Result<void> ipv6_dev_mc_inc(net_device& dev, const in6_addr& group);
void ipv6_dev_mc_dec(net_device& dev, const in6_addr& group);
// A socket does. Errors: EINVAL (not a group), ENODEV, EADDRINUSE, ENOMEM; leaving: EADDRNOTAVAIL.
Result<void> ipv6_sock_mc_join(inet_sock& sk, int ifindex, const in6_addr& group);
Result<void> ipv6_sock_mc_drop(inet_sock& sk, int ifindex, const in6_addr& group);
void ipv6_sock_mc_close(inet_sock& sk);
// Does the socket want a packet to the group that came by this device?
bool inet6_mc_check(const inet_sock& sk, const in6_addr& group, int ifindex);
// A query or report (data at the ICMPv6 header, checksum good, hop limit 1).
void igmp6_event(const sk_buff& skb);
