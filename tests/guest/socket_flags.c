// Every flag of sending and receiving on every sort of socket, through each door: what the call
// answers, what arrives, and what msg_flags says. The answers are printed, so that Plumb's are held
// against Linux's one by one.
#include "test.h"

#include "doors.h"
#include "own_network.h"
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/uio.h>

#define MSG_PROBE 0x10 // linux/socket.h
#ifndef MSG_BATCH
#define MSG_BATCH 0x40000
#endif

static const struct sort {
    const char* name;
    int domain, type, protocol;
} sorts[] = {{"tcp", AF_INET, SOCK_STREAM, 0},
             {"udp", AF_INET, SOCK_DGRAM, 0},
             {"raw", AF_INET, SOCK_RAW, 200},
             {"tcp6", AF_INET6, SOCK_STREAM, 0},
             {"udp6", AF_INET6, SOCK_DGRAM, 0},
             {"raw6", AF_INET6, SOCK_RAW, 200},
             {"unix stream", AF_UNIX, SOCK_STREAM, 0},
             {"unix dgram", AF_UNIX, SOCK_DGRAM, 0},
             {"unix seqpacket", AF_UNIX, SOCK_SEQPACKET, 0},
             {"netlink", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE},
             {"packet", AF_PACKET, SOCK_DGRAM, 0}};

static const struct flag {
    const char* name;
    int bits;
} sending[] = {{"0", 0},
               {"CONFIRM", MSG_CONFIRM},
               {"DONTROUTE", MSG_DONTROUTE},
               {"EOR", MSG_EOR},
               {"NOSIGNAL", MSG_NOSIGNAL},
               {"MORE", MSG_MORE},
               {"PROBE", MSG_PROBE},
               {"PEEK", MSG_PEEK},
               {"TRUNC", MSG_TRUNC},
               {"CTRUNC", MSG_CTRUNC},
               {"WAITALL", MSG_WAITALL},
               {"ERRQUEUE", MSG_ERRQUEUE},
               {"FASTOPEN", MSG_FASTOPEN},
               {"BATCH", MSG_BATCH},
               {"CLOEXEC", MSG_CMSG_CLOEXEC}},
  receiving[] = {{"0", 0},
                 {"TRUNC", MSG_TRUNC},
                 {"PEEK", MSG_PEEK},
                 {"PEEK TRUNC", MSG_PEEK | MSG_TRUNC},
                 {"PEEK WAITALL", MSG_PEEK | MSG_WAITALL},
                 {"WAITALL", MSG_WAITALL},
                 {"CLOEXEC", MSG_CMSG_CLOEXEC},
                 {"ERRQUEUE", MSG_ERRQUEUE},
                 {"OOB", MSG_OOB},
                 {"DONTROUTE", MSG_DONTROUTE},
                 {"CONFIRM", MSG_CONFIRM},
                 {"EOR", MSG_EOR},
                 {"MORE", MSG_MORE},
                 {"NOSIGNAL", MSG_NOSIGNAL},
                 {"CTRUNC", MSG_CTRUNC},
                 {"FASTOPEN", MSG_FASTOPEN},
                 {"WAITFORONE", MSG_WAITFORONE}};
#define COUNT(list) (sizeof(list) / sizeof *(list))

static struct sockaddr_storage name[2];
static socklen_t length;
static int pair[2]; // sends, receives
static char data[] = "0123456789", into[256];
static struct iovec part;
static struct msghdr message;

static void answer(long result) {
    if (result < 0)
        printf(" :%d", errno);
    else
        printf(" %ld", result);
    test_passed++;
}

static void bind_own(int fd, const struct sort* sort, struct sockaddr_storage* own) {
    memset(own, 0, sizeof *own);
    own->ss_family = (sa_family_t)sort->domain;
    length = sizeof(struct sockaddr_in);
    if (sort->domain == AF_INET6) {
        ((struct sockaddr_in6*)own)->sin6_addr = in6addr_loopback;
        length = sizeof(struct sockaddr_in6);
    } else if (sort->domain == AF_PACKET) {
        ((struct sockaddr_ll*)own)->sll_ifindex = 1;
        ((struct sockaddr_ll*)own)->sll_protocol = htons(0x88b5); // IEEE's for experiments
        length = sizeof(struct sockaddr_ll);
    } else {
        ((struct sockaddr_in*)own)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    CHECK_EQ(x_bind(fd, own, length), 0);
    length = sizeof *own;
    CHECK_EQ(x_getsockname(fd, own, &length), 0);
}

// Two that are connected; of the sorts that hear themselves, one.
static void connect_pair(const struct sort* sort) {
    if (sort->domain == AF_UNIX) {
        CHECK_EQ(x_socketpair(AF_UNIX, sort->type, 0, pair), 0);
        return;
    }
    pair[0] = x_socket(sort->domain, sort->type, sort->protocol);
    pair[1] = pair[0];
    if (sort->domain == AF_NETLINK) return;
    bind_own(pair[0], sort, &name[0]);
    if (sort->domain == AF_PACKET) return;
    if (sort->type == SOCK_STREAM) {
        int listener = pair[0];
        CHECK_EQ(x_listen(listener, 1), 0);
        pair[0] = x_socket(sort->domain, sort->type, 0);
        CHECK_EQ(x_connect(pair[0], &name[0], length), 0);
        pair[1] = x_accept(listener, NULL, NULL);
        close(listener);
        return;
    }
    if (sort->type == SOCK_DGRAM) {
        pair[1] = x_socket(sort->domain, sort->type, sort->protocol);
        bind_own(pair[1], sort, &name[1]);
        CHECK_EQ(x_connect(pair[1], &name[0], length), 0);
        CHECK_EQ(x_connect(pair[0], &name[1], length), 0);
        return;
    }
    CHECK_EQ(x_connect(pair[0], &name[0], length), 0);
}

static void close_pair(void) {
    if (pair[1] != pair[0]) close(pair[1]);
    close(pair[0]);
}

static int ready(int milliseconds) {
    struct pollfd entry = {pair[1], POLLIN, 0};
    return poll(&entry, 1, milliseconds) > 0;
}

static long receive(size_t room, int flags) {
    memset(into, '.', sizeof into);
    part.iov_base = into;
    part.iov_len = room;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!door_takes_structures()) return x_recv(pair[1], into, room, flags | MSG_DONTWAIT);
    return x_recvmsg(pair[1], &message, flags | MSG_DONTWAIT);
}

// All that is there; the first of it may still be on its way.
static void drain(int milliseconds) {
    for (; ready(milliseconds); milliseconds = 0) {
        long result = receive(sizeof into, 0);
        answer(result);
        if (message.msg_flags) printf("(%x)", message.msg_flags);
        if (result <= 0) break;
    }
}

static void send_flags(const struct sort* sort) {
    for (unsigned i = 0; i < COUNT(sending); i++) {
        int bits = sending[i].bits;
        if (sort->type == SOCK_RAW && sort->domain != AF_NETLINK && bits == MSG_MORE) continue;
        connect_pair(sort);
        printf("%s, send %s:", sort->name, sending[i].name);
        answer(x_send(pair[0], data, 10, bits | MSG_DONTWAIT));
        drain(bits & (MSG_MORE | MSG_PROBE) || sort->domain == AF_NETLINK ? 3 : 200);
        if (bits & MSG_MORE) { // what was held back goes with the next
            answer(x_send(pair[0], data, 3, MSG_DONTWAIT));
            drain(sort->domain == AF_NETLINK ? 0 : 200);
        }
        printf("\n");
        close_pair();
    }
}

static void receive_flags(const struct sort* sort) {
    for (unsigned i = 0; i < COUNT(receiving); i++) {
        connect_pair(sort);
        printf("%s, recv %s:", sort->name, receiving[i].name);
        x_send(pair[0], data, 10, MSG_DONTWAIT);
        ready(sort->domain == AF_NETLINK ? 0 : 200);
        answer(receive(4, receiving[i].bits));
        printf("(%x)", message.msg_flags);
        if (sort->type != SOCK_RAW) printf("%.5s", into);
        answer(receive(0, receiving[i].bits));
        printf("(%x)", message.msg_flags);
        drain(0);
        printf("\n");
        close_pair();
    }
}

// A datagram that is put together keeps its destination, whatever the socket is connected to since.
static void corked(void) {
    static const struct sort* const udp = &sorts[1];
    int third = x_socket(AF_INET, SOCK_DGRAM, 0);
    connect_pair(udp);
    bind_own(third, udp, &name[0]);
    answer(x_send(pair[0], data, 4, MSG_MORE));
    answer(x_connect(pair[0], &name[0], sizeof(struct sockaddr_in)));
    answer(x_sendto(pair[0], data, 3, 0, &name[0], sizeof(struct sockaddr_in)));
    drain(200);
    answer(x_recv(third, into, 10, MSG_DONTWAIT));
    answer(x_send(pair[0], data, 5, 0));
    struct pollfd entry = {third, POLLIN, 0};
    poll(&entry, 1, 1000);
    answer(x_recv(third, into, 10, MSG_DONTWAIT));
    printf("\n");
    close(third);
    close_pair();
}

int main(void) {
    own_network();
    // Fast Open is switched off, where there is any.
    int knob = open("/proc/sys/net/ipv4/tcp_fastopen", O_WRONLY);
    if (knob >= 0 && write(knob, "0", 1) != 1) perror("tcp_fastopen");
    close(knob);
    for (door = 0; door < DOOR_COUNT; door++) {
        for (unsigned i = 0; i < COUNT(sorts); i++) {
            printf("%s\n", door_names[door]);
            send_flags(&sorts[i]);
            receive_flags(&sorts[i]);
        }
        corked();
    }
    return test_end();
}
