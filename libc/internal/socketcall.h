// The one system call behind which i386 has its socket calls: socketcall(sub-call, arguments).
//
// Each socket call is either direct (INLINE_SYSCALL) or goes through it (SOCKETCALL). The build
// chooses: with __ASSUME_SOCKET_SYSCALL every call has its own number (always so on x86-64, whose
// table has no socketcall; on i386 numbers 359–373, since Linux 4.3).
#pragma once
#include <uapi/socket.h>

#include "sysdep.h"

#define SOCKOP_socket SYS_SOCKET
#define SOCKOP_bind SYS_BIND
#define SOCKOP_connect SYS_CONNECT
#define SOCKOP_listen SYS_LISTEN
#define SOCKOP_accept SYS_ACCEPT
#define SOCKOP_getsockname SYS_GETSOCKNAME
#define SOCKOP_getpeername SYS_GETPEERNAME
#define SOCKOP_socketpair SYS_SOCKETPAIR
#define SOCKOP_send SYS_SEND
#define SOCKOP_recv SYS_RECV
#define SOCKOP_sendto SYS_SENDTO
#define SOCKOP_recvfrom SYS_RECVFROM
#define SOCKOP_shutdown SYS_SHUTDOWN
#define SOCKOP_setsockopt SYS_SETSOCKOPT
#define SOCKOP_getsockopt SYS_GETSOCKOPT
#define SOCKOP_sendmsg SYS_SENDMSG
#define SOCKOP_recvmsg SYS_RECVMSG
#define SOCKOP_accept4 SYS_ACCEPT4
#define SOCKOP_recvmmsg SYS_RECVMMSG
#define SOCKOP_sendmmsg SYS_SENDMMSG

#define __SOCKETCALL_CAST(value) ((long)(value))
#define __SOCKETCALL_ARGS1(a) __SOCKETCALL_CAST(a)
#define __SOCKETCALL_ARGS2(a, b) __SOCKETCALL_ARGS1(a), __SOCKETCALL_CAST(b)
#define __SOCKETCALL_ARGS3(a, b, c) __SOCKETCALL_ARGS2(a, b), __SOCKETCALL_CAST(c)
#define __SOCKETCALL_ARGS4(a, b, c, d) __SOCKETCALL_ARGS3(a, b, c), __SOCKETCALL_CAST(d)
#define __SOCKETCALL_ARGS5(a, b, c, d, e) __SOCKETCALL_ARGS4(a, b, c, d), __SOCKETCALL_CAST(e)
#define __SOCKETCALL_ARGS6(a, b, c, d, e, f) __SOCKETCALL_ARGS5(a, b, c, d, e), __SOCKETCALL_CAST(f)
#define __SOCKETCALL_ARGS(args...) __JOIN(__SOCKETCALL_ARGS, __ARGUMENT_COUNT(args))(args)

#define SOCKETCALL(name, args...)                                                                  \
    ({                                                                                             \
        long arguments[] = {__SOCKETCALL_ARGS(args)};                                              \
        INLINE_SYSCALL(socketcall, 2, SOCKOP_##name, arguments);                                   \
    })
#define SOCKETCALL_CANCEL(name, args...)                                                           \
    ({                                                                                             \
        long arguments[] = {__SOCKETCALL_ARGS(args)};                                              \
        SYSCALL_CANCEL(socketcall, SOCKOP_##name, arguments);                                      \
    })
