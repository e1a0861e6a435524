// AF_INET6 over loopback, through each door: TCP and UDP to ::1, sockets that speak both families
// and those that don't, who may bind next to whom, names with and without a scope id.
#include "test.h"

#include "doors.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>

static struct sockaddr_in6 name, peer;
static struct sockaddr_in name4, peer4;
static socklen_t length;
static int value;
static char data[70000], other[70000];

static const struct in6_addr loopback6 = IN6ADDR_LOOPBACK_INIT;

static void set_name(const struct in6_addr* address, int port) {
    memset(&name, 0, sizeof name);
    name.sin6_family = AF_INET6;
    name.sin6_addr = *address;
    name.sin6_port = htons((unsigned short)port);
}

static void set_mapped(unsigned address, int port) {
    memset(&name, 0, sizeof name);
    name.sin6_family = AF_INET6;
    name.sin6_addr.s6_addr[10] = name.sin6_addr.s6_addr[11] = 0xff;
    name.sin6_addr.s6_addr32[3] = htonl(address);
    name.sin6_port = htons((unsigned short)port);
}

static void set_name4(unsigned address, int port) {
    memset(&name4, 0, sizeof name4);
    name4.sin_family = AF_INET;
    name4.sin_addr.s_addr = htonl(address);
    name4.sin_port = htons((unsigned short)port);
}

static int socket6(int type) {
    int fd = (int)x_socket(AF_INET6, type, 0);
    CHECK(fd >= 0);
    return fd;
}

// Bound to `address`; the port that it got.
static int bound6(int type, const struct in6_addr* address, int only, int* port) {
    int fd = socket6(type);
    value = only;
    CHECK_EQ(x_setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value), 0);
    set_name(address, 0);
    CHECK_EQ(x_bind(fd, &name, sizeof name), 0);
    length = sizeof name;
    CHECK_EQ(x_getsockname(fd, &name, &length), 0);
    CHECK_EQ(length, sizeof name);
    CHECK_EQ(memcmp(&name.sin6_addr, address, 16), 0);
    *port = ntohs(name.sin6_port);
    return fd;
}

static void test_tcp(void) {
    int port, listener = bound6(SOCK_STREAM, &loopback6, 0, &port);
    CHECK_EQ(x_listen(listener, 8), 0);
    int client = socket6(SOCK_STREAM);
    set_name(&loopback6, port);
    CHECK_EQ(x_connect(client, &name, sizeof name), 0);
    length = sizeof peer;
    int server = (int)x_accept(listener, &peer, &length);
    CHECK(server >= 0);
    CHECK_EQ(length, sizeof peer);
    CHECK_EQ(peer.sin6_family, AF_INET6);
    CHECK_EQ(peer.sin6_scope_id, 0);
    CHECK_EQ(memcmp(&peer.sin6_addr, &loopback6, 16), 0);
    length = sizeof name;
    CHECK_EQ(x_getsockname(client, &name, &length), 0);
    CHECK_EQ(name.sin6_port, peer.sin6_port);
    CHECK_EQ(memcmp(&name.sin6_addr, &loopback6, 16), 0);
    length = sizeof name;
    CHECK_EQ(x_getpeername(client, &name, &length), 0);
    CHECK_EQ(ntohs(name.sin6_port), port);
    memset(data, 'd', sizeof data);
    long sent = 0, got = 0;
    while (got < (long)sizeof data) {
        if (sent < (long)sizeof data) {
            long n = x_send(client, data + sent, sizeof data - (size_t)sent, MSG_DONTWAIT);
            if (n > 0) sent += n;
        }
        long n = x_recv(server, other, sizeof other, 0);
        if (n <= 0) break;
        got += n;
    }
    CHECK_EQ(got, sizeof data);
    CHECK_EQ(x_shutdown(client, SHUT_WR), 0);
    CHECK_EQ(x_recv(server, other, 10, 0), 0);
    close(server);
    close(client);
    close(listener);
    client = socket6(SOCK_STREAM);
    set_name(&loopback6, port);
    CHECK_ERRNO(x_connect(client, &name, sizeof name), ECONNREFUSED);
    close(client);
}

static void test_udp(void) {
    int port, server = bound6(SOCK_DGRAM, &loopback6, 0, &port), client = socket6(SOCK_DGRAM);
    set_name(&loopback6, port);
    CHECK_EQ(x_sendto(client, "hello", 5, 0, &name, sizeof name), 5);
    length = sizeof peer;
    CHECK_EQ(x_recvfrom(server, other, 100, 0, &peer, &length), 5);
    CHECK_EQ(length, sizeof peer);
    CHECK_EQ(memcmp(&peer.sin6_addr, &loopback6, 16), 0);
    CHECK_EQ(x_sendto(server, "back", 4, 0, &peer, sizeof peer), 4);
    CHECK_EQ(x_recv(client, other, 100, 0), 4);
    CHECK_EQ(x_connect(client, &name, sizeof name), 0);
    CHECK_EQ(x_send(client, data, 65000, 0), 65000);
    CHECK_EQ(x_recv(server, other, sizeof other, 0), 65000);
    close(server);
    CHECK_EQ(x_send(client, "x", 1, 0), 1);
    CHECK_ERRNO(x_recv(client, other, 10, 0), ECONNREFUSED);
    name.sin6_port = 0;
    CHECK_ERRNO(x_sendto(client, "x", 1, 0, &name, sizeof name), EINVAL);
    CHECK_ERRNO(x_sendto(client, "x", 1, 0, &name, 20), EINVAL);
    close(client);
    client = socket6(SOCK_DGRAM);
    CHECK_ERRNO(x_send(client, "x", 1, 0), EDESTADDRREQ);
    close(client);
}

// One listener for both families; IPv4's peers show mapped.
static void test_dual_stack(void) {
    int port, listener = bound6(SOCK_STREAM, &in6addr_any, 0, &port);
    CHECK_EQ(x_listen(listener, 8), 0);
    int client = (int)x_socket(AF_INET, SOCK_STREAM, 0);
    set_name4(INADDR_LOOPBACK, port);
    CHECK_EQ(x_connect(client, &name4, sizeof name4), 0);
    length = sizeof peer;
    int server = (int)x_accept(listener, &peer, &length);
    CHECK(server >= 0);
    CHECK_EQ(length, sizeof peer);
    CHECK_EQ(peer.sin6_family, AF_INET6);
    CHECK_EQ(IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr), 1);
    CHECK_EQ(ntohl(peer.sin6_addr.s6_addr32[3]), INADDR_LOOPBACK);
    CHECK_EQ(x_send(server, "both", 4, 0), 4);
    CHECK_EQ(x_recv(client, other, 10, 0), 4);
    close(server);
    close(client);
    client = socket6(SOCK_STREAM);
    set_mapped(INADDR_LOOPBACK, port);
    CHECK_EQ(x_connect(client, &name, sizeof name), 0);
    length = sizeof name;
    CHECK_EQ(x_getsockname(client, &name, &length), 0);
    CHECK_EQ(IN6_IS_ADDR_V4MAPPED(&name.sin6_addr), 1);
    close(client);
    close(x_accept(listener, 0, 0));
    close(listener);

    // Datagrams: each family to the same socket, and answers back.
    int server6 = bound6(SOCK_DGRAM, &in6addr_any, 0, &port);
    int client4 = (int)x_socket(AF_INET, SOCK_DGRAM, 0);
    set_name4(INADDR_LOOPBACK, port);
    CHECK_EQ(x_sendto(client4, "four", 4, 0, &name4, sizeof name4), 4);
    length = sizeof peer;
    CHECK_EQ(x_recvfrom(server6, other, 100, 0, &peer, &length), 4);
    CHECK_EQ(IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr), 1);
    CHECK_EQ(x_sendto(server6, "answer", 6, 0, &peer, sizeof peer), 6);
    length = sizeof peer4;
    CHECK_EQ(x_recvfrom(client4, other, 100, 0, &peer4, &length), 6);
    CHECK_EQ(ntohs(peer4.sin_port), port);
    close(client4);
    close(server6);
}

static void test_v6only(void) {
    int port, listener = bound6(SOCK_STREAM, &in6addr_any, 1, &port);
    CHECK_EQ(x_listen(listener, 8), 0);
    // After bind it is settled.
    value = 0;
    CHECK_ERRNO(x_setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value), EINVAL);
    int client = (int)x_socket(AF_INET, SOCK_STREAM, 0);
    set_name4(INADDR_LOOPBACK, port);
    CHECK_ERRNO(x_connect(client, &name4, sizeof name4), ECONNREFUSED);
    close(client);
    client = socket6(SOCK_STREAM);
    value = 1;
    CHECK_EQ(x_setsockopt(client, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value), 0);
    set_mapped(INADDR_LOOPBACK, port);
    CHECK_ERRNO(x_connect(client, &name, sizeof name), ENETUNREACH);
    CHECK_ERRNO(x_bind(client, &name, sizeof name), EINVAL);
    close(client);
    int datagrams = socket6(SOCK_DGRAM);
    CHECK_EQ(x_setsockopt(datagrams, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value), 0);
    CHECK_ERRNO(x_sendto(datagrams, "x", 1, 0, &name, sizeof name), ENETUNREACH);
    CHECK_ERRNO(x_connect(datagrams, &name, sizeof name), ENETUNREACH);
    close(datagrams);
    // IPv4's wildcard may stand next to it.
    int listener4 = (int)x_socket(AF_INET, SOCK_STREAM, 0);
    set_name4(INADDR_ANY, port);
    CHECK_EQ(x_bind(listener4, &name4, sizeof name4), 0);
    CHECK_EQ(x_listen(listener4, 1), 0);
    close(listener4);
    close(listener);
}

static void test_conflicts(int type) {
    int port, first = bound6(type, &in6addr_any, 0, &port);
    int second = (int)x_socket(AF_INET, type, 0);
    set_name4(INADDR_ANY, port);
    CHECK_ERRNO(x_bind(second, &name4, sizeof name4), EADDRINUSE);
    set_name4(INADDR_LOOPBACK, port);
    CHECK_ERRNO(x_bind(second, &name4, sizeof name4), EADDRINUSE);
    close(second);
    second = socket6(type);
    set_name(&loopback6, port);
    CHECK_ERRNO(x_bind(second, &name, sizeof name), EADDRINUSE);
    set_mapped(INADDR_LOOPBACK, port);
    CHECK_ERRNO(x_bind(second, &name, sizeof name), EADDRINUSE);
    close(second);
    close(first);
    // One address of each family: no conflict.
    first = bound6(type, &loopback6, 0, &port);
    second = (int)x_socket(AF_INET, type, 0);
    set_name4(INADDR_ANY, port);
    CHECK_EQ(x_bind(second, &name4, sizeof name4), 0);
    int third = socket6(type);
    set_mapped(INADDR_LOOPBACK, port);
    CHECK_ERRNO(x_bind(third, &name, sizeof name), EADDRINUSE);
    set_name(&in6addr_any, port);
    CHECK_ERRNO(x_bind(third, &name, sizeof name), EADDRINUSE);
    close(third);
    close(second);
    close(first);
}

static void test_names(void) {
    int fd = socket6(SOCK_STREAM);
    length = sizeof name;
    CHECK_EQ(x_getsockname(fd, &name, &length), 0);
    CHECK_EQ(length, sizeof name);
    CHECK_EQ(name.sin6_family, AF_INET6);
    CHECK_EQ(memcmp(&name.sin6_addr, &in6addr_any, 16), 0);
    length = sizeof name;
    CHECK_ERRNO(x_getpeername(fd, &name, &length), ENOTCONN);
    set_name(&loopback6, 1);
    CHECK_ERRNO(x_bind(fd, &name, 23), EINVAL);
    name.sin6_family = AF_INET;
    CHECK_ERRNO(x_bind(fd, &name, sizeof name), EAFNOSUPPORT);
    CHECK_ERRNO(x_connect(fd, &name, sizeof name), EAFNOSUPPORT);
    // Not ours.
    set_name(&loopback6, 0);
    name.sin6_addr.s6_addr[0] = 0x20;
    CHECK_ERRNO(x_bind(fd, &name, sizeof name), EADDRNOTAVAIL);
    // A link's address without a link.
    set_name(&loopback6, 0);
    name.sin6_addr.s6_addr[0] = 0xfe;
    name.sin6_addr.s6_addr[1] = 0x80;
    CHECK_ERRNO(x_bind(fd, &name, sizeof name), EINVAL);
    name.sin6_port = htons(9);
    CHECK_ERRNO(x_connect(fd, &name, sizeof name), EINVAL);
    // No group for a stream.
    name.sin6_addr.s6_addr[0] = 0xff;
    name.sin6_addr.s6_addr[1] = 0x0e;
    CHECK_ERRNO(x_bind(fd, &name, sizeof name), EINVAL);
    CHECK_ERRNO(x_connect(fd, &name, sizeof name), ENETUNREACH);
    // 24 bytes are a name without a scope id.
    set_name(&loopback6, 0);
    CHECK_EQ(x_bind(fd, &name, 24), 0);
    close(fd);
    CHECK_ERRNO(x_socket(AF_INET6, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
    CHECK_ERRNO(x_socket(AF_INET6, SOCK_SEQPACKET, 0), ESOCKTNOSUPPORT);
    CHECK_ERRNO(x_socketpair(AF_INET6, SOCK_STREAM, 0, other), EOPNOTSUPP);
    // The unspecified address means this host.
    int port, server = bound6(SOCK_DGRAM, &loopback6, 0, &port);
    fd = socket6(SOCK_DGRAM);
    set_name(&in6addr_any, port);
    CHECK_EQ(x_connect(fd, &name, sizeof name), 0);
    length = sizeof name;
    CHECK_EQ(x_getpeername(fd, &name, &length), 0);
    CHECK_EQ(memcmp(&name.sin6_addr, &loopback6, 16), 0);
    // AF_UNSPEC undoes it.
    name.sin6_family = AF_UNSPEC;
    CHECK_EQ(x_connect(fd, &name, sizeof name), 0);
    length = sizeof name;
    CHECK_ERRNO(x_getpeername(fd, &name, &length), ENOTCONN);
    length = sizeof name;
    CHECK_EQ(x_getsockname(fd, &name, &length), 0);
    CHECK_EQ(memcmp(&name.sin6_addr, &in6addr_any, 16), 0);
    close(fd);
    close(server);
}

int main(void) {
    for (door = 0; door < DOOR_COUNT; door++) {
        test_tcp();
        test_udp();
        test_dual_stack();
        test_v6only();
        test_conflicts(SOCK_STREAM);
        test_conflicts(SOCK_DGRAM);
        test_names();
    }
    return test_end();
}
