// What a message carries besides its bytes, and where it may go: SO_MARK for one message, TCP_INQ,
// IP_RECVFRAGSIZE, SO_DONTROUTE and MSG_DONTROUTE, many multicast groups; through each door.
#include "test.h"

#include "doors.h"
#include "own_network.h"

#include <arpa/inet.h>
#include <linux/if_tun.h>
#include <linux/route.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/uio.h>
#include <sys/wait.h>

#ifndef TCP_INQ
#define TCP_INQ 36
#endif
#define IP_RECVFRAGSIZE_ 25 // linux/in.h; libraries don't all know it

static struct sockaddr_storage name;
static socklen_t length;
static int pair[2], value, zero, one = 1;
static char data[8000], into[8000];
static struct iovec part;
static struct msghdr message;
static union {
    struct cmsghdr align;
    char bytes[256];
} control;

static socklen_t loopback(int family) {
    memset(&name, 0, sizeof name);
    name.ss_family = (sa_family_t)family;
    if (family == AF_INET6) {
        ((struct sockaddr_in6*)&name)->sin6_addr = in6addr_loopback;
        return sizeof(struct sockaddr_in6);
    }
    ((struct sockaddr_in*)&name)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof(struct sockaddr_in);
}

static int bound(int family, int type, int protocol) {
    int fd = x_socket(family, type, protocol);
    length = loopback(family);
    CHECK_EQ(x_bind(fd, &name, length), 0);
    CHECK_EQ(x_getsockname(fd, &name, &length), 0);
    return fd;
}

static void begin(size_t bytes, char* buffer) {
    part.iov_base = buffer;
    part.iov_len = bytes;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
}

static void add_control(int level, int type, const void* bytes, size_t size) {
    message.msg_control = control.bytes;
    memset(&control, 0, sizeof control);
    control.align.cmsg_level = level;
    control.align.cmsg_type = type;
    control.align.cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(&control.align), bytes, size);
    message.msg_controllen = CMSG_SPACE(size);
}

// The int that came with the message; -1 without one.
static int received(int level, int type) {
    int number = -1;
    for (struct cmsghdr* at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at))
        if (at->cmsg_level == level && at->cmsg_type == type)
            memcpy(&number, CMSG_DATA(at), sizeof number);
    return number;
}

static long receive(int fd, size_t bytes, int flags) {
    begin(bytes, into);
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control;
    return x_recvmsg(fd, &message, flags);
}

// --- SO_MARK ---

static long send_marked(int fd, unsigned mark, size_t size) {
    begin(5, data);
    message.msg_name = &name;
    message.msg_namelen = length;
    static unsigned marks[2];
    marks[0] = marks[1] = mark;
    add_control(SOL_SOCKET, SO_MARK, marks, size);
    return x_sendmsg(fd, &message, 0);
}

static void test_mark(int family) {
    int fd = bound(family, SOCK_DGRAM, 0);
    // SO_RCVMARK: what the packet has shows at its receiver.
    value = 1;
    CHECK_EQ(x_setsockopt(fd, SOL_SOCKET, 75, &one, sizeof one), 0);
    value = 7;
    CHECK_EQ(x_setsockopt(fd, SOL_SOCKET, SO_MARK, &value, sizeof value), 0);
    CHECK_EQ(x_sendto(fd, data, 3, 0, &name, length), 3);
    CHECK_EQ(receive(fd, 10, 0), 3);
    CHECK_EQ(received(SOL_SOCKET, SO_MARK), 7);
    CHECK_EQ(send_marked(fd, 4711, 4), 5);
    CHECK_EQ(receive(fd, 10, 0), 5);
    CHECK_EQ(received(SOL_SOCKET, SO_MARK), 4711);
    CHECK_ERRNO(send_marked(fd, 4711, 8), EINVAL);
    CHECK_ERRNO(send_marked(fd, 4711, 2), EINVAL);
    begin(5, data);
    message.msg_name = &name;
    message.msg_namelen = length;
    add_control(SOL_SOCKET, SO_LINGER, &one, sizeof one);
    CHECK_ERRNO(x_sendmsg(fd, &message, 0), EINVAL);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) { // without rights: before the length is looked at
        if (setresuid(65534, 65534, 65534) < 0) unshare(CLONE_NEWUSER);
        int ok = send_marked(fd, 1, 4) == -1 && errno == EPERM;
        ok &= send_marked(fd, 1, 8) == -1 && errno == EPERM;
        _exit(!ok);
    }
    int status = -1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    close(fd);
}

// --- TCP_INQ ---

static void test_unread(int family) {
    int listener = bound(family, SOCK_STREAM, 0);
    CHECK_EQ(x_listen(listener, 1), 0);
    pair[0] = x_socket(family, SOCK_STREAM, 0);
    CHECK_EQ(x_connect(pair[0], &name, length), 0);
    pair[1] = x_accept(listener, NULL, NULL);
    close(listener);
    value = -1;
    length = sizeof value;
    CHECK_EQ(x_getsockopt(pair[1], IPPROTO_TCP, TCP_INQ, &value, &length), 0);
    CHECK_EQ(value, 0);
    value = 2;
    CHECK_ERRNO(x_setsockopt(pair[1], IPPROTO_TCP, TCP_INQ, &value, sizeof value), EINVAL);
    CHECK_EQ(x_setsockopt(pair[1], IPPROTO_TCP, TCP_INQ, &one, sizeof one), 0);
    CHECK_EQ(x_getsockopt(pair[1], IPPROTO_TCP, TCP_INQ, &value, &length), 0);
    CHECK_EQ(value, 1);
    CHECK_EQ(x_send(pair[0], data, 100, 0), 100);
    CHECK_EQ(receive(pair[1], 30, 0), 30);
    CHECK_EQ(received(IPPROTO_TCP, TCP_INQ), 70);
    CHECK_EQ(receive(pair[1], 30, MSG_PEEK), 30);
    CHECK_EQ(received(IPPROTO_TCP, TCP_INQ), 70);
    CHECK_EQ(receive(pair[1], 70, 0), 70);
    CHECK_EQ(received(IPPROTO_TCP, TCP_INQ), 0);
    CHECK_ERRNO(receive(pair[1], 70, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(x_send(pair[0], "!", 1, MSG_OOB), 1);
    struct pollfd urgent = {pair[1], POLLPRI, 0};
    CHECK_EQ(poll(&urgent, 1, 2000), 1);
    CHECK_EQ(receive(pair[1], 1, MSG_OOB), 1);
    CHECK_EQ(received(IPPROTO_TCP, TCP_INQ), 1);
    // The end of the stream wants to be read, too.
    CHECK_EQ(x_send(pair[0], data, 5, 0), 5);
    close(pair[0]);
    struct pollfd over = {pair[1], POLLRDHUP, 0};
    CHECK_EQ(poll(&over, 1, 2000), 1);
    CHECK_EQ(receive(pair[1], 5, 0), 5);
    CHECK_EQ(received(IPPROTO_TCP, TCP_INQ), 1);
    CHECK_EQ(receive(pair[1], 5, 0), 0);
    CHECK_EQ(received(IPPROTO_TCP, TCP_INQ), 1);
    CHECK_EQ(x_setsockopt(pair[1], IPPROTO_TCP, TCP_INQ, &zero, sizeof zero), 0);
    CHECK_EQ(receive(pair[1], 5, 0), 0);
    CHECK_EQ(received(IPPROTO_TCP, TCP_INQ), -1);
    close(pair[1]);
}

// --- IP_RECVFRAGSIZE: the largest fragment that the datagram came in ---

static int set_mtu(int mtu) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, "lo");
    request.ifr_mtu = mtu;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    int result = ioctl(fd, SIOCSIFMTU, &request);
    close(fd);
    return result;
}

static void test_fragment_size(void) {
    int fd = bound(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(x_setsockopt(fd, IPPROTO_IP, IP_RECVFRAGSIZE_, &one, sizeof one), 0);
    value = -1;
    socklen_t size = sizeof value;
    CHECK_EQ(x_getsockopt(fd, IPPROTO_IP, IP_RECVFRAGSIZE_, &value, &size), 0);
    CHECK_EQ(value, 1);
    value = 0; // IP_PMTUDISC_DONT
    CHECK_EQ(x_setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &value, sizeof value), 0);
    CHECK_EQ(set_mtu(1500), 0);
    CHECK_EQ(x_sendto(fd, data, 5000, 0, &name, length), 5000);
    CHECK_EQ(receive(fd, sizeof into, 0), 5000);
    CHECK_EQ(received(IPPROTO_IP, IP_RECVFRAGSIZE_), 1500);
    CHECK_EQ(x_sendto(fd, data, 500, 0, &name, length), 500);
    CHECK_EQ(receive(fd, sizeof into, 0), 500);
    CHECK_EQ(received(IPPROTO_IP, IP_RECVFRAGSIZE_), -1);
    CHECK_EQ(set_mtu(1301), 0);
    CHECK_EQ(x_sendto(fd, data, 5000, 0, &name, length), 5000);
    CHECK_EQ(receive(fd, sizeof into, MSG_PEEK), 5000);
    CHECK_EQ(received(IPPROTO_IP, IP_RECVFRAGSIZE_), 1300); // a multiple of 8 behind the header
    CHECK_EQ(receive(fd, sizeof into, 0), 5000);
    CHECK_EQ(set_mtu(65536), 0);
    close(fd);
    fd = x_socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, IP_RECVFRAGSIZE_, &one, sizeof one), EINVAL);
    close(fd);
}

// --- SO_DONTROUTE ---

static struct sockaddr_in at(const char* address) {
    struct sockaddr_in in = {AF_INET, htons(9), {inet_addr(address)}, {0}};
    return in;
}

// A tun with a neighbour 10.7.0.2, by which everything else is reached.
static int make_network(void) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK), fd = socket(AF_INET, SOCK_DGRAM, 0);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    strcpy(request.ifr_name, "tun7");
    CHECK_EQ(ioctl(tun, TUNSETIFF, &request), 0);
    struct sockaddr_in in = at("10.7.0.1");
    memcpy(&request.ifr_addr, &in, sizeof in);
    CHECK_EQ(ioctl(fd, SIOCSIFADDR, &request), 0);
    in = at("255.255.255.0");
    memcpy(&request.ifr_addr, &in, sizeof in);
    CHECK_EQ(ioctl(fd, SIOCSIFNETMASK, &request), 0);
    CHECK(device_flags("tun7", IFF_UP, 0) >= 0);
    struct rtentry route;
    memset(&route, 0, sizeof route);
    in = at("10.8.0.0");
    memcpy(&route.rt_dst, &in, sizeof in);
    in = at("255.255.0.0");
    memcpy(&route.rt_genmask, &in, sizeof in);
    in = at("10.7.0.2");
    memcpy(&route.rt_gateway, &in, sizeof in);
    route.rt_flags = RTF_UP | RTF_GATEWAY;
    CHECK_EQ(ioctl(fd, SIOCADDRT, &route), 0);
    close(fd);
    return tun;
}

static void test_dont_route(void) {
    int tun = make_network();
    static struct sockaddr_in far, near;
    far = at("10.8.1.1");
    near = at("10.7.0.2");
    static const struct { int type, protocol; } sorts[] = {{SOCK_DGRAM, 0}, {SOCK_RAW, 200}};
    for (unsigned i = 0; i < 2; i++) {
        int fd = x_socket(AF_INET, sorts[i].type, sorts[i].protocol);
        CHECK_EQ(x_sendto(fd, data, 5, 0, &far, sizeof far), 5);
        CHECK_ERRNO(x_sendto(fd, data, 5, MSG_DONTROUTE, &far, sizeof far), ENETUNREACH);
        CHECK_EQ(x_sendto(fd, data, 5, MSG_DONTROUTE, &near, sizeof near), 5);
        CHECK_EQ(x_setsockopt(fd, SOL_SOCKET, SO_DONTROUTE, &one, sizeof one), 0);
        CHECK_ERRNO(x_sendto(fd, data, 5, 0, &far, sizeof far), ENETUNREACH);
        CHECK_EQ(x_sendto(fd, data, 5, 0, &near, sizeof near), 5);
        CHECK_EQ(x_setsockopt(fd, SOL_SOCKET, SO_DONTROUTE, &zero, sizeof zero), 0);
        CHECK_EQ(x_sendto(fd, data, 5, 0, &far, sizeof far), 5);
        close(fd);
    }
    int fd = x_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK_EQ(x_setsockopt(fd, SOL_SOCKET, SO_DONTROUTE, &one, sizeof one), 0);
    CHECK_ERRNO(x_connect(fd, &far, sizeof far), ENETUNREACH);
    CHECK_ERRNO(x_connect(fd, &near, sizeof near), EINPROGRESS);
    close(fd);
    close(tun);
}

// --- groups: twenty a socket, any number a device ---

static void test_many_groups(void) {
    enum { SOCKETS = 4, EACH = 20 };
    static struct ip_mreqn member;
    int fds[SOCKETS];
    member.imr_ifindex = 1;
    for (int i = 0; i < SOCKETS; i++) {
        fds[i] = x_socket(AF_INET, SOCK_DGRAM, 0);
        int joined = 0;
        for (int k = 0; k < EACH; k++) {
            member.imr_multiaddr.s_addr = htonl(0xef010000u + (unsigned)(i * EACH + k));
            joined +=
                x_setsockopt(fds[i], IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, sizeof member) == 0;
        }
        CHECK_EQ(joined, EACH);
        member.imr_multiaddr.s_addr = htonl(0xef020000u);
        CHECK_ERRNO(x_setsockopt(fds[i], IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, sizeof member),
                    ENOBUFS);
    }
    static struct sockaddr_in to;
    length = sizeof to;
    to = at("0.0.0.0");
    to.sin_port = 0;
    CHECK_EQ(x_bind(fds[3], &to, sizeof to), 0);
    CHECK_EQ(x_getsockname(fds[3], &to, &length), 0);
    to.sin_addr.s_addr = htonl(0xef010000u + 79);
    int out = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(x_setsockopt(out, IPPROTO_IP, IP_MULTICAST_IF, &member, sizeof member), 0);
    CHECK_EQ(x_sendto(out, data, 5, 0, &to, sizeof to), 5);
    struct pollfd entry = {fds[3], POLLIN, 0};
    CHECK_EQ(poll(&entry, 1, 2000), 1);
    CHECK_EQ(x_recv(fds[3], into, 10, MSG_DONTWAIT), 5);
    for (int i = 0; i < SOCKETS; i++) close(fds[i]);
    close(out);
}

int main(void) {
    own_network();
    for (door = 0; door < DOOR_COUNT; door++) {
        int before = test_failed;
        if (door_takes_structures()) {
            test_mark(AF_INET);
            test_mark(AF_INET6);
            test_unread(AF_INET);
            test_unread(AF_INET6);
            test_fragment_size();
        }
        test_dont_route();
        test_many_groups();
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    return test_end();
}
