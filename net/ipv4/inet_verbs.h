// The verbs that the stream and the datagram table of AF_INET share.
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
