// Time stamps of datagrams: SO_TIMESTAMP, SO_TIMESTAMPNS and SO_TIMESTAMPING in their old and new
// forms, received and sent.
#include "test.h"

#include "doors.h"
#include <netinet/in.h>
#include <poll.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

// By number: what glibc's names stand for depends on the width of its time_t.
enum { STAMP = 29, STAMP_NS = 35, STAMPING = 37, STAMP_NEW = 63, STAMP_NS_NEW = 64, STAMPING_NEW };

static struct sockaddr_in address;
static socklen_t length;
static int a, b, value;
static char buffer[256], control[512];
static struct iovec iov;
static struct msghdr message;

static void open_pair(void) {
    a = x_socket(AF_INET, SOCK_DGRAM, 0);
    b = x_socket(AF_INET, SOCK_DGRAM, 0);
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
    CHECK_EQ(x_bind(b, &address, sizeof address), 0);
    length = sizeof address;
    CHECK_EQ(x_getsockname(b, &address, &length), 0);
    CHECK_EQ(x_connect(a, &address, sizeof address), 0);
}

static void set(int s, int name, int to) {
    value = to;
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, name, &value, sizeof value), 0);
}

static int get(int s, int name) {
    value = -1;
    length = sizeof value;
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, name, &value, &length), 0);
    return value;
}

static long receive(int s, int flags) {
    iov = (struct iovec){buffer, sizeof buffer};
    message = (struct msghdr){
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    return x_recvmsg(s, &message, flags);
}

static struct cmsghdr* find(int level, int type) {
    for (struct cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_level == level && c->cmsg_type == type) return c;
    return NULL;
}

// The first word of the data is the second of about now.
static void check_stamp(int type, size_t size, size_t word) {
    struct cmsghdr* c = find(SOL_SOCKET, type);
    CHECK(c != NULL);
    if (!c) return;
    CHECK_EQ(c->cmsg_len, CMSG_LEN(size));
    long long seconds = 0;
    memcpy(&seconds, CMSG_DATA(c), word);
    long long now = time(NULL);
    CHECK(seconds >= now - 5 && seconds <= now + 5);
}

static void test_received(int name, size_t word, int pairs) {
    open_pair();
    set(b, name,
        name == STAMPING || name == STAMPING_NEW
            ? SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE
            : 1);
    CHECK(get(b, name) > 0);
    usleep(20000); // Linux switches stamping on a little later
    CHECK_EQ(x_send(a, "x", 1, 0), 1);
    CHECK_EQ(receive(b, 0), 1);
    check_stamp(name, 2 * word * pairs, word);
    close(a);
    close(b);
}

// The two forms exclude each other.
static void test_forms(void) {
    open_pair();
    set(b, STAMP, 1);
    CHECK_EQ(get(b, STAMP), 1);
    CHECK_EQ(get(b, STAMP_NEW), 0);
    set(b, STAMP_NEW, 1);
    CHECK_EQ(get(b, STAMP), 0);
    CHECK_EQ(get(b, STAMP_NEW), 1);
    set(b, STAMP_NS, 1);
    CHECK_EQ(get(b, STAMP_NEW), 0);
    CHECK_EQ(get(b, STAMP_NS), 1);
    set(b, STAMP_NS, 0);
    CHECK_EQ(get(b, STAMP_NS), 0);
    close(a);
    close(b);
}

static void test_sent(int extra, long size) {
    open_pair();
    set(a, STAMPING,
        SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | extra);
    for (unsigned i = 0; i < 2; i++) {
        CHECK_EQ(x_send(a, "xyz", 3, 0), 3);
        struct pollfd p = {a, 0, 0};
        CHECK_EQ(poll(&p, 1, 1000), 1);
        CHECK_EQ(p.revents, POLLERR);
        CHECK_EQ(receive(a, MSG_ERRQUEUE), size);
        check_stamp(STAMPING, 6 * sizeof(long), sizeof(long));
        struct cmsghdr* c = find(IPPROTO_IP, IP_RECVERR);
        CHECK(c != NULL);
        if (!c) continue;
        struct sock_extended_err* e = (struct sock_extended_err*)CMSG_DATA(c);
        CHECK_EQ(e->ee_errno, ENOMSG);
        CHECK_EQ(e->ee_origin, SO_EE_ORIGIN_TIMESTAMPING);
        CHECK_EQ(e->ee_info, 0);
        CHECK_EQ(e->ee_data, i);
    }
    length = sizeof value;
    CHECK_EQ(x_getsockopt(a, SOL_SOCKET, SO_ERROR, &value, &length), 0);
    CHECK_EQ(value, 0);
    close(a);
    close(b);
}

int main(void) {
    for (door = 0; door < DOOR_COUNT; door++) {
        int before = test_failed;
        if (!door_takes_structures()) continue;
        test_received(STAMP, sizeof(long), 1);
        test_received(STAMP_NS, sizeof(long), 1);
        test_received(STAMP_NEW, 8, 1);
        test_received(STAMP_NS_NEW, 8, 1);
        test_received(STAMPING, sizeof(long), 3);
        test_received(STAMPING_NEW, 8, 3);
        test_forms();
        test_sent(0, 14 + 20 + 8 + 3); // the whole frame
        test_sent(SOF_TIMESTAMPING_OPT_TSONLY, 0);
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    return test_end();
}
