// The socket calls through each door: libc's own way, the direct system calls, and socketcall by
// int 0x80. The tests of sockets run once a door; `door` says which is open.
//
// A 64-bit program may go through int 0x80 too, as long as what it points at lies below 4 GiB:
// static data of a program that isn't position-independent does, the stack doesn't. So the tests
// keep what they pass in static variables.
#pragma once

#include "door_count.h"

#include <linux/net.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum door { DOOR_LIBC, DOOR_DIRECT, DOOR_SOCKETCALL, DOOR_COUNT };
static enum door door;
static const char* const door_names[] = {"libc", "direct", "socketcall"};

static inline long door_result(long value) {
    if (value < 0 && value > -4096) {
        errno = (int)-value;
        return -1;
    }
    return value;
}

static inline long int80(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c)
                     : "memory"
#ifdef __x86_64__
                       ,
                       "r8", "r9", "r10", "r11"
#endif
    );
    return (int)result;
}

static inline long socketcall_door(int call, long a, long b, long c, long d, long e, long f) {
    static unsigned args[6];
    unsigned values[6] = {(unsigned)a, (unsigned)b, (unsigned)c,
                          (unsigned)d, (unsigned)e, (unsigned)f};
    memcpy(args, values, sizeof args);
    return door_result(int80(102, call, (long)args, 0));
}

static inline long direct_door(int call, long a, long b, long c, long d, long e, long f) {
    switch (call) {
    case SYS_SOCKET:
        return syscall(SYS_socket, a, b, c);
    case SYS_BIND:
        return syscall(SYS_bind, a, b, c);
    case SYS_CONNECT:
        return syscall(SYS_connect, a, b, c);
    case SYS_LISTEN:
        return syscall(SYS_listen, a, b);
    case SYS_ACCEPT:
        return syscall(SYS_accept4, a, b, c, 0);
    case SYS_ACCEPT4:
        return syscall(SYS_accept4, a, b, c, d);
    case SYS_GETSOCKNAME:
        return syscall(SYS_getsockname, a, b, c);
    case SYS_GETPEERNAME:
        return syscall(SYS_getpeername, a, b, c);
    case SYS_SOCKETPAIR:
        return syscall(SYS_socketpair, a, b, c, d);
    case SYS_SEND:
        return syscall(SYS_sendto, a, b, c, d, 0, 0);
    case SYS_RECV:
        return syscall(SYS_recvfrom, a, b, c, d, 0, 0);
    case SYS_SENDTO:
        return syscall(SYS_sendto, a, b, c, d, e, f);
    case SYS_RECVFROM:
        return syscall(SYS_recvfrom, a, b, c, d, e, f);
    case SYS_SHUTDOWN:
        return syscall(SYS_shutdown, a, b);
    case SYS_SETSOCKOPT:
        return syscall(SYS_setsockopt, a, b, c, d, e);
    case SYS_GETSOCKOPT:
        return syscall(SYS_getsockopt, a, b, c, d, e);
    case SYS_SENDMSG:
        return syscall(SYS_sendmsg, a, b, c);
    case SYS_RECVMSG:
        return syscall(SYS_recvmsg, a, b, c);
    case SYS_RECVMMSG:
        return syscall(SYS_recvmmsg, a, b, c, d, e);
    case SYS_SENDMMSG:
        return syscall(SYS_sendmmsg, a, b, c, d);
    default:
        errno = EINVAL;
        return -1;
    }
}

static inline long libc_door(int call, long a, long b, long c, long d, long e, long f) {
    switch (call) {
    case SYS_SOCKET:
        return socket(a, b, c);
    case SYS_BIND:
        return bind(a, (void*)b, c);
    case SYS_CONNECT:
        return connect(a, (void*)b, c);
    case SYS_LISTEN:
        return listen(a, b);
    case SYS_ACCEPT:
        return accept(a, (void*)b, (void*)c);
    case SYS_ACCEPT4:
        return accept4(a, (void*)b, (void*)c, d);
    case SYS_GETSOCKNAME:
        return getsockname(a, (void*)b, (void*)c);
    case SYS_GETPEERNAME:
        return getpeername(a, (void*)b, (void*)c);
    case SYS_SOCKETPAIR:
        return socketpair(a, b, c, (void*)d);
    case SYS_SEND:
        return send(a, (void*)b, c, d);
    case SYS_RECV:
        return recv(a, (void*)b, c, d);
    case SYS_SENDTO:
        return sendto(a, (void*)b, c, d, (void*)e, f);
    case SYS_RECVFROM:
        return recvfrom(a, (void*)b, c, d, (void*)e, (void*)f);
    case SYS_SHUTDOWN:
        return shutdown(a, b);
    case SYS_SETSOCKOPT:
        return setsockopt(a, b, c, (void*)d, e);
    case SYS_GETSOCKOPT:
        return getsockopt(a, b, c, (void*)d, (void*)e);
    case SYS_SENDMSG:
        return sendmsg(a, (void*)b, c);
    case SYS_RECVMSG:
        return recvmsg(a, (void*)b, c);
    case SYS_RECVMMSG:
        return recvmmsg(a, (void*)b, c, d, (void*)e);
    case SYS_SENDMMSG:
        return sendmmsg(a, (void*)b, c, d);
    default:
        errno = EINVAL;
        return -1;
    }
}

static inline long door_call_at(int line, int call, long a, long b, long c, long d, long e,
                                long f) {
    long result = door == DOOR_SOCKETCALL ? socketcall_door(call, a, b, c, d, e, f)
                  : door == DOOR_DIRECT   ? direct_door(call, a, b, c, d, e, f)
                                          : libc_door(call, a, b, c, d, e, f);
    int error = errno;
    enum door_family family = call == SYS_SOCKET || call == SYS_SOCKETPAIR
                                  ? door_family_of(a, b & 15, c)
                                  : door_family_of_fd(a);
    door_count(line, call, family, door, result == -1 ? error : 0);
    errno = error;
    return result;
}
#define door_call(...) door_call_at(__LINE__, __VA_ARGS__)

#define x_socket(family, type, protocol)                                                           \
    ((int)door_call(SYS_SOCKET, family, type, protocol, 0, 0, 0))
#define x_bind(fd, address, length) door_call(SYS_BIND, fd, (long)(address), length, 0, 0, 0)
#define x_connect(fd, address, length) door_call(SYS_CONNECT, fd, (long)(address), length, 0, 0, 0)
#define x_listen(fd, backlog) door_call(SYS_LISTEN, fd, backlog, 0, 0, 0, 0)
#define x_accept(fd, address, length)                                                              \
    ((int)door_call(SYS_ACCEPT, fd, (long)(address), (long)(length), 0, 0, 0))
#define x_accept4(fd, address, length, flags)                                                      \
    ((int)door_call(SYS_ACCEPT4, fd, (long)(address), (long)(length), flags, 0, 0))
#define x_getsockname(fd, address, length)                                                         \
    door_call(SYS_GETSOCKNAME, fd, (long)(address), (long)(length), 0, 0, 0)
#define x_getpeername(fd, address, length)                                                         \
    door_call(SYS_GETPEERNAME, fd, (long)(address), (long)(length), 0, 0, 0)
#define x_socketpair(family, type, protocol, fds)                                                  \
    door_call(SYS_SOCKETPAIR, family, type, protocol, (long)(fds), 0, 0)
#define x_send(fd, data, size, flags)                                                              \
    door_call(SYS_SEND, fd, (long)(data), (long)(size), flags, 0, 0)
#define x_recv(fd, data, size, flags)                                                              \
    door_call(SYS_RECV, fd, (long)(data), (long)(size), flags, 0, 0)
#define x_sendto(fd, data, size, flags, address, length)                                           \
    door_call(SYS_SENDTO, fd, (long)(data), (long)(size), flags, (long)(address), length)
#define x_recvfrom(fd, data, size, flags, address, length)                                         \
    door_call(SYS_RECVFROM, fd, (long)(data), (long)(size), flags, (long)(address), (long)(length))
#define x_shutdown(fd, how) door_call(SYS_SHUTDOWN, fd, how, 0, 0, 0, 0)
#define x_setsockopt(fd, level, name, value, length)                                               \
    door_call(SYS_SETSOCKOPT, fd, level, name, (long)(value), length, 0)
#define x_getsockopt(fd, level, name, value, length)                                               \
    door_call(SYS_GETSOCKOPT, fd, level, name, (long)(value), (long)(length), 0)
#define x_sendmsg(fd, message, flags) door_call(SYS_SENDMSG, fd, (long)(message), flags, 0, 0, 0)
#define x_recvmsg(fd, message, flags) door_call(SYS_RECVMSG, fd, (long)(message), flags, 0, 0, 0)
#define x_sendmmsg(fd, messages, count, flags)                                                     \
    door_call(SYS_SENDMMSG, fd, (long)(messages), count, flags, 0, 0)
#define x_recvmmsg(fd, messages, count, flags, timeout)                                            \
    door_call(SYS_RECVMMSG, fd, (long)(messages), count, flags, (long)(timeout), 0)

// Structures with pointers in them have the i386 layout behind int 0x80: a 64-bit program leaves
// those calls out.
static inline int door_takes_structures(void) {
    return door != DOOR_SOCKETCALL || sizeof(long) == 4;
}
