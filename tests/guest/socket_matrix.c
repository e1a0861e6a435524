// Every socket call on every sort of socket, through each door: what each answers on a fresh one,
// with nothing prepared, and where something can be done, done. The answers are printed, so that
// Plumb's are held against Linux's one by one.
#include "test.h"

#include "doors.h"
#include "own_network.h"
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/un.h>

static const struct sort {
    const char* name;
    int domain, type, protocol;
} sorts[] = {{"tcp", AF_INET, SOCK_STREAM, 0},
             {"udp", AF_INET, SOCK_DGRAM, 0},
             {"ping", AF_INET, SOCK_DGRAM, IPPROTO_ICMP},
             {"raw", AF_INET, SOCK_RAW, 200},
             {"tcp6", AF_INET6, SOCK_STREAM, 0},
             {"udp6", AF_INET6, SOCK_DGRAM, 0},
             {"ping6", AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6},
             {"raw6", AF_INET6, SOCK_RAW, 200},
             {"unix stream", AF_UNIX, SOCK_STREAM, 0},
             {"unix dgram", AF_UNIX, SOCK_DGRAM, 0},
             {"unix seqpacket", AF_UNIX, SOCK_SEQPACKET, 0},
             {"netlink", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE},
             {"packet", AF_PACKET, SOCK_DGRAM, 0}};

static struct sockaddr_storage name, other;
static socklen_t length;
static int pair[2], number;
static char bytes[64] = "a message of some bytes";
static struct iovec part;
static struct msghdr message;
static struct mmsghdr messages[2];
static struct timespec no_time;
static int file;

// An answer, as text; the errno where it failed.
static void answer(const char* call, long result) {
    if (result < 0)
        printf(" %s:%d", call, errno);
    else
        printf(" %s=%ld", call, result);
    test_passed++;
}

// The name that a socket of the sort can be bound to.
static socklen_t own_name(const struct sort* sort) {
    memset(&name, 0, sizeof name);
    name.ss_family = (sa_family_t)sort->domain;
    switch (sort->domain) {
    case AF_INET:
        ((struct sockaddr_in*)&name)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return sizeof(struct sockaddr_in);
    case AF_INET6:
        ((struct sockaddr_in6*)&name)->sin6_addr = in6addr_loopback;
        return sizeof(struct sockaddr_in6);
    case AF_UNIX:
        memcpy(((struct sockaddr_un*)&name)->sun_path, "\0matrix", 7);
        return 2 + 7;
    case AF_NETLINK:
        return sizeof(struct sockaddr_nl);
    default:
        ((struct sockaddr_ll*)&name)->sll_ifindex = 1;
        return sizeof(struct sockaddr_ll);
    }
}

static void prepare_message(void) {
    part.iov_base = bytes;
    part.iov_len = 20;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    memset(messages, 0, sizeof messages);
    messages[0].msg_hdr = messages[1].msg_hdr = message;
}

// A fresh socket, for each call anew: what one call leaves behind doesn't matter to the next.
static int fresh(const struct sort* sort) {
    return x_socket(sort->domain, sort->type | SOCK_NONBLOCK, sort->protocol);
}

static void names(const struct sort* sort) {
    int fd = fresh(sort);
    answer("socket", fd < 0 ? fd : 0);
    length = sizeof other;
    answer("getsockname", x_getsockname(fd, &other, &length));
    length = sizeof other;
    answer("getpeername", x_getpeername(fd, &other, &length));
    socklen_t size = own_name(sort);
    answer("bind", x_bind(fd, &name, size));
    length = sizeof other;
    answer("getsockname", x_getsockname(fd, &other, &length));
    printf(" (%u, family %d)", (unsigned)length, other.ss_family);
    answer("bind short", x_bind(fd, &name, 1));
    answer("connect to itself", x_connect(fd, length ? &other : &name, length));
    length = sizeof other;
    answer("getpeername", x_getpeername(fd, &other, &length));
    close(fd);
    fd = fresh(sort);
    answer("connect short", x_connect(fd, &name, 1));
    name.ss_family = 99;
    answer("connect family", x_connect(fd, &name, size));
    answer("bind family", x_bind(fd, &name, size));
    close(fd);
}

static void listening(const struct sort* sort) {
    int fd = fresh(sort);
    socklen_t size = own_name(sort);
    length = sizeof other;
    answer("accept", x_accept(fd, &other, &length));
    answer("accept4 flags", x_accept4(fd, NULL, NULL, 1));
    x_bind(fd, &name, size);
    answer("listen", x_listen(fd, 1));
    answer("accept", x_accept(fd, &other, &length));
    answer("accept4", x_accept4(fd, NULL, NULL, SOCK_CLOEXEC));
    answer("shutdown how", x_shutdown(fd, 5));
    answer("shutdown", x_shutdown(fd, SHUT_RDWR));
    close(fd);
}

static void sending(const struct sort* sort) {
    int fd = fresh(sort);
    answer("send", x_send(fd, bytes, 10, MSG_NOSIGNAL));
    answer("send OOB", x_send(fd, bytes, 10, MSG_OOB | MSG_NOSIGNAL));
    answer("sendto", x_sendto(fd, bytes, 10, MSG_NOSIGNAL, NULL, 0));
    answer("sendto short", x_sendto(fd, bytes, 10, MSG_NOSIGNAL, &name, 1));
    answer("send NULL", x_send(fd, NULL, 0, MSG_NOSIGNAL));
    prepare_message();
    if (door_takes_structures()) {
        answer("sendmsg", x_sendmsg(fd, &message, MSG_NOSIGNAL));
        answer("sendmmsg", x_sendmmsg(fd, messages, 2, MSG_NOSIGNAL));
        answer("sendmmsg none", x_sendmmsg(fd, messages, 0, MSG_NOSIGNAL));
    }
    answer("sendmsg NULL", x_sendmsg(fd, NULL, 0));
    answer("sendmmsg NULL", x_sendmmsg(fd, NULL, 1, 0));
    close(fd);
}

static void receiving(const struct sort* sort) {
    int fd = fresh(sort);
    answer("recv", x_recv(fd, bytes, 10, MSG_DONTWAIT));
    answer("recv OOB", x_recv(fd, bytes, 10, MSG_OOB | MSG_DONTWAIT));
    answer("recv ERRQUEUE", x_recv(fd, bytes, 10, MSG_ERRQUEUE | MSG_DONTWAIT));
    answer("recv PEEK", x_recv(fd, bytes, 10, MSG_PEEK | MSG_DONTWAIT));
    length = sizeof other;
    answer("recvfrom", x_recvfrom(fd, bytes, 10, MSG_DONTWAIT, &other, &length));
    prepare_message();
    if (door_takes_structures()) {
        answer("recvmsg", x_recvmsg(fd, &message, MSG_DONTWAIT));
        answer("recvmmsg", x_recvmmsg(fd, messages, 2, MSG_DONTWAIT, NULL));
        answer("recvmmsg none", x_recvmmsg(fd, messages, 0, MSG_DONTWAIT, NULL));
    }
    answer("recvmsg NULL", x_recvmsg(fd, NULL, MSG_DONTWAIT));
    answer("recvmmsg NULL", x_recvmmsg(fd, NULL, 1, MSG_DONTWAIT, NULL));
    close(fd);
}

static void options(const struct sort* sort) {
    int fd = fresh(sort);
    static const int asked[] = {SO_TYPE,      SO_ERROR,     SO_ACCEPTCONN, SO_PROTOCOL, SO_DOMAIN,
                                SO_BROADCAST, SO_REUSEADDR, SO_PEERCRED,   SO_OOBINLINE};
    for (unsigned i = 0; i < sizeof asked / sizeof *asked; i++) {
        number = -1;
        length = sizeof number;
        answer("getsockopt", x_getsockopt(fd, SOL_SOCKET, asked[i], &number, &length));
    }
    printf(" (%d)", number);
    number = 1;
    answer("setsockopt", x_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &number, sizeof number));
    answer("set SO_REUSEPORT", x_setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &number, sizeof number));
    answer("set SO_KEEPALIVE", x_setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &number, sizeof number));
    answer("set IP_TTL", x_setsockopt(fd, IPPROTO_IP, 2, &number, sizeof number));
    answer("set level", x_setsockopt(fd, 4711, 1, &number, sizeof number));
    answer("set short", x_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &number, 1));
    answer("get level", x_getsockopt(fd, 4711, 1, &number, &length));
    close(fd);
}

static void pairs(const struct sort* sort) {
    long result = x_socketpair(sort->domain, sort->type | SOCK_NONBLOCK, sort->protocol, pair);
    answer("socketpair", result);
    answer("socketpair NULL", x_socketpair(sort->domain, sort->type, sort->protocol, NULL));
    if (result < 0) return;
    length = sizeof other;
    answer("getpeername", x_getpeername(pair[0], &other, &length));
    answer("send", x_send(pair[0], bytes, 10, 0));
    answer("sendto", x_sendto(pair[0], bytes, 10, 0, NULL, 0));
    prepare_message();
    if (door_takes_structures()) {
        answer("sendmsg", x_sendmsg(pair[0], &message, 0));
        answer("sendmmsg", x_sendmmsg(pair[0], messages, 2, 0));
        answer("recvmsg", x_recvmsg(pair[1], &message, 0));
        answer("recvmmsg", x_recvmmsg(pair[1], messages, 1, 0, &no_time));
    }
    answer("recv", x_recv(pair[1], bytes, 10, 0));
    length = sizeof other;
    answer("recvfrom", x_recvfrom(pair[1], bytes, 10, 0, &other, &length));
    answer("shutdown", x_shutdown(pair[0], SHUT_WR));
    answer("send", x_send(pair[0], bytes, 10, MSG_NOSIGNAL));
    answer("shutdown", x_shutdown(pair[1], SHUT_RD));
    close(pair[0]);
    close(pair[1]);
}

// An answer of a call that no door of socketcall has: through libc, and so as the program's own
// architecture calls it.
#define OTHER(call, fd, expression)                                                                \
    do {                                                                                           \
        errno = 0;                                                                                 \
        long other_result = (expression);                                                          \
        int other_error = errno;                                                                   \
        door_count(__LINE__, call, door_family_of_fd(fd), DOOR_DIRECT,                             \
                   other_result < 0 ? other_error : 0);                                            \
        errno = other_error;                                                                       \
        answer(door_calls[call], other_result);                                                    \
    } while (0)

static void waiting(const struct sort* sort) {
    int fd = fresh(sort);
    struct pollfd entry = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
    OTHER(DOOR_POLL, fd, poll(&entry, 1, 0));
    printf(" (%x)", entry.revents);
    fd_set in, out;
    struct timeval now = {0, 0};
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(fd, &in);
    FD_SET(fd, &out);
    OTHER(DOOR_SELECT, fd, select(fd + 1, &in, &out, NULL, &now));
    int ep = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP};
    OTHER(DOOR_EPOLL, fd, epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event));
    event.events = 0;
    OTHER(DOOR_EPOLL, fd, epoll_wait(ep, &event, 1, 0));
    printf(" (%x)", event.events);
    OTHER(DOOR_EPOLL, fd, epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL));
    close(ep);
    close(fd);
}

static void copying(const struct sort* sort) {
    int fd = fresh(sort), ends[2];
    off_t at = 0;
    signal(SIGPIPE, SIG_IGN);
    OTHER(DOOR_SENDFILE, fd, sendfile(fd, file, &at, 10));
    OTHER(DOOR_SENDFILE, fd, sendfile(file, fd, NULL, 10));
    if (pipe2(ends, O_NONBLOCK) < 0 || write(ends[1], bytes, 20) != 20) perror("pipe");
    OTHER(DOOR_SPLICE, fd, splice(ends[0], NULL, fd, NULL, 20, SPLICE_F_NONBLOCK));
    OTHER(DOOR_SPLICE, fd, splice(fd, NULL, ends[1], NULL, 20, SPLICE_F_NONBLOCK));
    close(ends[0]);
    close(ends[1]);
    close(fd);
}

int main(void) {
    own_network();
    file = open("matrix.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (write(file, bytes, 20) != 20) perror("write");
    for (door = 0; door < DOOR_COUNT; door++)
        for (unsigned i = 0; i < sizeof sorts / sizeof *sorts; i++) {
            static void (*const parts[])(const struct sort*) = {
                names, listening, sending, receiving, options, pairs, waiting, copying};
            for (unsigned n = 0; n < sizeof parts / sizeof *parts; n++) {
                if (door == DOOR_SOCKETCALL && n >= 6) break;
                printf("%s, %s:", door_names[door], sorts[i].name);
                parts[n](&sorts[i]);
                printf("\n");
            }
        }
    unlink("matrix.tmp");
    return test_end();
}
