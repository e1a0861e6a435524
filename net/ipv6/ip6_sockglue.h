// IPPROTO_IPV6: options and ancillary data that every socket of AF_INET6 has (ipv6(7), RFC 3542).
#pragma once

#include "net/ipv4/ip_sockglue.h"
#include "net/ipv6/ipv6.h"

// Errors: ENOPROTOOPT, EINVAL, EPERM …
Result<void> ipv6_setsockopt(inet_sock& sk, int name, std::span<const u8> value);
Result<u32> ipv6_getsockopt(inet_sock& sk, int name, std::span<u8> value);

// What sendmsg's ancillary data asks for this one message.
struct Ip6Cookie {
    in6_addr source;
    int oif = 0;
    int hop_limit = -1, traffic_class = -1; // -1: the socket's
    int dont_fragment = -1;
    u32 mark = 0; // begins as the socket's
};
// Errors: EINVAL, ENODEV, EPERM.
Result<void> ip6_cmsg_send(const inet_sock& sk, const msghdr& message, Ip6Cookie& cookie);
// IPV6_PKTINFO, IPV6_HOPLIMIT, IPV6_TCLASS for a received packet of either family.
void ip6_cmsg_recv(const inet_sock& sk, const sk_buff& skb, msghdr& message);
// The header's fields as the socket and the message want them. `size`: bytes behind the IP header.
// Errors: EMSGSIZE.
Result<Ip6Send> ip6_send_of(inet_sock& sk, const Ip6Cookie& cookie, const Route6& route,
                            const in6_addr& destination, u8 protocol, u32 size);
// The device that a scope id or an option means for an address: 0: any.
int ip6_scope_of(const in6_addr& address, u32 scope_id);

// --- ip6_error.cpp ---
// What an ICMPv6 error about a datagram does to its socket.
void ipv6_datagram_error(inet_sock& sk, const sk_buff& skb, const IpErrorReport& report);
void ipv6_icmp_error(inet_sock& sk, const sk_buff& skb, const IpErrorReport& report, int error);
void ipv6_local_error(inet_sock& sk, int error, const in6_addr& destination, u32 info);
// recvmsg(2) with MSG_ERRQUEUE, for errors of either family. Errors: EAGAIN, EFAULT.
Result<usize> ipv6_recv_error(inet_sock& sk, msghdr& message, usize size);
