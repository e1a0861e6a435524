// What the tests of AF_UNIX share: addresses, pairs, messages with descriptors, the state of poll.
#pragma once

#include "test.h"

#include "doors.h"
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

static struct sockaddr_un address;
__attribute__((unused)) static struct sockaddr_un other;
static socklen_t length;
__attribute__((unused)) static int pair[2];
static int value;
static char data[256 * 1024], into[256 * 1024];
static struct msghdr message;
static struct iovec part;
// Aligned as ancillary data has to be.
static union {
    struct cmsghdr align;
    char bytes[2048];
} control;

#define x_socketpair(family, type, protocol, fds)                                                  \
    door_call(SYS_SOCKETPAIR, family, type, protocol, (long)(fds), 0, 0)

__attribute__((unused)) static socklen_t path_name(const char* path) {
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path, path);
    return offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}

__attribute__((unused)) static socklen_t abstract_name(const char* name) {
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path + 1, name);
    return offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name);
}

__attribute__((unused)) static int poll_now(int fd) {
    struct pollfd p = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
    return poll(&p, 1, 0) < 0 ? -1 : p.revents;
}

__attribute__((unused)) static void set_timeout(int fd, int option, int milliseconds) {
    static struct timeval time;
    time.tv_sec = 0;
    time.tv_usec = milliseconds * 1000;
    CHECK_EQ(setsockopt(fd, SOL_SOCKET, option, &time, sizeof time), 0);
}

__attribute__((unused)) static int open_descriptors(void) {
    int count = 0;
    for (int fd = 0; fd < 256; fd++) count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

// --- messages with ancillary data, in the layout of the program (so not by socketcall's door from
// a 64-bit one) ---

__attribute__((unused)) static void begin_message(size_t bytes) {
    memset(&message, 0, sizeof message);
    part.iov_base = data;
    part.iov_len = bytes;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
}

__attribute__((unused)) static void add_control(int type, const void* bytes, size_t size) {
    message.msg_control = control.bytes;
    struct cmsghdr* at = (void*)(control.bytes + message.msg_controllen);
    memset(at, 0, CMSG_SPACE(size));
    at->cmsg_level = SOL_SOCKET;
    at->cmsg_type = type;
    at->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(at), bytes, size);
    message.msg_controllen += CMSG_SPACE(size);
}

__attribute__((unused)) static long send_files(int fd, const int* fds, int count, int flags) {
    begin_message(1);
    add_control(SCM_RIGHTS, fds, count * sizeof(int));
    return x_sendmsg(fd, &message, flags);
}

__attribute__((unused)) static long receive(int fd, size_t bytes, size_t room, int flags) {
    memset(&message, 0, sizeof message);
    part.iov_base = into;
    part.iov_len = bytes;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room ? control.bytes : 0;
    message.msg_controllen = room;
    return x_recvmsg(fd, &message, flags);
}

// The descriptors of the message received; how many.
__attribute__((unused)) static int received_files(int* fds) {
    for (struct cmsghdr* at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at)) {
        if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SCM_RIGHTS) continue;
        int count = (at->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(fds, CMSG_DATA(at), count * sizeof(int));
        return count;
    }
    return 0;
}

__attribute__((unused)) static struct ucred* received_identity(void) {
    for (struct cmsghdr* at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at))
        if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_CREDENTIALS)
            return (void*)CMSG_DATA(at);
    return 0;
}

// Whether the program's own structures go through the open door.
__attribute__((unused)) static int messages_pass(void) {
    return sizeof(long) == 4 || door != DOOR_SOCKETCALL;
}

// Runs the tests once a door.
#define EACH_DOOR(call)                                                                            \
    for (door = 0; door < DOOR_COUNT; door++) {                                                    \
        int before = test_failed;                                                                  \
        call;                                                                                      \
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);            \
    }
