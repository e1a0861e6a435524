// The socket calls: socketcall(2) with its 20 sub-calls, and each of them directly. Structures of
// i386 programs have handlers of their own (compat_…), which differ in nothing else.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/abi/socket.h"
#include "kernel/base/result.h"
#include "kernel/mem/user_copy.h"

// i386 only: `args` points at the sub-call's arguments, each 32 bits wide. Errors: EINVAL (no such
// sub-call), EFAULT.
SysResult sys_socketcall(int call, UserPtr<const u32> args);

SysResult sys_socket(int family, int type, int protocol);
SysResult sys_socketpair(int family, int type, int protocol, UserPtr<int> fds);
SysResult sys_bind(int fd, UserPtr<const void> address, int length);
SysResult sys_listen(int fd, int backlog);
SysResult sys_accept(int fd, UserPtr<void> address, UserPtr<int> length);
SysResult sys_accept4(int fd, UserPtr<void> address, UserPtr<int> length, int flags);
SysResult sys_connect(int fd, UserPtr<const void> address, int length);
SysResult sys_getsockname(int fd, UserPtr<void> address, UserPtr<int> length);
SysResult sys_getpeername(int fd, UserPtr<void> address, UserPtr<int> length);
SysResult sys_send(int fd, UserPtr<const void> buffer, usize size, u32 flags);
SysResult sys_sendto(int fd, UserPtr<const void> buffer, usize size, u32 flags,
                     UserPtr<const void> address, int length);
SysResult sys_recv(int fd, UserPtr<void> buffer, usize size, u32 flags);
SysResult sys_recvfrom(int fd, UserPtr<void> buffer, usize size, u32 flags, UserPtr<void> address,
                       UserPtr<int> length);
SysResult sys_shutdown(int fd, int how);
SysResult sys_setsockopt(int fd, int level, int name, UserPtr<const void> value, int length);
SysResult compat_sys_setsockopt(int fd, int level, int name, UserPtr<const void> value, int length);
SysResult sys_getsockopt(int fd, int level, int name, UserPtr<void> value, UserPtr<int> length);
SysResult compat_sys_getsockopt(int fd, int level, int name, UserPtr<void> value,
                                UserPtr<int> length);
SysResult sys_sendmsg(int fd, UserPtr<abi::msghdr64> message, u32 flags);
SysResult compat_sys_sendmsg(int fd, UserPtr<abi::msghdr32> message, u32 flags);
SysResult sys_recvmsg(int fd, UserPtr<abi::msghdr64> message, u32 flags);
SysResult compat_sys_recvmsg(int fd, UserPtr<abi::msghdr32> message, u32 flags);
SysResult sys_sendmmsg(int fd, UserPtr<abi::mmsghdr64> messages, u32 count, u32 flags);
SysResult compat_sys_sendmmsg(int fd, UserPtr<abi::mmsghdr32> messages, u32 count, u32 flags);
// The timeout is checked after each datagram, as on Linux.
SysResult sys_recvmmsg(int fd, UserPtr<abi::mmsghdr64> messages, u32 count, u32 flags,
                       UserPtr<timespec_native> timeout);
SysResult compat_sys_recvmmsg_time32(int fd, UserPtr<abi::mmsghdr32> messages, u32 count, u32 flags,
                                     UserPtr<timespec32> timeout);
SysResult compat_sys_recvmmsg_time64(int fd, UserPtr<abi::mmsghdr32> messages, u32 count, u32 flags,
                                     UserPtr<timespec_time64> timeout);
