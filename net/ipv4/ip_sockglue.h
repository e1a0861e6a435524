// IPPROTO_IP: options and ancillary data that every IPv4 socket has (ip(7)).
#pragma once

#include "net/ipv4/ip.h"

// Errors: ENOPROTOOPT, EINVAL, EPERM …
Result<void> ip_setsockopt(inet_sock& sk, int name, std::span<const u8> value);
Result<u32> ip_getsockopt(inet_sock& sk, int name, std::span<u8> value);

// What sendmsg's ancillary data asks for this one message.
struct IpCookie {
    be32 source{};
    int oif = 0;
    int ttl = -1, tos = -1; // -1: the socket's
    u32 mark = 0;           // begins as the socket's
};
// Errors: EINVAL, ENODEV, EPERM.
Result<void> ip_cmsg_send(const msghdr& message, IpCookie& cookie);
// IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVOPTS for a received packet (network_header valid).
void ip_cmsg_recv(const inet_sock& sk, const sk_buff& skb, msghdr& message);

// The header's fields as the socket and the message want them. `size`: bytes behind the IP header.
// Errors: EMSGSIZE (would need fragments, and IP_MTU_DISCOVER forbids them).
Result<IpSend> ip_send_of(inet_sock& sk, const IpCookie& cookie, const Route& route,
                          be32 destination, u8 protocol, u32 size);
// --- ip_error.cpp ---
// An ICMP error, and where in the quoted packet what the program sent begins. `port`: the
// destination's, 0 where there are none.
struct IpErrorReport {
    u8 type, code;
    u32 info;
    be16 port;
    const u8* payload;
};
// What an ICMP error about a datagram (`skb` as in net_protocol::error) does to its socket.
void ip_datagram_error(inet_sock& sk, const sk_buff& skb, const IpErrorReport& report);
// Queues it for MSG_ERRQUEUE, whatever IP_RECVERR says.
void ip_icmp_error(inet_sock& sk, const sk_buff& skb, const IpErrorReport& report, int error);
// Queues an error of our own about a packet that didn't go, if IP_RECVERR is on.
void ip_local_error(inet_sock& sk, int error, be32 destination, u32 info);
// recvmsg(2) with MSG_ERRQUEUE. Errors: EAGAIN, EFAULT.
Result<usize> ip_recv_error(inet_sock& sk, msghdr& message, usize size);
// An int in a socket option: from 4 bytes, or from 1 as ip(7) allows. EINVAL when there is none.
Result<int> option_int(std::span<const u8> value);
// IP_UNICAST_IF and IPV6_UNICAST_IF: a device's index, in network order. Errors: EINVAL,
// EADDRNOTAVAIL.
Result<int> option_interface(std::span<const u8> value);
// The answer to getsockopt, cut to the room that there is.
Result<u32> option_answer(std::span<u8> value, int number);
