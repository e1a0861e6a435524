// Datagram sockets over loopback, through each door: names, boundaries, connected sockets, errors
// that come back, shutdown.
#include "test.h"

#include "doors.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>

static struct sockaddr_in address, peer;
static socklen_t length;
static int value;
static char data[65536], other[65536];

static int bound(void) {
    int s = x_socket(AF_INET, SOCK_DGRAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(x_bind(s, &address, sizeof address), 0);
    length = sizeof address;
    CHECK_EQ(x_getsockname(s, &address, &length), 0);
    return s;
}

static short poll_now(int fd, int timeout_ms) {
    struct pollfd entry = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
    poll(&entry, 1, timeout_ms);
    return entry.revents;
}

static void test_datagrams(void) {
    int s = bound(), c = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(poll_now(s, 0), POLLOUT);
    CHECK_EQ(x_sendto(c, "first", 5, 0, &address, sizeof address), 5);
    CHECK_EQ(x_sendto(c, "second one", 10, 0, &address, sizeof address), 10);
    CHECK_EQ(x_sendto(c, "", 0, 0, &address, sizeof address), 0);
    CHECK_EQ(poll_now(s, 1000), POLLIN | POLLOUT);
    CHECK_EQ(ioctl(s, FIONREAD, &value), 0);
    CHECK_EQ(value, 5); // of the next datagram alone
    memset(&peer, 0, sizeof peer);
    length = sizeof peer;
    CHECK_EQ(x_recvfrom(s, other, 100, MSG_PEEK, &peer, &length), 5);
    CHECK_EQ(length, sizeof peer);
    CHECK_EQ(peer.sin_family, AF_INET);
    CHECK_EQ(ntohl(peer.sin_addr.s_addr), INADDR_LOOPBACK);
    CHECK_EQ(x_recv(s, other, 100, 0), 5);
    CHECK_EQ(x_recv(s, other, 3, MSG_TRUNC), 10); // the rest is lost, the true length told
    CHECK_EQ(memcmp(other, "sec", 3), 0);
    CHECK_EQ(x_recv(s, other, 100, 0), 0); // an empty datagram
    CHECK_ERRNO(x_recv(s, other, 100, MSG_DONTWAIT), EAGAIN);
    // The largest there is.
    memset(data, 'L', sizeof data);
    CHECK_EQ(x_sendto(c, data, 65507, 0, &address, sizeof address), 65507);
    CHECK_EQ(x_recv(s, other, sizeof other, 0), 65507);
    CHECK_EQ(memcmp(data, other, 65507), 0);
    // MSG_MORE gathers.
    CHECK_EQ(x_sendto(c, "ab", 2, MSG_MORE, &address, sizeof address), 2);
    CHECK_ERRNO(x_recv(s, other, 100, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(x_sendto(c, "cd", 2, 0, &address, sizeof address), 2);
    CHECK_EQ(x_recv(s, other, 100, 0), 4);
    close(c);
    close(s);
}

static void test_connected(void) {
    int s = bound(), c = x_socket(AF_INET, SOCK_DGRAM, 0),
        stranger = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(x_connect(c, &address, sizeof address), 0);
    length = sizeof peer;
    CHECK_EQ(x_getpeername(c, &peer, &length), 0);
    CHECK_EQ(memcmp(&peer, &address, sizeof peer), 0);
    CHECK_EQ(x_getsockname(c, &peer, &length), 0);
    CHECK_EQ(ntohl(peer.sin_addr.s_addr), INADDR_LOOPBACK);
    CHECK_EQ(x_send(c, "hi", 2, 0), 2);
    CHECK_EQ(x_recv(s, other, 10, 0), 2);
    // Only the peer's datagrams reach a connected socket; the stranger's is refused by ICMP where
    // nobody else listens.
    CHECK_EQ(x_sendto(stranger, "no", 2, 0, &peer, sizeof peer), 2);
    CHECK_ERRNO(x_recv(c, other, 10, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(x_sendto(s, "yes", 3, 0, &peer, sizeof peer), 3);
    CHECK_EQ(x_recv(c, other, 10, 0), 3);
    // To nowhere: the error comes with a later call.
    close(s);
    CHECK_EQ(x_send(c, "x", 1, 0), 1);
    CHECK_EQ(poll_now(c, 1000) & POLLERR, POLLERR);
    CHECK_ERRNO(x_recv(c, other, 10, MSG_DONTWAIT), ECONNREFUSED);
    CHECK_ERRNO(x_recv(c, other, 10, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(x_send(c, "x", 1, 0), 1);
    CHECK_EQ(poll_now(c, 1000) & POLLERR, POLLERR);
    length = sizeof value;
    CHECK_EQ(x_getsockopt(c, SOL_SOCKET, SO_ERROR, &value, &length), 0);
    CHECK_EQ(value, ECONNREFUSED);
    // AF_UNSPEC takes the connection away.
    peer.sin_family = AF_UNSPEC;
    CHECK_EQ(x_connect(c, &peer, sizeof peer), 0);
    length = sizeof peer;
    CHECK_ERRNO(x_getpeername(c, &peer, &length), ENOTCONN);
    CHECK_ERRNO(x_send(c, "x", 1, 0), EDESTADDRREQ);
    close(c);
    close(stranger);
}

static void test_shutdown(void) {
    int s = bound();
    CHECK_EQ(x_connect(s, &address, sizeof address), 0); // to itself
    CHECK_EQ(x_send(s, "me", 2, 0), 2);
    CHECK_EQ(x_recv(s, other, 10, 0), 2);
    CHECK_EQ(x_shutdown(s, SHUT_RD), 0);
    CHECK_EQ(x_recv(s, other, 10, 0), 0);
    CHECK_EQ(poll_now(s, 0), POLLIN | POLLOUT | POLLRDHUP);
    CHECK_EQ(x_shutdown(s, SHUT_WR), 0);
    CHECK_ERRNO(x_send(s, "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_EQ(poll_now(s, 0) & POLLHUP, POLLHUP);
    close(s);
}

static void test_broadcast(void) {
    int s = x_socket(AF_INET, SOCK_DGRAM, 0);
    memset(&peer, 0, sizeof peer);
    peer.sin_family = AF_INET;
    peer.sin_port = htons(9);
    peer.sin_addr.s_addr = htonl(0x7fffffff); // the loopback net's broadcast address
    CHECK_ERRNO(x_sendto(s, "x", 1, 0, &peer, sizeof peer), EACCES);
    CHECK_ERRNO(x_connect(s, &peer, sizeof peer), EACCES);
    value = 1;
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_BROADCAST, &value, sizeof value), 0);
    CHECK_EQ(x_sendto(s, "x", 1, 0, &peer, sizeof peer), 1);
    close(s);
}

static void test_sharing(void) {
    int a = bound(), b = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_ERRNO(x_bind(b, &address, sizeof address), EADDRINUSE);
    value = 1;
    CHECK_EQ(x_setsockopt(b, SOL_SOCKET, SO_REUSEPORT, &value, sizeof value), 0);
    CHECK_ERRNO(x_bind(b, &address, sizeof address), EADDRINUSE);
    // Another address of the same net is another name.
    address.sin_addr.s_addr = htonl(0x7f000002);
    CHECK_EQ(x_bind(b, &address, sizeof address), 0);
    CHECK_EQ(x_sendto(a, "2", 1, 0, &address, sizeof address), 1);
    CHECK_EQ(x_recv(b, other, 10, 0), 1);
    close(a);
    close(b);
}

int main(void) {
    for (door = 0; door < DOOR_COUNT; door++) {
        int before = test_failed;
        test_datagrams();
        test_connected();
        test_shutdown();
        test_broadcast();
        test_sharing();
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    return test_end();
}
