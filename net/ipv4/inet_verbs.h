// The verbs that the stream and the datagram tables of AF_INET and AF_INET6 share.
#pragma once

#include "net/ipv4/inet.h"

void inet_init();
Result<void> inet_release(socket& sock);
Result<void> inet_bind(socket& sock, const SockaddrStorage& address, u32 length);
Result<u32> inet_getname(socket& sock, SockaddrStorage& address, bool peer);
u32 inet_poll(socket& sock, PollTable* table);
SysResult inet_ioctl(socket& sock, u32 command, uptr argument, bool compat);
Result<void> inet_shutdown(socket& sock, int how);
Result<void> inet_setsockopt(socket& sock, int level, int name, std::span<const u8> value);
Result<u32> inet_getsockopt(socket& sock, int level, int name, std::span<u8> value);
Result<usize> inet_sendmsg(socket& sock, msghdr& message, usize size);
Result<void> inet_autobind(sock& sk);
Result<void> inet_stream_connect(socket& sock, const SockaddrStorage& address, u32 length,
                                 bool nonblock);
Result<void> inet_dgram_connect(socket& sock, const SockaddrStorage& address, u32 length,
                                bool nonblock);
Result<void> inet_accept(socket& sock, socket& fresh, bool nonblock);
Result<void> inet_listen(socket& sock, int backlog);
Result<void> sock_no_socketpair(socket& a, socket& b);
Result<void> sock_no_accept(socket& sock, socket& fresh, bool nonblock);
Result<void> sock_no_listen(socket& sock, int backlog);
// After the checks of the address: takes it and the port. `no_source`: packets can't come from it.
// Errors: EACCES (port below 1024), EINVAL (bound already), EADDRINUSE.
Result<void> inet_bind_to(socket& sock, const in6_addr& address, u16 port, bool no_source);
// The line of a table for this type and protocol, made into the socket's sock. Errors: EINVAL,
// ESOCKTNOSUPPORT, EPROTONOSUPPORT, EPERM, ENOMEM and those of the protocol.
using InetSwitchTable = List<inet_protosw, &inet_protosw::node>;
Result<void> inet_create_from(InetSwitchTable& table, socket& sock, int protocol);
void inet_register_in(InetSwitchTable& table, inet_protosw& entry);
