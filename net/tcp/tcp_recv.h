// The reader's side: recvmsg, poll, ioctl.
#pragma once

#include "net/tcp/tcp_sock.h"

Result<usize> tcp_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags);
u32 tcp_poll(sock& sk, PollTable* table);
// SIOCINQ, SIOCOUTQ, SIOCATMARK. ENOIOCTLCMD for others.
SysResult tcp_ioctl(sock& sk, u32 command, uptr argument);
