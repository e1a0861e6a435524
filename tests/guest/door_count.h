// Counts what a test of sockets tries: cases are the calls that differ in the line that makes them,
// the call, the sort of socket, the door, or the error (but for EAGAIN, which is a matter of luck
// where a test asks again). The last lines but one say how many there
// were of each; tools/socket_table.py makes docs/sockets.md of them.
#pragma once

#include "test.h"

#include <linux/net.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>

// Behind the twenty calls of socketcall come those that wait for sockets and copy to and from them.
enum door_more {
    DOOR_SELECT = SYS_SENDMMSG + 1,
    DOOR_POLL,
    DOOR_EPOLL,
    DOOR_SENDFILE,
    DOOR_SPLICE
};
static const char* const door_calls[] = {"",           "socket",   "bind",        "connect",
                                         "listen",     "accept",   "getsockname", "getpeername",
                                         "socketpair", "send",     "recv",        "sendto",
                                         "recvfrom",   "shutdown", "setsockopt",  "getsockopt",
                                         "sendmsg",    "recvmsg",  "accept4",     "recvmmsg",
                                         "sendmmsg",   "select",   "poll",        "epoll",
                                         "sendfile",   "splice"};

enum door_family {
    DOOR_NO_SOCKET,
    DOOR_TCP,
    DOOR_UDP,
    DOOR_PING,
    DOOR_RAW,
    DOOR_TCP6,
    DOOR_UDP6,
    DOOR_PING6,
    DOOR_RAW6,
    DOOR_UNIX_STREAM,
    DOOR_UNIX_DGRAM,
    DOOR_UNIX_SEQPACKET,
    DOOR_NETLINK,
    DOOR_PACKET,
};
static const char* const door_families[] = {
    "none", "tcp",         "udp",        "ping",           "raw",     "tcp6",  "udp6", "ping6",
    "raw6", "unix stream", "unix dgram", "unix seqpacket", "netlink", "packet"};

static inline enum door_family door_family_of(int domain, int type, int protocol) {
    int inet = domain == AF_INET6 ? DOOR_TCP6 - DOOR_TCP : 0;
    switch (domain) {
    case AF_INET:
    case AF_INET6:
        if (type == SOCK_STREAM) return (enum door_family)(DOOR_TCP + inet);
        if (type == SOCK_RAW) return (enum door_family)(DOOR_RAW + inet);
        if (type != SOCK_DGRAM) return DOOR_NO_SOCKET;
        return (enum door_family)(
            (protocol == 0 || protocol == IPPROTO_UDP ? DOOR_UDP : DOOR_PING) + inet);
    case AF_UNIX:
        return type == SOCK_STREAM      ? DOOR_UNIX_STREAM
               : type == SOCK_DGRAM     ? DOOR_UNIX_DGRAM
               : type == SOCK_SEQPACKET ? DOOR_UNIX_SEQPACKET
                                        : DOOR_NO_SOCKET;
    case AF_NETLINK:
        return DOOR_NETLINK;
    case AF_PACKET:
        return DOOR_PACKET;
    default:
        return DOOR_NO_SOCKET;
    }
}

static inline enum door_family door_family_of_fd(int fd) {
    int domain = 0, type = 0, protocol = 0;
    socklen_t size = sizeof(int);
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0) return DOOR_NO_SOCKET;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
    return door_family_of(domain, type, protocol);
}

// A set of cases, shared with the children that a test forks.
#define DOOR_SLOTS 8192
static uint64_t* door_cases;

static inline void door_count(int line, int call, int family, int through, int error) {
    uint64_t key = (uint64_t)line << 32 | (uint64_t)call << 24 | (uint64_t)family << 16 |
                   (uint64_t)through << 12 | (uint64_t)(error == EAGAIN ? 0 : error);
    if (!door_cases) return;
    unsigned slot = (unsigned)((key * 0x9e3779b97f4a7c15u) >> 51);
    for (int tries = 0; tries < DOOR_SLOTS; tries++, slot = (slot + 1) % DOOR_SLOTS) {
        if (door_cases[slot] == key) return;
        if (door_cases[slot]) continue;
        door_cases[slot] = key;
        return;
    }
}

// `cases CALL/FAMILY LIBC DIRECT SOCKETCALL`, the numbers of cases through each door.
static void door_summary(void) {
    for (unsigned call = 1; call < sizeof door_calls / sizeof *door_calls; call++)
        for (unsigned family = 0; family < sizeof door_families / sizeof *door_families; family++) {
            int counts[3] = {0, 0, 0}, all = 0;
            for (int slot = 0; slot < DOOR_SLOTS; slot++) {
                uint64_t key = door_cases[slot];
                if (!key || (key >> 24 & 0xff) != call || (key >> 16 & 0xff) != family) continue;
                counts[key >> 12 & 3]++;
                all++;
            }
            if (all)
                printf("cases %s/%s %d %d %d\n", door_calls[call], door_families[family], counts[0],
                       counts[1], counts[2]);
        }
}

__attribute__((constructor)) static void door_count_begin(void) {
    void* memory = mmap(NULL, DOOR_SLOTS * sizeof *door_cases, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    door_cases = memory;
    test_summary = door_summary;
}
