// TCP over IPv6, as far as it differs: connecting, sockets of AF_INET6, sending.
#pragma once

#include "net/ipv6/ipv6.h"
#include "net/tcp/tcp_output.h"

// Errors: as tcp_v4_connect.
Result<void> tcp_v6_connect(sock& sk, const SockaddrStorage& address, u32 length);
// The socket of an accepted connection, of either family. ENOMEM.
Result<Ref<sock>> tcp_v6_make_child(const tcp_sock& listener, const TcpTuple& tuple);
// Errors: those of routing and ip6_xmit.
Result<void> tcp_v6_send_reply(const TcpReply& reply, SkbPtr skb);
// Registers TCP with AF_INET6 and IPv6.
Result<void> tcp_v6_init();
