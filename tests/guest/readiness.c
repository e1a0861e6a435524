// What poll, select and epoll say of every kind of descriptor in every state that it comes to: a
// line each, which must be the same on Linux and in Plumb.
#include "test.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

static char big[1 << 20];

static int wait_events(int set) {
    struct epoll_event event = {0};
    return epoll_wait(set, &event, 1, 0) == 1 ? (int)event.events : 0;
}

// Level, edge (twice) and one-shot (twice, then armed again).
static void show_epoll(int fd) {
    struct epoll_event event = {.events = 0x3fff};
    int set = epoll_create1(0);
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event)) {
        printf(" epoll error %d\n", errno);
        close(set);
        return;
    }
    int first = wait_events(set), second = wait_events(set);
    printf(" level %x %x", first, second);
    event.events = 0x3fff | EPOLLET;
    epoll_ctl(set, EPOLL_CTL_MOD, fd, &event);
    first = wait_events(set);
    second = wait_events(set);
    printf(" edge %x %x", first, second);
    event.events = 0x3fff | EPOLLONESHOT;
    epoll_ctl(set, EPOLL_CTL_MOD, fd, &event);
    first = wait_events(set);
    second = wait_events(set);
    epoll_ctl(set, EPOLL_CTL_MOD, fd, &event);
    printf(" once %x %x %x", first, second, wait_events(set));
    event.events = 0;
    epoll_ctl(set, EPOLL_CTL_MOD, fd, &event);
    printf(" none %x\n", wait_events(set));
    close(set);
}

static void show(const char* what, int fd) {
    struct pollfd p = {fd, 0x3fff, 0}, none = {fd, 0, 0};
    poll(&p, 1, 0);
    poll(&none, 1, 0);
    fd_set in, out, except;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&except);
    FD_SET(fd, &in);
    FD_SET(fd, &out);
    FD_SET(fd, &except);
    struct timeval now = {0, 0};
    int n = select(fd + 1, &in, &out, &except, &now);
    printf("%s: poll %x %x select %d %d%d%d", what, p.revents, none.revents, n, !!FD_ISSET(fd, &in),
           !!FD_ISSET(fd, &out), !!FD_ISSET(fd, &except));
    show_epoll(fd);
}

static void fill(int fd) {
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (write(fd, big, sizeof big) > 0)
        ;
}

static void drain(int fd) {
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (read(fd, big, sizeof big) > 0)
        ;
}

static void settle(void) { usleep(20000); }

static void pipes(void) {
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    show("empty pipe, reader", ends[0]);
    show("empty pipe, writer", ends[1]);
    CHECK_EQ(write(ends[1], "x", 1), 1);
    show("pipe, reader", ends[0]);
    show("pipe, writer", ends[1]);
    drain(ends[0]);
    fill(ends[1]);
    show("full pipe, reader", ends[0]);
    show("full pipe, writer", ends[1]);
    CHECK_EQ(read(ends[0], big, 1), 1);
    show("pipe less a byte, writer", ends[1]);
    CHECK_EQ(read(ends[0], big, 4096), 4096);
    show("pipe less a page, writer", ends[1]);
    close(ends[1]);
    show("pipe without a writer", ends[0]);
    drain(ends[0]);
    show("pipe at its end", ends[0]);
    close(ends[0]);
    CHECK_EQ(pipe(ends), 0);
    close(ends[0]);
    show("pipe without a reader", ends[1]);
    close(ends[1]);
    mkfifo("fifo", 0600);
    int reader = open("fifo", O_RDONLY | O_NONBLOCK);
    show("fifo never written to", reader);
    int both = open("fifo", O_RDWR);
    show("fifo, both", both);
    close(both);
    show("fifo, writer gone", reader);
    close(reader);
    unlink("fifo");
}

static void pairs(int type, const char* name) {
    char what[64];
    int pair[2];
#define SHOW(state, fd) (snprintf(what, sizeof what, "%s, %s", name, state), show(what, fd))
    CHECK_EQ(socketpair(AF_UNIX, type, 0, pair), 0);
    SHOW("idle", pair[0]);
    CHECK_EQ(write(pair[1], "x", 1), 1);
    SHOW("a byte", pair[0]);
    CHECK_EQ(shutdown(pair[1], SHUT_WR), 0);
    SHOW("a byte, peer shut", pair[0]);
    SHOW("shut for writing", pair[1]);
    drain(pair[0]);
    SHOW("peer shut", pair[0]);
    CHECK_EQ(shutdown(pair[0], SHUT_RDWR), 0);
    SHOW("shut both ways", pair[0]);
    close(pair[1]);
    SHOW("peer gone", pair[0]);
    close(pair[0]);
    CHECK_EQ(socketpair(AF_UNIX, type, 0, pair), 0);
    fcntl(pair[1], F_SETFL, O_NONBLOCK);
    while (write(pair[1], big, 1000) > 0)
        ;
    SHOW("full, writer", pair[1]);
    SHOW("full, reader", pair[0]);
    close(pair[0]);
    SHOW("peer gone with data", pair[1]);
    close(pair[1]);
    int lone = socket(AF_UNIX, type, 0);
    SHOW("lone", lone);
    close(lone);
}

static void streams(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
    socklen_t length = sizeof to;
    int fresh = socket(AF_INET, SOCK_STREAM, 0), listener = socket(AF_INET, SOCK_STREAM, 0);
    show("tcp fresh", fresh);
    CHECK_EQ(bind(listener, (struct sockaddr*)&to, sizeof to), 0);
    CHECK_EQ(getsockname(listener, (struct sockaddr*)&to, &length), 0);
    show("tcp bound", listener);
    CHECK_EQ(listen(listener, 4), 0);
    show("tcp listening", listener);
    CHECK_EQ(connect(fresh, (struct sockaddr*)&to, sizeof to), 0);
    settle();
    show("tcp to accept", listener);
    int accepted = accept(listener, NULL, NULL);
    show("tcp accepted all", listener);
    show("tcp connected", fresh);
    CHECK_EQ(write(fresh, "x", 1), 1);
    settle();
    show("tcp a byte", accepted);
    int low = 2;
    CHECK_EQ(setsockopt(accepted, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof low), 0);
    show("tcp a byte, wants two", accepted);
    CHECK_EQ(send(fresh, "y", 1, MSG_OOB), 1);
    settle();
    show("tcp urgent", accepted);
    CHECK_EQ(shutdown(fresh, SHUT_WR), 0);
    settle();
    show("tcp shut for writing", fresh);
    show("tcp peer shut", accepted);
    drain(accepted);
    show("tcp peer shut, drained", accepted);
    CHECK_EQ(shutdown(accepted, SHUT_RDWR), 0);
    settle();
    show("tcp shut", accepted);
    show("tcp both shut", fresh);
    close(accepted);
    close(fresh);
    fresh = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(connect(fresh, (struct sockaddr*)&to, sizeof to), 0);
    accepted = accept(listener, NULL, NULL);
    struct linger linger = {1, 0};
    CHECK_EQ(setsockopt(accepted, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    close(accepted);
    settle();
    show("tcp reset", fresh);
    CHECK_EQ(read(fresh, big, 1), -1);
    show("tcp reset, told", fresh);
    close(fresh);
    close(listener);
    fresh = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    (void)!connect(fresh, (struct sockaddr*)&to, sizeof to);
    settle();
    show("tcp refused", fresh);
    close(fresh);
}

static void datagrams(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
    socklen_t length = sizeof to;
    int s = socket(AF_INET, SOCK_DGRAM, 0), peer = socket(AF_INET, SOCK_DGRAM, 0);
    show("udp fresh", s);
    CHECK_EQ(bind(s, (struct sockaddr*)&to, sizeof to), 0);
    CHECK_EQ(getsockname(s, (struct sockaddr*)&to, &length), 0);
    CHECK_EQ(connect(peer, (struct sockaddr*)&to, sizeof to), 0);
    CHECK_EQ(write(peer, "", 0), 0);
    show("udp an empty one", s);
    close(s);
    CHECK_EQ(write(peer, "x", 1), 1);
    show("udp refused", peer);
    CHECK_EQ(shutdown(peer, SHUT_RD), 0);
    show("udp shut for reading", peer);
    CHECK_EQ(shutdown(peer, SHUT_WR), 0);
    show("udp shut", peer);
    close(peer);
}

static void others(void) {
    int e = eventfd(0, EFD_NONBLOCK);
    unsigned long long count = 1;
    show("eventfd 0", e);
    CHECK_EQ(write(e, &count, 8), 8);
    show("eventfd 1", e);
    count = 0xfffffffffffffffdull;
    CHECK_EQ(write(e, &count, 8), 8);
    show("eventfd full", e);
    close(e);
    int t = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    show("timerfd disarmed", t);
    struct itimerspec soon = {.it_value.tv_nsec = 1};
    CHECK_EQ(timerfd_settime(t, 0, &soon, NULL), 0);
    settle();
    show("timerfd expired", t);
    CHECK_EQ(read(t, &count, 8), 8);
    show("timerfd read", t);
    close(t);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    int s = signalfd(-1, &mask, SFD_NONBLOCK);
    show("signalfd", s);
    raise(SIGUSR1);
    show("signalfd with one", s);
    close(s);
    int set = epoll_create1(0), ends[2];
    CHECK_EQ(pipe(ends), 0);
    struct epoll_event event = {.events = EPOLLIN};
    CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event), 0);
    show("epoll idle", set);
    CHECK_EQ(write(ends[1], "x", 1), 1);
    show("epoll ready", set);
    drain(ends[0]);
    show("epoll no longer", set);
    close(set);
    close(ends[0]);
    close(ends[1]);
    int plain = open("plain", O_RDWR | O_CREAT, 0600);
    show("file", plain);
    close(plain);
    unlink("plain");
    int directory = open(".", O_RDONLY);
    show("directory", directory);
    close(directory);
    int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);
    show("/dev/null", null);
    show("/dev/zero", zero);
    close(null);
    close(zero);
}

// Sets in sets: how deep, and never round.
static void nesting(void) {
    int sets[8];
    struct epoll_event event = {.events = EPOLLIN};
    for (int i = 0; i < 8; i++) sets[i] = epoll_create1(0);
    for (int i = 0; i < 7; i++) {
        int done = epoll_ctl(sets[i], EPOLL_CTL_ADD, sets[i + 1], &event);
        printf("nested %d: %d\n", i, done ? errno : 0);
    }
    printf("round: %d\n", epoll_ctl(sets[2], EPOLL_CTL_ADD, sets[0], &event) ? errno : 0);
    printf("self: %d\n", epoll_ctl(sets[7], EPOLL_CTL_ADD, sets[7], &event) ? errno : 0);
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(epoll_ctl(sets[3], EPOLL_CTL_ADD, ends[0], &event), 0);
    CHECK_EQ(write(ends[1], "x", 1), 1);
    printf("from below: %x\n", wait_events(sets[0]));
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    printf("exclusive set: %d\n", epoll_ctl(sets[7], EPOLL_CTL_ADD, sets[6], &event) ? errno : 0);
    printf("exclusive: %d\n", epoll_ctl(sets[7], EPOLL_CTL_ADD, ends[0], &event) ? errno : 0);
    printf("exclusive changed: %d\n",
           epoll_ctl(sets[7], EPOLL_CTL_MOD, ends[0], &event) ? errno : 0);
    event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
    printf("exclusive once: %d\n", epoll_ctl(sets[6], EPOLL_CTL_ADD, ends[0], &event) ? errno : 0);
    for (int i = 0; i < 8; i++) close(sets[i]);
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    pipes();
    pairs(SOCK_STREAM, "unix stream");
    pairs(SOCK_SEQPACKET, "unix seqpacket");
    pairs(SOCK_DGRAM, "unix datagram");
    streams();
    datagrams();
    others();
    nesting();
    return test_end();
}
