// recvmmsg and sendmmsg: the timeout in all its forms, what ends the loop early, what is kept for
// the next call, limits; through each door whose structures are the program's own.
#include "test.h"

#include "doors.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#define MANY 1500

static struct sockaddr_in address;
static socklen_t length;
static struct iovec parts[MANY];
static struct mmsghdr many[MANY];
static char data[MANY], big[70000];
static struct timespec timeout;
static int value, pair[2];
static void* const bad = (void*)8;

static int bound(int type) {
    int s = x_socket(AF_INET, type, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(x_bind(s, &address, sizeof address), 0);
    length = sizeof address;
    CHECK_EQ(x_getsockname(s, &address, &length), 0);
    return s;
}

// Messages of one byte each.
static void fill(int count) {
    memset(many, 0, sizeof many);
    for (int i = 0; i < count; i++) {
        parts[i] = (struct iovec){data + i, 1};
        many[i].msg_hdr.msg_iov = &parts[i];
        many[i].msg_hdr.msg_iovlen = 1;
        many[i].msg_len = 99;
    }
}

static void send_few(int count) {
    for (int i = 0; i < count; i++) CHECK_EQ(x_sendto(pair[0], "abcdefgh" + i, 1, 0, NULL, 0), 1);
}

static int empty(int fd) { return recv(fd, data, 1, MSG_DONTWAIT | MSG_PEEK) == -1; }

static long milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_time(long seconds, long nanoseconds) {
    timeout.tv_sec = seconds;
    timeout.tv_nsec = nanoseconds;
}

// --- the timeout ---

static void test_timeout_values(void) {
    x_socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    fill(8);
    set_time(0, -1);
    CHECK_ERRNO(x_recvmmsg(pair[1], many, 1, 0, &timeout), EINVAL);
    set_time(0, 1000000000);
    CHECK_ERRNO(x_recvmmsg(pair[1], many, 1, 0, &timeout), EINVAL);
    CHECK_ERRNO(x_recvmmsg(-1, many, 1, 0, &timeout), EINVAL); // before the descriptor
    set_time(-1, 0);
    CHECK_ERRNO(x_recvmmsg(pair[1], many, 0, 0, &timeout), EINVAL);
    if (door != DOOR_LIBC) // i386's reads it itself
        CHECK_ERRNO(x_recvmmsg(pair[1], many, 1, 0, bad), EFAULT);
    CHECK_ERRNO(x_recvmmsg(-1, many, 1, 0, NULL), EBADF);
    // No time at all: the first that is there, and nothing is left.
    send_few(3);
    set_time(0, 0);
    CHECK_EQ(x_recvmmsg(pair[1], many, 8, 0, &timeout), 1);
    CHECK_EQ(timeout.tv_sec, 0);
    CHECK_EQ(timeout.tv_nsec, 0);
    // None: all that is there.
    CHECK_EQ(x_recvmmsg(pair[1], many, 8, MSG_DONTWAIT, NULL), 2);
    // Where nothing came, nothing is written.
    set_time(7, 7);
    CHECK_ERRNO(x_recvmmsg(pair[1], many, 8, MSG_DONTWAIT, &timeout), EAGAIN);
    CHECK_EQ(timeout.tv_sec, 7);
    CHECK_EQ(timeout.tv_nsec, 7);
    CHECK_EQ(x_recvmmsg(pair[1], many, 0, 0, &timeout), 0);
    CHECK_EQ(timeout.tv_sec, 7);
    CHECK_EQ(timeout.tv_nsec, 7);
    set_time(0, 0);
    CHECK_ERRNO(x_recvmmsg(pair[1], many, 8, MSG_DONTWAIT, &timeout), EAGAIN);
    close(pair[0]);
    close(pair[1]);
}

// It is looked at only when a message has come: one that expires before the next is noticed then.
static void test_timeout_between(void) {
    x_socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    fill(8);
    send_few(1);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        usleep(800000);
        _exit(write(pair[0], "xy", 2) != 2 || write(pair[0], "z", 1) != 1);
    }
    set_time(0, 400 * 1000000);
    long before = milliseconds();
    CHECK_EQ(x_recvmmsg(pair[1], many, 8, 0, &timeout), 2);
    CHECK(milliseconds() - before >= 700);
    CHECK_EQ(timeout.tv_sec, 0);
    CHECK_EQ(timeout.tv_nsec, 0);
    int status;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    CHECK_EQ(x_recvmmsg(pair[1], many, 8, MSG_DONTWAIT, NULL), 1);
    // What is left comes back.
    send_few(2);
    set_time(5, 0);
    CHECK_EQ(x_recvmmsg(pair[1], many, 2, 0, &timeout), 2);
    CHECK_EQ(timeout.tv_sec, 4);
    CHECK(timeout.tv_nsec > 0 && timeout.tv_nsec < 1000000000);
    // SO_RCVTIMEO ends the wait for the next one: what has come by then is the answer.
    struct timeval limit = {0, 50000};
    setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    send_few(2);
    set_time(5, 0);
    CHECK_EQ(x_recvmmsg(pair[1], many, 8, 0, &timeout), 2);
    CHECK_EQ(timeout.tv_sec, 4);
    CHECK_ERRNO(x_recvmmsg(pair[1], many, 8, 0, &timeout), EAGAIN);
    close(pair[0]);
    close(pair[1]);
}

// The form with 64-bit seconds has a number of its own on i386; what lies in the upper half of the
// nanoseconds isn't looked at there.
static void test_time64(void) {
    static struct {
        int64_t seconds;
        uint32_t nanoseconds, upper;
    } wide;
#ifdef SYS_recvmmsg_time64
    const long number = SYS_recvmmsg_time64;
    const uint32_t garbage = 0xabcd;
#else
    const long number = SYS_recvmmsg;
    const uint32_t garbage = 0;
#endif
    x_socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    fill(4);
    send_few(3);
    wide.seconds = 5;
    wide.nanoseconds = 0;
    wide.upper = garbage;
    CHECK_EQ(syscall(number, pair[1], many, 2, 0, &wide), 2);
    CHECK_EQ(wide.seconds, 4);
    CHECK(wide.nanoseconds > 0 && wide.nanoseconds < 1000000000);
    CHECK_EQ(wide.upper, 0);
    wide.seconds = (int64_t)1 << 40;
    wide.nanoseconds = 0;
    CHECK_EQ(syscall(number, pair[1], many, 1, 0, &wide), 1);
    CHECK(wide.seconds >= ((int64_t)1 << 40) - 1);
    wide.seconds = -1;
    CHECK_ERRNO(syscall(number, pair[1], many, 1, 0, &wide), EINVAL);
    wide.seconds = 0;
    wide.nanoseconds = 1000000000;
    CHECK_ERRNO(syscall(number, pair[1], many, 1, 0, &wide), EINVAL);
    close(pair[0]);
    close(pair[1]);
}

// --- what ends the loop ---

static void test_wait_for_one(void) {
    x_socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair);
    fill(8);
    send_few(3);
    CHECK_EQ(x_recvmmsg(pair[1], many, 8, MSG_WAITFORONE, NULL), 3);
    CHECK_EQ(many[2].msg_len, 1);
    CHECK_EQ(many[3].msg_len, 99);
    CHECK_ERRNO(x_recvmmsg(pair[1], many, 8, MSG_WAITFORONE | MSG_DONTWAIT, NULL), EAGAIN);
    // The end of the file is a message of nothing, again and again.
    send_few(1);
    close(pair[0]);
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, 0, NULL), 4);
    CHECK_EQ(many[0].msg_len, 1);
    CHECK_EQ(many[3].msg_len, 0);
    close(pair[1]);
}

// An error behind the first message waits for the next call, which has it before what is there.
static void test_error_kept(void) {
    pair[1] = bound(SOCK_DGRAM);
    pair[0] = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(x_connect(pair[0], &address, sizeof address), 0);
    fill(4);
    send_few(4);
    many[1].msg_hdr.msg_iov = bad;
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, 0, NULL), 1);
    length = sizeof value;
    value = 0;
    CHECK_EQ(x_getsockopt(pair[1], SOL_SOCKET, SO_ERROR, &value, &length), 0);
    CHECK_EQ(value, EFAULT);
    many[1].msg_hdr.msg_iov = bad;
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, 0, NULL), 1);
    fill(4);
    CHECK_ERRNO(x_recvmmsg(pair[1], many, 4, 0, NULL), EFAULT);
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, MSG_DONTWAIT, NULL), 2);
    CHECK_EQ(many[1].msg_len, 1);
    // EAGAIN isn't kept.
    value = -1;
    CHECK_EQ(x_getsockopt(pair[1], SOL_SOCKET, SO_ERROR, &value, &length), 0);
    CHECK_EQ(value, 0);
    // A pending error comes before messages, even when none is asked for.
    close(pair[1]);
    send_few(1);
    CHECK_ERRNO(x_recvmmsg(pair[0], many, 0, 0, NULL), ECONNREFUSED);
    CHECK_ERRNO(x_recvmmsg(pair[0], many, 4, MSG_DONTWAIT, NULL), EAGAIN);
    close(pair[0]);
}

// TCP's urgent byte ends the loop.
static void test_urgent(void) {
    int listener = bound(SOCK_STREAM);
    CHECK_EQ(x_listen(listener, 1), 0);
    pair[0] = x_socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(x_connect(pair[0], &address, sizeof address), 0);
    pair[1] = x_accept(listener, NULL, NULL);
    close(listener);
    CHECK_EQ(x_send(pair[0], "!", 1, MSG_OOB), 1);
    struct pollfd urgent = {pair[1], POLLPRI, 0};
    CHECK_EQ(poll(&urgent, 1, 2000), 1);
    fill(4);
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, MSG_OOB, NULL), 1);
    CHECK_EQ(many[0].msg_hdr.msg_flags & MSG_OOB, MSG_OOB);
    CHECK_EQ(data[0], '!');
    // A stream: each message takes what fits, and the last one what is left.
    CHECK_EQ(x_send(pair[0], "abc", 3, 0), 3);
    struct pollfd ready = {pair[1], POLLIN, 0};
    CHECK_EQ(poll(&ready, 1, 2000), 1);
    parts[1].iov_len = 5;
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, MSG_DONTWAIT, NULL), 2);
    CHECK_EQ(many[0].msg_len, 1);
    CHECK_EQ(many[1].msg_len, 2);
    // What doesn't fit into the buffers ends a sendmmsg: bytes must not overtake.
    fill(4);
    static char much[8 << 20];
    parts[1] = (struct iovec){much, sizeof much};
    CHECK_EQ(x_sendmmsg(pair[0], many, 4, MSG_DONTWAIT), 2);
    CHECK_EQ(many[0].msg_len, 1);
    CHECK(many[1].msg_len > 0 && many[1].msg_len < sizeof much);
    CHECK_EQ(many[2].msg_len, 99);
    CHECK_ERRNO(x_sendmmsg(pair[0], many, 4, MSG_DONTWAIT), EAGAIN);
    close(pair[0]);
    close(pair[1]);
}

// --- sendmmsg ---

static void test_partial(void) {
    pair[1] = bound(SOCK_DGRAM);
    pair[0] = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(x_connect(pair[0], &address, sizeof address), 0);
    fill(4);
    parts[2].iov_base = bad;
    CHECK_EQ(x_sendmmsg(pair[0], many, 4, 0), 2);
    CHECK_EQ(many[1].msg_len, 1);
    CHECK_EQ(many[2].msg_len, 99);
    CHECK_ERRNO(x_sendmmsg(pair[0], many + 2, 2, 0), EFAULT);
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, MSG_DONTWAIT, NULL), 2);
    fill(4);
    parts[1] = (struct iovec){big, sizeof big};
    CHECK_EQ(x_sendmmsg(pair[0], many, 4, 0), 1);
    CHECK_ERRNO(x_sendmmsg(pair[0], many + 1, 3, 0), EMSGSIZE);
    parts[1] = (struct iovec){big, 65508};
    CHECK_ERRNO(x_sendmmsg(pair[0], many + 1, 3, 0), EMSGSIZE);
    fill(4);
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, MSG_DONTWAIT, NULL), 1);
    // The error isn't kept for the next call.
    value = -1;
    length = sizeof value;
    CHECK_EQ(x_getsockopt(pair[0], SOL_SOCKET, SO_ERROR, &value, &length), 0);
    CHECK_EQ(value, 0);
    many[2].msg_hdr.msg_iovlen = 1025;
    CHECK_EQ(x_sendmmsg(pair[0], many, 4, 0), 2);
    CHECK_ERRNO(x_sendmmsg(pair[0], many + 2, 2, 0), EMSGSIZE);
    CHECK_ERRNO(x_sendmmsg(pair[0], bad, 1, 0), EFAULT);
    CHECK_EQ(x_sendmmsg(pair[0], bad, 0, 0), 0);
    // A bit of Linux's own: an error, but through the i386 table, where it is always set.
    if (sizeof(long) == 8) {
        CHECK_ERRNO(x_sendmmsg(pair[0], many, 1, 0x80000000), EINVAL);
        CHECK_ERRNO(x_recvmmsg(pair[1], many, 1, 0x80000000, NULL), EINVAL);
    } else {
        CHECK_EQ(x_sendmmsg(pair[0], many, 1, 0x80000000), 1);
        CHECK_EQ(x_recvmmsg(pair[1], many, 1, 0x80000000, NULL), 1);
        CHECK_EQ(many[0].msg_hdr.msg_flags, 0);
    }
    CHECK_ERRNO(x_sendmmsg(pair[0], many, 1, MSG_OOB), EOPNOTSUPP);
    fill(4);
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, MSG_DONTWAIT, NULL), 2);
    // Peeking sees the first one again and again.
    send_few(1);
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, MSG_PEEK, NULL), 4);
    CHECK_EQ(many[3].msg_len, 1);
    CHECK_EQ(x_recvmmsg(pair[1], many, 4, MSG_DONTWAIT, NULL), 1);
    close(pair[0]);
    close(pair[1]);
}

// 1,024 messages go at a time, but any number may come.
static void test_limit(void) {
    x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    fill(MANY);
    value = 4 << 20;
    setsockopt(pair[0], SOL_SOCKET, SO_SNDBUFFORCE, &value, sizeof value);
    int sent = 0;
    while (sent < MANY) { // the buffer may be too small for all at once
        long now = x_sendmmsg(pair[0], many + sent, MANY - sent, MSG_DONTWAIT);
        if (now <= 0) break;
        CHECK(now <= 1024);
        sent += now;
    }
    for (int i = 0; i < MANY; i++) {
        many[i].msg_hdr.msg_iov = &parts[i];
        many[i].msg_hdr.msg_iovlen = 0;
    }
    // A message without room takes nothing of a stream, and ends nothing either.
    CHECK_EQ(x_recvmmsg(pair[1], many, MANY, MSG_DONTWAIT, NULL), MANY);
    CHECK_EQ(many[MANY - 1].msg_len, 0);
    CHECK(!empty(pair[1]));
    CHECK_EQ(x_sendmmsg(pair[0], many, MANY, MSG_DONTWAIT), 1024);
    close(pair[0]);
    close(pair[1]);
}

// A stream whose reader has gone: SIGPIPE, unless the flag says no; part of it may have gone.
static volatile int signals;
static void on_pipe(int number) { signals += number == SIGPIPE; }
static void test_pipe(void) {
    signal(SIGPIPE, on_pipe);
    signals = 0;
    x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    close(pair[1]);
    fill(4);
    CHECK_ERRNO(x_sendmmsg(pair[0], many, 4, MSG_NOSIGNAL), EPIPE);
    CHECK_EQ(signals, 0);
    CHECK_ERRNO(x_sendmmsg(pair[0], many, 4, 0), EPIPE);
    CHECK_EQ(signals, 1);
    close(pair[0]);
}

int main(void) {
    test_time64();
    for (door = 0; door < DOOR_COUNT; door++) {
        if (!door_takes_structures()) continue;
        int before = test_failed;
        test_timeout_values();
        test_timeout_between();
        test_wait_for_one();
        test_error_kept();
        test_urgent();
        test_partial();
        test_limit();
        test_pipe();
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    return test_end();
}
