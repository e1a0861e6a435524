// MSG_ERRQUEUE with IP_RECVERR: what a datagram that nobody wanted leaves behind, and how the
// pending error, poll and SO_ERROR go with it.
#include "test.h"

#include "doors.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
// Behind the others: it wants struct timespec.
#include <time.h>

#include <linux/errqueue.h>

static struct sockaddr_in closed, name;
static socklen_t length;
static int value, got;
static char data[70000], buffer[256];
static char control[256];
static struct iovec iov;
static struct msghdr message;

static int udp(int recverr) {
    int s = x_socket(AF_INET, SOCK_DGRAM, 0);
    value = recverr;
    CHECK_EQ(x_setsockopt(s, IPPROTO_IP, IP_RECVERR, &value, sizeof value), 0);
    return s;
}

// An address that a socket had a moment ago.
static void find_closed_port(void) {
    int s = x_socket(AF_INET, SOCK_DGRAM, 0);
    closed = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    CHECK_EQ(x_bind(s, &closed, sizeof closed), 0);
    length = sizeof closed;
    CHECK_EQ(x_getsockname(s, &closed, &length), 0);
    close(s);
}

static int events(int s) {
    struct pollfd p = {s, POLLIN | POLLPRI, 0};
    poll(&p, 1, 0);
    return p.revents;
}

static int pending(int s) {
    length = sizeof got;
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, SO_ERROR, &got, &length), 0);
    return got;
}

static long receive(int s, size_t room, size_t control_room, int flags) {
    memset(&name, 0xee, sizeof name);
    memset(control, 0, sizeof control);
    memset(buffer, 0, sizeof buffer);
    iov = (struct iovec){buffer, room};
    message = (struct msghdr){.msg_name = &name,
                              .msg_namelen = sizeof name,
                              .msg_iov = &iov,
                              .msg_iovlen = 1,
                              .msg_control = control_room ? control : NULL,
                              .msg_controllen = control_room};
    return x_recvmsg(s, &message, flags);
}

static struct sock_extended_err* report(void) {
    for (struct cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) {
            CHECK_EQ(c->cmsg_len, CMSG_LEN(sizeof(struct sock_extended_err) + sizeof name));
            return (struct sock_extended_err*)CMSG_DATA(c);
        }
    return NULL;
}

static void check_refused(const char* text, size_t size) {
    CHECK_EQ(message.msg_flags, MSG_ERRQUEUE);
    CHECK_EQ(message.msg_namelen, sizeof name);
    CHECK(!memcmp(&name, &closed, 8));
    CHECK(!memcmp(buffer, text, size));
    struct sock_extended_err* e = report();
    CHECK(e != NULL);
    if (!e) return;
    CHECK_EQ(e->ee_errno, ECONNREFUSED);
    CHECK_EQ(e->ee_origin, SO_EE_ORIGIN_ICMP);
    CHECK_EQ(e->ee_type, 3);
    CHECK_EQ(e->ee_code, 3);
    CHECK_EQ(e->ee_pad, 0);
    CHECK_EQ(e->ee_info, 0);
    CHECK_EQ(e->ee_data, 0);
    struct sockaddr_in* offender = (struct sockaddr_in*)SO_EE_OFFENDER(e);
    CHECK_EQ(offender->sin_family, AF_INET);
    CHECK_EQ(offender->sin_port, 0);
    CHECK_EQ(offender->sin_addr.s_addr, closed.sin_addr.s_addr);
}

static void test_not_asked(void) {
    int s = udp(0);
    CHECK_EQ(x_sendto(s, "one", 3, 0, &closed, sizeof closed), 3);
    CHECK_EQ(events(s), 0);
    CHECK_EQ(pending(s), 0);
    CHECK_ERRNO(x_recv(s, buffer, 8, MSG_ERRQUEUE), EAGAIN);
    CHECK_EQ(x_connect(s, &closed, sizeof closed), 0);
    CHECK_EQ(x_send(s, "one", 3, 0), 3);
    CHECK_EQ(events(s), POLLERR);
    CHECK_ERRNO(x_recv(s, buffer, 8, MSG_ERRQUEUE), EAGAIN);
    CHECK_EQ(pending(s), ECONNREFUSED);
    CHECK_EQ(pending(s), 0);
    CHECK_EQ(events(s), 0);
    close(s);
}

static void test_plain(void) {
    int s = udp(1);
    CHECK_ERRNO(x_recv(s, buffer, 8, MSG_ERRQUEUE), EAGAIN);
    CHECK_EQ(x_sendto(s, "one", 3, 0, &closed, sizeof closed), 3);
    CHECK_EQ(events(s), POLLERR);
    CHECK_ERRNO(x_sendto(s, "two", 3, 0, &closed, sizeof closed), ECONNREFUSED);
    CHECK_EQ(events(s), POLLERR); // the record is still there
    CHECK_EQ(pending(s), 0);
    CHECK_EQ(x_recv(s, buffer, 2, MSG_ERRQUEUE), 2); // cut, and gone
    CHECK(!memcmp(buffer, "on", 2));
    CHECK_EQ(events(s), 0);
    CHECK_EQ(x_sendto(s, "one", 3, 0, &closed, sizeof closed), 3);
    CHECK_EQ(x_recv(s, buffer, 8, MSG_ERRQUEUE), 3); // takes the pending error along
    CHECK_EQ(pending(s), 0);
    CHECK_EQ(events(s), 0);
    CHECK_EQ(x_sendto(s, "one", 3, 0, &closed, sizeof closed), 3);
    value = 0; // switched off: what was queued goes
    CHECK_EQ(x_setsockopt(s, IPPROTO_IP, IP_RECVERR, &value, sizeof value), 0);
    CHECK_ERRNO(x_recv(s, buffer, 8, MSG_ERRQUEUE), EAGAIN);
    CHECK_EQ(pending(s), ECONNREFUSED);
    close(s);
}

static void test_several(void) {
    int s = udp(1);
    CHECK_EQ(x_sendto(s, "one", 3, 0, &closed, sizeof closed), 3);
    CHECK_EQ(pending(s), ECONNREFUSED);
    CHECK_EQ(x_sendto(s, "second", 6, 0, &closed, sizeof closed), 6);
    CHECK_EQ(pending(s), ECONNREFUSED);
    CHECK_EQ(x_sendto(s, "", 0, 0, &closed, sizeof closed), 0);
    CHECK_EQ(x_recv(s, buffer, 8, MSG_ERRQUEUE), 3);
    CHECK_EQ(pending(s), ECONNREFUSED); // the next one's
    CHECK_EQ(x_recv(s, buffer, 8, MSG_ERRQUEUE), 6);
    CHECK_EQ(x_recv(s, buffer, 8, MSG_ERRQUEUE), 0);
    CHECK_EQ(pending(s), 0);
    CHECK_EQ(events(s), 0);
    value = 1;
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_SELECT_ERR_QUEUE, &value, sizeof value), 0);
    CHECK_EQ(x_sendto(s, "one", 3, 0, &closed, sizeof closed), 3);
    CHECK_EQ(events(s), POLLERR | POLLPRI);
    close(s);
}

static void test_message(void) {
    int s = udp(1);
    CHECK_EQ(x_sendto(s, "whole", 5, 0, &closed, sizeof closed), 5);
    CHECK_EQ(receive(s, sizeof buffer, sizeof control, MSG_ERRQUEUE), 5);
    check_refused("whole", 5);
    CHECK_ERRNO(receive(s, sizeof buffer, sizeof control, MSG_ERRQUEUE), EAGAIN);
    CHECK_EQ(x_sendto(s, "whole", 5, 0, &closed, sizeof closed), 5);
    CHECK_EQ(receive(s, 2, 0, MSG_ERRQUEUE), 2);
    CHECK_EQ(message.msg_flags, MSG_ERRQUEUE | MSG_TRUNC | MSG_CTRUNC);
    CHECK_EQ(x_sendto(s, "whole", 5, 0, &closed, sizeof closed), 5);
    CHECK_EQ(receive(s, 8, CMSG_LEN(8), MSG_ERRQUEUE | MSG_PEEK), 5); // no peeking here
    CHECK_EQ(message.msg_flags, MSG_ERRQUEUE | MSG_CTRUNC);
    CHECK_EQ(message.msg_controllen, CMSG_LEN(8));
    CHECK_ERRNO(receive(s, 8, sizeof control, MSG_ERRQUEUE), EAGAIN);
    // Other ancillary data is about the packet that brought the error.
    value = 1;
    CHECK_EQ(x_setsockopt(s, IPPROTO_IP, IP_RECVTTL, &value, sizeof value), 0);
    CHECK_EQ(x_sendto(s, "whole", 5, 0, &closed, sizeof closed), 5);
    CHECK_EQ(receive(s, sizeof buffer, sizeof control, MSG_ERRQUEUE), 5);
    struct cmsghdr* first = CMSG_FIRSTHDR(&message);
    CHECK_EQ(first->cmsg_type, IP_TTL);
    CHECK_EQ(*(int*)CMSG_DATA(first), 64);
    check_refused("whole", 5);
    close(s);
}

// A datagram that is too long is an error of our own.
static void test_local(void) {
    int s = udp(1);
    CHECK_ERRNO(x_sendto(s, data, 65508, 0, &closed, sizeof closed), EMSGSIZE);
    CHECK_EQ(events(s), POLLERR);
    CHECK_EQ(pending(s), 0);
    if (!door_takes_structures()) {
        close(s);
        return;
    }
    CHECK_EQ(receive(s, sizeof buffer, sizeof control, MSG_ERRQUEUE), 0);
    CHECK_EQ(message.msg_flags, MSG_ERRQUEUE);
    CHECK_EQ(name.sin_family, AF_INET);
    CHECK_EQ(name.sin_addr.s_addr, closed.sin_addr.s_addr);
    CHECK_EQ(name.sin_port, 0); // not connected
    struct sock_extended_err* e = report();
    CHECK(e != NULL);
    if (e) {
        CHECK_EQ(e->ee_errno, EMSGSIZE);
        CHECK_EQ(e->ee_origin, SO_EE_ORIGIN_LOCAL);
        CHECK_EQ(e->ee_type, 0);
        CHECK_EQ(e->ee_info, 65535);
        CHECK_EQ(((struct sockaddr_in*)SO_EE_OFFENDER(e))->sin_family, AF_UNSPEC);
    }
    CHECK_ERRNO(x_sendto(s, data, 65536, 0, &closed, sizeof closed), EMSGSIZE);
    CHECK_ERRNO(x_recv(s, buffer, 8, MSG_ERRQUEUE), EAGAIN); // that one never got so far
    close(s);
}

// Other sockets know no such queue, or have an empty one.
static void test_others(void) {
    int s = x_socket(AF_INET, SOCK_STREAM, 0), pair[2];
    CHECK_ERRNO(x_recv(s, buffer, 8, MSG_ERRQUEUE), EAGAIN);
    close(s);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_EQ(x_send(pair[0], "x", 1, 0), 1);
    CHECK_EQ(x_recv(pair[1], buffer, 8, MSG_ERRQUEUE), 1);
    close(pair[0]);
    close(pair[1]);
}

int main(void) {
    for (door = 0; door < DOOR_COUNT; door++) {
        int before = test_failed;
        find_closed_port();
        test_not_asked();
        test_plain();
        test_several();
        if (door_takes_structures()) test_message();
        test_local();
        test_others();
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    return test_end();
}
