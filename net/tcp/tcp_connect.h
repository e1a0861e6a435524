// Active open (RFC 9293, section 3.10.1).
#pragma once

#include "net/tcp/tcp_sock.h"

// Errors: EINVAL, EAFNOSUPPORT, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, ENOBUFS, EISCONN. The
// handshake goes on afterwards: inet_stream_connect waits for it.
Result<void> tcp_v4_connect(sock& sk, const SockaddrStorage& address, u32 length);
// The half that both families share: af_ops and path are set. Errors: EADDRNOTAVAIL, ENOBUFS,
// ENOMEM.
Result<void> tcp_connect(tcp_sock& sk, const in6_addr& source, const in6_addr& destination,
                         be16 port);
// The SYN was answered: ESTABLISHED.
void tcp_finish_connect(tcp_sock& sk);
// Forgets the connection, so that the socket may connect anew.
void tcp_reset_connection(tcp_sock& sk);
