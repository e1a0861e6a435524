// What ping sockets of both families share (icmp(7)): the identifier is the socket's port, and an
// echo looks alike in both.
#pragma once

#include "net/ipv4/datagram.h"

// For the groups of net.ipv4.ping_group_range. EACCES.
Result<void> ping_open(sock& sk);
// The socket whose echo `skb` is (data at its header), here at `local`; null: nobody's.
inet_sock* ping_lookup(int protocol, const in6_addr& local, const sk_buff& skb);
void ping_deliver(int protocol, const in6_addr& local, const sk_buff& reply);
// Errors: EMSGSIZE, EINVAL (no whole header), EOPNOTSUPP.
Result<void> ping_check_message(const msghdr& message, usize size);
// The program's request, which must be of `type`, with the socket's identifier in it; the checksum
// is still to be set. Errors: EINVAL, those of taking a message.
Result<SkbPtr> ping_take_request(inet_sock& sk, msghdr& message, usize size, u8 type);
