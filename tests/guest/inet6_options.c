// Options and ancillary data of IPPROTO_IPV6, groups, raw and ping sockets over loopback.
#include "test.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif
#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL 36
#endif

static const struct in6_addr loopback6 = IN6ADDR_LOOPBACK_INIT;

static int get(int fd, int option) {
    int value = -99;
    socklen_t length = sizeof value;
    return getsockopt(fd, IPPROTO_IPV6, option, &value, &length) ? -errno : value;
}
static int set(int fd, int option, int value) {
    return setsockopt(fd, IPPROTO_IPV6, option, &value, sizeof value) ? -errno : 0;
}

static struct sockaddr_in6 name_of(const char* text, int port) {
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    CHECK_EQ(inet_pton(AF_INET6, text, &name.sin6_addr), 1);
    return name;
}

static void test_numbers(void) {
    int udp = socket(AF_INET6, SOCK_DGRAM, 0), tcp = socket(AF_INET6, SOCK_STREAM, 0);
    CHECK_EQ(get(udp, IPV6_V6ONLY), 0);
    CHECK_EQ(set(udp, IPV6_V6ONLY, 7), 0);
    CHECK_EQ(get(udp, IPV6_V6ONLY), 1);
    CHECK_EQ(get(udp, IPV6_UNICAST_HOPS), 64);
    CHECK_EQ(set(udp, IPV6_UNICAST_HOPS, 256), -EINVAL);
    CHECK_EQ(set(udp, IPV6_UNICAST_HOPS, -2), -EINVAL);
    CHECK_EQ(set(udp, IPV6_UNICAST_HOPS, 5), 0);
    CHECK_EQ(get(udp, IPV6_UNICAST_HOPS), 5);
    CHECK_EQ(set(udp, IPV6_UNICAST_HOPS, -1), 0);
    CHECK_EQ(get(udp, IPV6_UNICAST_HOPS), 64);
    CHECK_EQ(get(udp, IPV6_MULTICAST_HOPS), 1);
    CHECK_EQ(set(udp, IPV6_MULTICAST_HOPS, 300), -EINVAL);
    CHECK_EQ(set(udp, IPV6_MULTICAST_HOPS, 0), 0);
    CHECK_EQ(get(udp, IPV6_MULTICAST_HOPS), 0);
    CHECK_EQ(set(tcp, IPV6_MULTICAST_HOPS, 3), -ENOPROTOOPT);
    CHECK_EQ(get(udp, IPV6_MULTICAST_LOOP), 1);
    CHECK_EQ(set(udp, IPV6_MULTICAST_LOOP, 2), -EINVAL);
    CHECK_EQ(set(udp, IPV6_MULTICAST_LOOP, 0), 0);
    CHECK_EQ(get(udp, IPV6_MULTICAST_LOOP), 0);
    CHECK_EQ(get(udp, IPV6_MULTICAST_IF), 0);
    CHECK_EQ(set(udp, IPV6_MULTICAST_IF, 9999), -ENODEV);
    CHECK_EQ(get(udp, IPV6_TCLASS), 0);
    CHECK_EQ(set(udp, IPV6_TCLASS, 256), -EINVAL);
    CHECK_EQ(set(udp, IPV6_TCLASS, 0x2e), 0);
    CHECK_EQ(get(udp, IPV6_TCLASS), 0x2e);
    CHECK_EQ(get(udp, IPV6_MTU_DISCOVER), IPV6_PMTUDISC_WANT);
    CHECK_EQ(set(udp, IPV6_MTU_DISCOVER, 99), -EINVAL);
    CHECK_EQ(set(udp, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO), 0);
    CHECK_EQ(get(udp, IPV6_MTU), -ENOTCONN);
    CHECK_EQ(get(udp, IPV6_RECVPKTINFO), 0);
    CHECK_EQ(set(udp, IPV6_RECVPKTINFO, 1), 0);
    CHECK_EQ(get(udp, IPV6_RECVPKTINFO), 1);
    CHECK_EQ(set(udp, IPV6_DONTFRAG, 1), 0);
    CHECK_EQ(get(udp, IPV6_DONTFRAG), 1);
    CHECK_EQ(set(udp, IPV6_HDRINCL, 1), -ENOPROTOOPT);
    CHECK_EQ(set(udp, 250, 1), -ENOPROTOOPT);
    CHECK_EQ(get(udp, 250), -ENOPROTOOPT);
    char small = 1;
    CHECK_ERRNO(setsockopt(udp, IPPROTO_IPV6, IPV6_V6ONLY, &small, 1), EINVAL);
    struct sockaddr_in6 to = name_of("::1", 9);
    CHECK_EQ(connect(udp, (struct sockaddr*)&to, sizeof to), 0);
    CHECK_EQ(get(udp, IPV6_MTU), 65536);
    close(udp);
    close(tcp);
}

// What came with a datagram.
static long receive(int fd, void* data, size_t size, struct sockaddr_in6* from, int* hops,
                    int* class, struct in6_pktinfo* info) {
    static char control[512];
    struct iovec vector = {data, size};
    struct msghdr message = {.msg_name = from,
                             .msg_namelen = from ? sizeof *from : 0,
                             .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    long got = recvmsg(fd, &message, 0);
    *hops = *class = -1;
    for (struct cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != IPPROTO_IPV6) continue;
        if (c->cmsg_type == IPV6_HOPLIMIT) memcpy(hops, CMSG_DATA(c), sizeof *hops);
        if (c->cmsg_type == IPV6_TCLASS) memcpy(class, CMSG_DATA(c), sizeof *class);
        if (c->cmsg_type == IPV6_PKTINFO) memcpy(info, CMSG_DATA(c), sizeof *info);
    }
    return got;
}

static void test_ancillary(void) {
    int server = socket(AF_INET6, SOCK_DGRAM, 0), client = socket(AF_INET6, SOCK_DGRAM, 0);
    struct sockaddr_in6 to = name_of("::1", 0), from;
    CHECK_EQ(bind(server, (struct sockaddr*)&to, sizeof to), 0);
    socklen_t length = sizeof to;
    getsockname(server, (struct sockaddr*)&to, &length);
    CHECK_EQ(set(server, IPV6_RECVPKTINFO, 1), 0);
    CHECK_EQ(set(server, IPV6_RECVHOPLIMIT, 1), 0);
    CHECK_EQ(set(server, IPV6_RECVTCLASS, 1), 0);
    CHECK_EQ(set(client, IPV6_TCLASS, 8), 0);
    char data[16];
    int hops, class;
    struct in6_pktinfo info;
    CHECK_EQ(sendto(client, "a", 1, 0, (struct sockaddr*)&to, sizeof to), 1);
    CHECK_EQ(receive(server, data, sizeof data, &from, &hops, &class, &info), 1);
    CHECK_EQ(hops, 64);
    CHECK_EQ(class, 8);
    CHECK_EQ(info.ipi6_ifindex, if_nametoindex("lo"));
    CHECK_EQ(memcmp(&info.ipi6_addr, &loopback6, 16), 0);
    // The message's own wishes.
    struct {
        struct cmsghdr header;
        int value;
        char pad[16];
    } control = {
        {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_HOPLIMIT},
        0,
        {0}};
    memcpy(CMSG_DATA(&control.header), &(int){7}, sizeof(int));
    struct iovec vector = {"b", 1};
    struct msghdr message = {.msg_name = &to,
                             .msg_namelen = sizeof to,
                             .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = CMSG_SPACE(sizeof(int))};
    CHECK_EQ(sendmsg(client, &message, 0), 1);
    CHECK_EQ(receive(server, data, sizeof data, &from, &hops, &class, &info), 1);
    CHECK_EQ(hops, 7);
    memcpy(CMSG_DATA(&control.header), &(int){256}, sizeof(int));
    CHECK_ERRNO(sendmsg(client, &message, 0), EINVAL);
    control.header.cmsg_type = 200;
    CHECK_ERRNO(sendmsg(client, &message, 0), EINVAL);
    close(server);
    close(client);
}

static void test_groups(void) {
    int fd = socket(AF_INET6, SOCK_DGRAM, 0), sender = socket(AF_INET6, SOCK_DGRAM, 0);
    struct sockaddr_in6 any = name_of("::", 0);
    CHECK_EQ(bind(fd, (struct sockaddr*)&any, sizeof any), 0);
    socklen_t length = sizeof any;
    getsockname(fd, (struct sockaddr*)&any, &length);
    struct ipv6_mreq request = {.ipv6mr_interface = if_nametoindex("lo")};
    inet_pton(AF_INET6, "ff02::1234", &request.ipv6mr_multiaddr);
    CHECK_EQ(setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request), 0);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request),
                EADDRINUSE);
    // lo carries no groups.
    struct sockaddr_in6 to = name_of("ff02::1234", ntohs(any.sin6_port));
    to.sin6_scope_id = request.ipv6mr_interface;
    CHECK_ERRNO(sendto(sender, "group", 5, 0, (struct sockaddr*)&to, sizeof to), ENETUNREACH);
    CHECK_EQ(setsockopt(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request), 0);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request),
                EADDRNOTAVAIL);
    inet_pton(AF_INET6, "::1", &request.ipv6mr_multiaddr);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request), EINVAL);
    // By the names of RFC 3678, which mean the same memberships.
    struct group_req join = {.gr_interface = 1};
    struct sockaddr_in6 group = name_of("ff02::1234", 0);
    memcpy(&join.gr_group, &group, sizeof group);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &join, sizeof join - 1), EINVAL);
    CHECK_EQ(setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &join, sizeof join), 0);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &join, sizeof join), EADDRINUSE);
    request.ipv6mr_multiaddr = group.sin6_addr;
    CHECK_EQ(setsockopt(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request), 0);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, MCAST_LEAVE_GROUP, &join, sizeof join), EADDRNOTAVAIL);
    CHECK_EQ(setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request), 0);
    CHECK_EQ(setsockopt(fd, IPPROTO_IPV6, MCAST_LEAVE_GROUP, &join, sizeof join), 0);
    join.gr_interface = 999;
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &join, sizeof join), ENODEV);
    join.gr_group.ss_family = AF_INET;
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &join, sizeof join), EADDRNOTAVAIL);
    close(fd);
    close(sender);
}

static void test_raw(void) {
    int fd = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
    CHECK(fd >= 0);
    struct icmp6_filter filter;
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
    CHECK_EQ(setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter), 0);
    int offset = 2;
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof offset), EINVAL);
    struct icmp6_hdr echo = {.icmp6_type = ICMP6_ECHO_REQUEST};
    echo.icmp6_id = htons(0x4321);
    echo.icmp6_seq = htons(1);
    struct sockaddr_in6 to = name_of("::1", 0), from;
    CHECK_EQ(sendto(fd, &echo, sizeof echo, 0, (struct sockaddr*)&to, sizeof to), sizeof echo);
    CHECK_EQ(set(fd, IPV6_RECVHOPLIMIT, 1), 0);
    struct icmp6_hdr answer;
    int hops, class;
    struct in6_pktinfo info;
    // The filter keeps the request out; no header of IPv6 comes with it.
    CHECK_EQ(receive(fd, &answer, sizeof answer, &from, &hops, &class, &info), sizeof answer);
    CHECK_EQ(answer.icmp6_type, ICMP6_ECHO_REPLY);
    CHECK_EQ(ntohs(answer.icmp6_id), 0x4321);
    CHECK_EQ(memcmp(&from.sin6_addr, &loopback6, 16), 0);
    close(fd);
    // A protocol of our own, with its checksum at byte 4 by the kernel.
    int sender = socket(AF_INET6, SOCK_RAW, 200), receiver = socket(AF_INET6, SOCK_RAW, 200);
    offset = 4;
    CHECK_EQ(setsockopt(sender, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof offset), 0);
    unsigned char data[8] = {1, 2, 3, 4, 0xaa, 0xaa, 7, 8}, got[64];
    CHECK_EQ(sendto(sender, data, sizeof data, 0, (struct sockaddr*)&to, sizeof to), sizeof data);
    CHECK_EQ(recv(receiver, got, sizeof got, 0), sizeof data);
    CHECK_EQ(memcmp(got, data, 4), 0);
    CHECK(got[4] != 0xaa || got[5] != 0xaa);
    CHECK_EQ(sendto(sender, data, 3, 0, (struct sockaddr*)&to, sizeof to), -1);
    CHECK_EQ(errno, EINVAL);
    to.sin6_port = htons(17);
    CHECK_ERRNO(sendto(sender, data, 8, 0, (struct sockaddr*)&to, sizeof to), EINVAL);
    close(sender);
    close(receiver);
}

static unsigned short sum_of(const unsigned char* data, int length, int protocol) {
    // The pseudo-header of RFC 8200, section 8.1, between ::1 and ::1.
    unsigned sum = 1 + 1 + (unsigned)length + (unsigned)protocol;
    for (int i = 0; i < length; i++) sum += i & 1 ? data[i] : (unsigned)data[i] << 8;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (unsigned short)sum;
}

// The checksum wherever a program wants it: all offsets that can be, around both ends of the
// message.
static void test_checksum_offsets(void) {
    int sender = socket(AF_INET6, SOCK_RAW, 200), receiver = socket(AF_INET6, SOCK_RAW, 200);
    int offset = -1;
    socklen_t length = sizeof offset;
    struct sockaddr_in6 to = name_of("::1", 0);
    CHECK_EQ(getsockopt(sender, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, &length), 0);
    CHECK_EQ(offset, -1);
    CHECK_ERRNO(setsockopt(sender, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, 3), EINVAL);
    for (offset = 1; offset < 40; offset += 2)
        CHECK_ERRNO(setsockopt(sender, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof offset),
                    EINVAL);
    for (offset = 0; offset < 40; offset += 2) {
        CHECK_EQ(setsockopt(sender, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof offset), 0);
        for (int size = 0; size <= 24; size++) {
            unsigned char data[24], got[64];
            memset(data, 0x5a, sizeof data);
            errno = 0;
            long sent = sendto(sender, data, (size_t)size, 0, (struct sockaddr*)&to, sizeof to);
            CHECK_EQ(sent, offset + 2 > size ? -1 : size);
            CHECK_EQ(errno, offset + 2 > size ? EINVAL : 0);
            if (sent < 0) continue;
            CHECK_EQ(recv(receiver, got, sizeof got, MSG_DONTWAIT), size);
            CHECK_EQ(sum_of(got, size, 200), 0xffff);
            CHECK_EQ(memcmp(got, data, (size_t)offset), 0);
            CHECK_EQ(memcmp(got + offset + 2, data + offset + 2, (size_t)(size - offset - 2)), 0);
        }
    }
    const int far[] = {65534, 65536, 0x7ffffffe, -2, -0x7fffffff - 1};
    for (int i = 0; i < 5; i++) {
        CHECK_EQ(setsockopt(sender, IPPROTO_IPV6, IPV6_CHECKSUM, &far[i], sizeof far[i]), 0);
        CHECK_EQ(getsockopt(sender, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, &length), 0);
        CHECK_EQ(offset, far[i] < 0 ? -1 : far[i]);
        long sent = sendto(sender, "12345678", 8, 0, (struct sockaddr*)&to, sizeof to);
        CHECK_EQ(sent, far[i] < 0 ? 8 : -1);
    }
    while (recv(receiver, &offset, sizeof offset, MSG_DONTWAIT) >= 0) continue;
    // Who wants it checked gets what adds up, and no more; what is too short adds up to nothing.
    offset = 2;
    CHECK_EQ(setsockopt(receiver, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof offset), 0);
    CHECK_EQ(sendto(sender, "12345678", 8, 0, (struct sockaddr*)&to, sizeof to), 8);
    CHECK_EQ(sendto(sender, "1", 1, 0, (struct sockaddr*)&to, sizeof to), 1);
    CHECK_ERRNO(recv(receiver, &offset, sizeof offset, MSG_DONTWAIT), EAGAIN);
    offset = 4;
    CHECK_EQ(setsockopt(sender, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof offset), 0);
    CHECK_EQ(sendto(sender, "12345678", 8, 0, (struct sockaddr*)&to, sizeof to), 8);
    unsigned char got[8];
    CHECK_EQ(recv(receiver, got, sizeof got, MSG_DONTWAIT), 8);
    close(sender);
    close(receiver);
    // On ICMPv6 it can't be moved where IPv6 has a say; by the raw level it can.
    sender = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
    CHECK_EQ(getsockopt(sender, SOL_RAW, IPV6_CHECKSUM, &offset, &length), 0);
    CHECK_EQ(offset, 2);
    for (offset = -1; offset < 8; offset++)
        CHECK_ERRNO(setsockopt(sender, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof offset),
                    EINVAL);
    for (size_t size = 0; size < 4; size++) // Linux reads type and code before all else
        CHECK_ERRNO(sendto(sender, got, size, 0, (struct sockaddr*)&to, sizeof to),
                    size < 2 ? EFAULT : EINVAL);
    close(sender);
    sender = socket(AF_INET6, SOCK_RAW, IPPROTO_UDP);
    offset = 6;
    CHECK_ERRNO(setsockopt(sender, IPPROTO_UDP, IPV6_CHECKSUM, &offset, sizeof offset),
                ENOPROTOOPT);
    CHECK_EQ(setsockopt(sender, SOL_RAW, IPV6_CHECKSUM, &offset, sizeof offset), 0);
    close(sender);
}

static void test_errors(void) {
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    CHECK_EQ(set(fd, IPV6_RECVERR, 1), 0);
    struct sockaddr_in6 to = name_of("::1", 1);
    CHECK_EQ(sendto(fd, "lost", 4, 0, (struct sockaddr*)&to, sizeof to), 4);
    struct pollfd waiting = {fd, 0, 0};
    CHECK_EQ(poll(&waiting, 1, 1000), 1);
    CHECK_EQ(waiting.revents, POLLERR);
    char control[256], data[16];
    struct iovec vector = {data, sizeof data};
    struct sockaddr_in6 name;
    struct msghdr message = {.msg_name = &name,
                             .msg_namelen = sizeof name,
                             .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    CHECK_EQ(recvmsg(fd, &message, MSG_ERRQUEUE), 4);
    CHECK_EQ(memcmp(data, "lost", 4), 0);
    CHECK_EQ(message.msg_flags & MSG_ERRQUEUE, MSG_ERRQUEUE);
    CHECK_EQ(ntohs(name.sin6_port), 1);
    CHECK_EQ(memcmp(&name.sin6_addr, &loopback6, 16), 0);
    struct cmsghdr* header = CMSG_FIRSTHDR(&message);
    CHECK(header && header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR);
    struct {
        unsigned error;
        unsigned char origin, type, code, pad;
        unsigned info, data;
    } report;
    if (header) {
        memcpy(&report, CMSG_DATA(header), sizeof report);
        CHECK_EQ(report.error, ECONNREFUSED);
        CHECK_EQ(report.origin, 3); // SO_EE_ORIGIN_ICMP6
        CHECK_EQ(report.type, ICMP6_DST_UNREACH);
        CHECK_EQ(report.code, ICMP6_DST_UNREACH_NOPORT);
    }
    close(fd);
}

int main(void) {
    test_numbers();
    test_ancillary();
    test_groups();
    test_raw();
    test_checksum_offsets();
    test_errors();
    return test_end();
}
