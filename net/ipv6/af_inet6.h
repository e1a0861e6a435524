// AF_INET6: sockets of IPv6, which speak IPv4 too unless told not to.
#pragma once

#include "net/ipv4/inet.h"
#include "net/ipv6/ipv6.h"

// Furnishes everything of IPv6 but TCP. Not called with ipv6.disable=1: then the family isn't
// there. Errors: ENOMEM.
Result<void> inet6_init();
void inet6_register_protosw(inet_protosw& entry);
// proto_ops of AF_INET6, stream (TCP) and datagram (UDP, raw, ping).
extern const proto_ops inet6_stream_ops;
extern const proto_ops inet6_dgram_ops;

// Checks length and family; 24 bytes are enough, as RFC 2133 had it without a scope id. Errors:
// EINVAL, EAFNOSUPPORT.
Result<sockaddr_in6> inet6_address(const SockaddrStorage& address, u32 length);
// The same name in IPv4's form.
SockaddrStorage inet6_as_v4(const sockaddr_in6& address);
// Settles by which device a link-local peer is reached: binds the socket to that of the scope id.
// Errors: EINVAL (no device named, or another one than the socket's).
Result<void> inet6_bind_scope(inet_sock& sk, const sockaddr_in6& address);
