// IPPROTO_TCP options of setsockopt(2) and getsockopt(2) (tcp(7)).
#pragma once

#include "net/tcp/tcp_sock.h"

Result<void> tcp_setsockopt(sock& sk, int level, int name, std::span<const u8> value);
Result<u32> tcp_getsockopt(sock& sk, int level, int name, std::span<u8> value);
void tcp_set_keepalive(sock& sk, bool on);
