// setsockopt and getsockopt, through each door: what is set comes back as on Linux, in range or
// refused.
#include "test.h"

#include "doors.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/time.h>

static int value, got;
static socklen_t length;
static struct linger linger;
static struct timeval timeout;
static unsigned char byte;
static struct tcp_info info;

static long get(int s, int level, int name) {
    got = -1;
    length = sizeof got;
    return x_getsockopt(s, level, name, &got, &length);
}
static long set(int s, int level, int name, int to) {
    value = to;
    return x_setsockopt(s, level, name, &value, sizeof value);
}

// Set to `to`, read as `as`.
static void round_trip(int s, int level, int name, int to, int as) {
    CHECK_EQ(set(s, level, name, to), 0);
    CHECK_EQ(get(s, level, name), 0);
    if (got != as) printf("level %d option %d set to %d\n", level, name, to);
    CHECK_EQ(got, as);
    CHECK_EQ(length, sizeof got);
}

static void test_socket_level(int s, int type) {
    CHECK_EQ(get(s, SOL_SOCKET, SO_TYPE), 0);
    CHECK_EQ(got, type);
    CHECK_EQ(get(s, SOL_SOCKET, SO_DOMAIN), 0);
    CHECK_EQ(got, AF_INET);
    CHECK_EQ(get(s, SOL_SOCKET, SO_PROTOCOL), 0);
    CHECK_EQ(got, type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP);
    CHECK_EQ(get(s, SOL_SOCKET, SO_ERROR), 0);
    CHECK_EQ(got, 0);
    CHECK_EQ(get(s, SOL_SOCKET, SO_ACCEPTCONN), 0);
    CHECK_EQ(got, 0);
    CHECK_ERRNO(set(s, SOL_SOCKET, SO_TYPE, 1), ENOPROTOOPT);
    CHECK_ERRNO(set(s, SOL_SOCKET, SO_ERROR, 1), ENOPROTOOPT);
    CHECK_ERRNO(set(s, SOL_SOCKET, SO_ACCEPTCONN, 1), ENOPROTOOPT);
    static const int flags[] = {SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE, SO_BROADCAST,
                                SO_OOBINLINE, SO_TIMESTAMP, SO_DONTROUTE};
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
        CHECK_EQ(get(s, SOL_SOCKET, flags[i]), 0);
        CHECK_EQ(got, 0);
        round_trip(s, SOL_SOCKET, flags[i], 7, 1);
        round_trip(s, SOL_SOCKET, flags[i], 0, 0);
    }
    round_trip(s, SOL_SOCKET, SO_RCVBUF, 8192, 16384);
    round_trip(s, SOL_SOCKET, SO_SNDBUF, 8192, 16384);
    round_trip(s, SOL_SOCKET, SO_RCVBUF, 0, 2304);
    round_trip(s, SOL_SOCKET, SO_SNDBUF, 0, 4608);
    round_trip(s, SOL_SOCKET, SO_PRIORITY, 3, 3);
    round_trip(s, SOL_SOCKET, SO_RCVLOWAT, 5, 5);
    round_trip(s, SOL_SOCKET, SO_RCVLOWAT, 0, 1);
    length = 2; // a short buffer gets the first bytes
    got = 0;
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, SO_TYPE, &got, &length), 0);
    CHECK_EQ(length, 2);
    CHECK_EQ(got, type);
}

static void test_structures(int s) {
    linger.l_onoff = 1;
    linger.l_linger = 12;
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    CHECK_ERRNO(x_setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, 4), EINVAL);
    memset(&linger, 0, sizeof linger);
    length = sizeof linger;
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, SO_LINGER, &linger, &length), 0);
    CHECK_EQ(linger.l_onoff, 1);
    CHECK_EQ(linger.l_linger, 12);
    if (!door_takes_structures()) return;
    timeout = (struct timeval){3, 500000};
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout), 0);
    memset(&timeout, 0, sizeof timeout);
    length = sizeof timeout;
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &timeout, &length), 0);
    CHECK_EQ(timeout.tv_sec, 3);
    CHECK_EQ(timeout.tv_usec, 500000);
    timeout.tv_usec = 1000000;
    CHECK_ERRNO(x_setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout), EDOM);
    CHECK_ERRNO(x_setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &timeout, 4), EINVAL);
}

static void test_ip_level(int s) {
    CHECK_EQ(get(s, IPPROTO_IP, IP_TTL), 0);
    CHECK_EQ(got, 64);
    round_trip(s, IPPROTO_IP, IP_TTL, 7, 7);
    round_trip(s, IPPROTO_IP, IP_TTL, -1, 64);
    CHECK_ERRNO(set(s, IPPROTO_IP, IP_TTL, 0), EINVAL);
    CHECK_ERRNO(set(s, IPPROTO_IP, IP_TTL, 256), EINVAL);
    round_trip(s, IPPROTO_IP, IP_TOS, 0x10, 0x10);
    byte = 9; // one byte is enough for these
    CHECK_EQ(x_setsockopt(s, IPPROTO_IP, IP_TTL, &byte, 1), 0);
    CHECK_EQ(get(s, IPPROTO_IP, IP_TTL), 0);
    CHECK_EQ(got, 9);
    CHECK_EQ(get(s, IPPROTO_IP, IP_MTU_DISCOVER), 0);
    CHECK_EQ(got, IP_PMTUDISC_WANT);
    round_trip(s, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, IP_PMTUDISC_DO);
    CHECK_ERRNO(set(s, IPPROTO_IP, IP_MTU_DISCOVER, 77), EINVAL);
    CHECK_ERRNO(get(s, IPPROTO_IP, IP_MTU), ENOTCONN);
    round_trip(s, IPPROTO_IP, IP_RECVTTL, 1, 1);
    round_trip(s, IPPROTO_IP, IP_RECVTOS, 1, 1);
    round_trip(s, IPPROTO_IP, IP_FREEBIND, 1, 1);
    CHECK_ERRNO(set(s, IPPROTO_IP, 999, 1), ENOPROTOOPT);
    CHECK_ERRNO(get(s, IPPROTO_IP, 999), ENOPROTOOPT);
}

static void test_tcp_level(int s) {
    round_trip(s, IPPROTO_TCP, TCP_NODELAY, 5, 1);
    round_trip(s, IPPROTO_TCP, TCP_NODELAY, 0, 0);
    round_trip(s, IPPROTO_TCP, TCP_CORK, 1, 1);
    round_trip(s, IPPROTO_TCP, TCP_CORK, 0, 0);
    CHECK_EQ(get(s, IPPROTO_TCP, TCP_MAXSEG), 0);
    CHECK_EQ(got, 536);
    CHECK_EQ(set(s, IPPROTO_TCP, TCP_MAXSEG, 1000), 0);
    CHECK_ERRNO(set(s, IPPROTO_TCP, TCP_MAXSEG, 40), EINVAL);
    CHECK_ERRNO(set(s, IPPROTO_TCP, TCP_MAXSEG, 40000), EINVAL);
    round_trip(s, IPPROTO_TCP, TCP_KEEPIDLE, 60, 60);
    CHECK_ERRNO(set(s, IPPROTO_TCP, TCP_KEEPIDLE, 0), EINVAL);
    CHECK_ERRNO(set(s, IPPROTO_TCP, TCP_KEEPIDLE, 32768), EINVAL);
    round_trip(s, IPPROTO_TCP, TCP_KEEPINTVL, 11, 11);
    CHECK_ERRNO(set(s, IPPROTO_TCP, TCP_KEEPINTVL, 0), EINVAL);
    round_trip(s, IPPROTO_TCP, TCP_KEEPCNT, 4, 4);
    CHECK_ERRNO(set(s, IPPROTO_TCP, TCP_KEEPCNT, 128), EINVAL);
    round_trip(s, IPPROTO_TCP, TCP_SYNCNT, 3, 3);
    CHECK_ERRNO(set(s, IPPROTO_TCP, TCP_SYNCNT, 128), EINVAL);
    round_trip(s, IPPROTO_TCP, TCP_LINGER2, 30, 30);
    round_trip(s, IPPROTO_TCP, TCP_USER_TIMEOUT, 5000, 5000);
    CHECK_ERRNO(set(s, IPPROTO_TCP, TCP_USER_TIMEOUT, -1), EINVAL);
    CHECK_ERRNO(set(s, IPPROTO_TCP, 12345, 1), ENOPROTOOPT);
    CHECK_ERRNO(get(s, IPPROTO_TCP, 12345), ENOPROTOOPT);
    CHECK_ERRNO(x_setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &value, 2), EINVAL);
    length = sizeof info;
    CHECK_EQ(x_getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &length), 0);
    CHECK_EQ(info.tcpi_state, TCP_CLOSE);
}

int main(void) {
    for (door = 0; door < DOOR_COUNT; door++) {
        int before = test_failed;
        int stream = x_socket(AF_INET, SOCK_STREAM, 0), datagram = x_socket(AF_INET, SOCK_DGRAM, 0);
        test_socket_level(stream, SOCK_STREAM);
        test_socket_level(datagram, SOCK_DGRAM);
        test_structures(stream);
        test_structures(datagram);
        test_ip_level(stream);
        test_ip_level(datagram);
        test_tcp_level(stream);
        CHECK_ERRNO(set(datagram, IPPROTO_TCP, TCP_NODELAY, 1), ENOPROTOOPT);
        CHECK_EQ(x_listen(stream, 1), 0);
        CHECK_EQ(get(stream, SOL_SOCKET, SO_ACCEPTCONN), 0);
        CHECK_EQ(got, 1);
        close(stream);
        close(datagram);
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    return test_end();
}
