// Memberships with sources: every option of ip(7) and RFC 3678 about them through all doors, what
// is delivered then, and what /proc shows.
#include "test.h"

#include "doors.h"
#include "own_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

static struct ip_mreqn member;
static struct ip_mreq_source with_source;
static struct group_req group_request;
static struct group_source_req source_request;
static union {
    struct ip_msfilter filter;
    char bytes[16 + 12 * 4];
} v4_filter;
static union {
    struct group_filter filter;
    char bytes[144 + 12 * 128];
} any_filter;
static socklen_t length;
static int value;
static const char *const group_a = "239.1.2.3", *const group_b = "232.4.5.6";
static const char* const me = "127.0.0.1";

static struct sockaddr_storage stored(const char* address) {
    static struct sockaddr_storage storage;
    struct sockaddr_in in = {.sin_family = AF_INET};
    in.sin_addr.s_addr = inet_addr(address);
    memset(&storage, 0, sizeof storage);
    memcpy(&storage, &in, sizeof in);
    return storage;
}

static long set_v4(int fd, int name, const char* group, const char* source) {
    with_source.imr_multiaddr.s_addr = inet_addr(group);
    with_source.imr_interface.s_addr = inet_addr(me);
    with_source.imr_sourceaddr.s_addr = inet_addr(source);
    return x_setsockopt(fd, IPPROTO_IP, name, &with_source, sizeof with_source);
}

static long set_group(int fd, int name, const char* group, int ifindex) {
    group_request.gr_interface = ifindex;
    group_request.gr_group = stored(group);
    return x_setsockopt(fd, IPPROTO_IP, name, &group_request, sizeof group_request);
}

static long set_source(int fd, int name, const char* group, const char* source) {
    source_request.gsr_interface = 1;
    source_request.gsr_group = stored(group);
    source_request.gsr_source = stored(source);
    return x_setsockopt(fd, IPPROTO_IP, name, &source_request, sizeof source_request);
}

static long set_filter(int fd, const char* group, unsigned mode, unsigned count, socklen_t size) {
    v4_filter.filter.imsf_multiaddr.s_addr = inet_addr(group);
    v4_filter.filter.imsf_interface.s_addr = inet_addr(me);
    v4_filter.filter.imsf_fmode = mode;
    v4_filter.filter.imsf_numsrc = count;
    for (unsigned i = 0; i < count && i < 12; i++)
        v4_filter.filter.imsf_slist[i].s_addr = htonl(0x0a000001 + i);
    return x_setsockopt(fd, IPPROTO_IP, IP_MSFILTER, &v4_filter, size);
}

static long get_filter(int fd, const char* group, unsigned room) {
    v4_filter.filter.imsf_multiaddr.s_addr = inet_addr(group);
    v4_filter.filter.imsf_interface.s_addr = inet_addr(me);
    v4_filter.filter.imsf_fmode = 7;
    v4_filter.filter.imsf_numsrc = room;
    length = sizeof v4_filter;
    return x_getsockopt(fd, IPPROTO_IP, IP_MSFILTER, &v4_filter, &length);
}

// What the membership's filter is now: printed, so that both kernels are compared.
static void show(int fd, const char* when) {
    long result = get_filter(fd, group_a, 12);
    printf("%s: %ld", when, result);
    if (result == 0) {
        printf(" mode %u, %u sources, %u bytes:", (unsigned)v4_filter.filter.imsf_fmode,
               (unsigned)v4_filter.filter.imsf_numsrc, (unsigned)length);
        for (unsigned i = 0; i < v4_filter.filter.imsf_numsrc; i++)
            printf(" %s", inet_ntoa(v4_filter.filter.imsf_slist[i]));
    } else {
        printf(" errno %d", errno);
    }
    printf("\n");
}

static int delivered(int fd, int sender, const char* group) {
    static struct sockaddr_in to;
    static char byte = 'm';
    static socklen_t size;
    size = sizeof to;
    CHECK_EQ(x_getsockname(fd, &to, &size), 0);
    to.sin_addr.s_addr = inet_addr(group);
    CHECK_EQ(x_sendto(sender, &byte, 1, 0, &to, sizeof to), 1);
    int count = 0;
    while (x_recv(fd, &byte, 1, MSG_DONTWAIT) == 1) count++;
    return count;
}

static void include_mode(int fd, int sender) {
    CHECK_ERRNO(set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, "10.0.0.1", me), EINVAL);
    CHECK_ERRNO(set_v4(fd, IP_DROP_SOURCE_MEMBERSHIP, group_a, me), EINVAL);
    CHECK_EQ(set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, group_a, "10.9.9.9"), 0);
    show(fd, "one source");
    CHECK_EQ(delivered(fd, sender, group_a), 0);
    CHECK_ERRNO(set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, group_a, "10.9.9.9"), EADDRNOTAVAIL);
    CHECK_EQ(set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, group_a, me), 0);
    show(fd, "two sources");
    CHECK_EQ(delivered(fd, sender, group_a), 1);
    CHECK_ERRNO(set_v4(fd, IP_BLOCK_SOURCE, group_a, "10.9.9.9"), EINVAL);
    CHECK_ERRNO(set_v4(fd, IP_DROP_SOURCE_MEMBERSHIP, group_a, "10.9.9.8"), EADDRNOTAVAIL);
    CHECK_EQ(set_v4(fd, IP_DROP_SOURCE_MEMBERSHIP, group_a, me), 0);
    CHECK_EQ(delivered(fd, sender, group_a), 0);
    CHECK_EQ(set_v4(fd, IP_DROP_SOURCE_MEMBERSHIP, group_a, "10.9.9.9"), 0);
    show(fd, "left");
    CHECK_ERRNO(set_v4(fd, IP_DROP_SOURCE_MEMBERSHIP, group_a, "10.9.9.9"), EINVAL);
}

static void exclude_mode(int fd, int sender) {
    member.imr_multiaddr.s_addr = inet_addr(group_a);
    member.imr_address.s_addr = inet_addr(me);
    CHECK_ERRNO(set_v4(fd, IP_BLOCK_SOURCE, group_a, me), EINVAL);
    CHECK_EQ(x_setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, 8), 0);
    show(fd, "any source");
    CHECK_EQ(delivered(fd, sender, group_a), 1);
    CHECK_ERRNO(set_v4(fd, IP_UNBLOCK_SOURCE, group_a, me), EADDRNOTAVAIL);
    CHECK_EQ(set_v4(fd, IP_BLOCK_SOURCE, group_a, me), 0);
    show(fd, "blocked");
    CHECK_EQ(delivered(fd, sender, group_a), 0);
    CHECK_ERRNO(set_v4(fd, IP_BLOCK_SOURCE, group_a, me), EADDRNOTAVAIL);
    CHECK_ERRNO(set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, group_a, me), EINVAL);
    CHECK_EQ(set_v4(fd, IP_UNBLOCK_SOURCE, group_a, me), 0);
    CHECK_EQ(delivered(fd, sender, group_a), 1);
    show(fd, "unblocked");
    CHECK_ERRNO(set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, group_a, me), EINVAL);
    CHECK_EQ(x_setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &member, 8), 0);
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &member, 8), EADDRNOTAVAIL);
    CHECK_EQ(x_setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, 8), 0);
    CHECK_EQ(set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, group_a, me), 0); // nothing named yet: it turns
    show(fd, "turned");
    CHECK_EQ(x_setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &member, 8), 0);
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, IP_BLOCK_SOURCE, &with_source, 11), EINVAL);
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, IP_BLOCK_SOURCE, &with_source, 13), EINVAL);
}

static void whole_filters(int fd, int sender) {
    CHECK_ERRNO(set_filter(fd, group_a, MCAST_EXCLUDE, 2, sizeof v4_filter), EINVAL);
    CHECK_ERRNO(set_filter(fd, group_a, MCAST_INCLUDE, 0, sizeof v4_filter), EADDRNOTAVAIL);
    CHECK_ERRNO(get_filter(fd, group_a, 4), EADDRNOTAVAIL);
    CHECK_EQ(x_setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, 8), 0);
    CHECK_ERRNO(set_filter(fd, group_a, 5, 1, sizeof v4_filter), EINVAL);
    CHECK_ERRNO(set_filter(fd, group_a, MCAST_EXCLUDE, 2, 15), EINVAL);
    CHECK_ERRNO(set_filter(fd, group_a, MCAST_EXCLUDE, 2, 20), EINVAL);
    CHECK_ERRNO(set_filter(fd, group_a, MCAST_EXCLUDE, 11, sizeof v4_filter), ENOBUFS);
    CHECK_ERRNO(set_filter(fd, group_a, MCAST_EXCLUDE, 0x40000000, sizeof v4_filter), ENOBUFS);
    CHECK_EQ(set_filter(fd, group_a, MCAST_EXCLUDE, 10, sizeof v4_filter), 0);
    show(fd, "ten blocked");
    CHECK_ERRNO(set_v4(fd, IP_BLOCK_SOURCE, group_a, me), ENOBUFS);
    CHECK_EQ(delivered(fd, sender, group_a), 1);
    CHECK_EQ(set_filter(fd, group_a, MCAST_INCLUDE, 3, 16 + 12), 0);
    CHECK_EQ(delivered(fd, sender, group_a), 0);
    CHECK_EQ(get_filter(fd, group_a, 2), 0); // room for two
    printf("%u of %u, %u bytes\n", 2, (unsigned)v4_filter.filter.imsf_numsrc, (unsigned)length);
    length = 15;
    CHECK_ERRNO(x_getsockopt(fd, IPPROTO_IP, IP_MSFILTER, &v4_filter, &length), EINVAL);
    CHECK_EQ(set_filter(fd, group_a, MCAST_INCLUDE, 0, sizeof v4_filter), 0);
    show(fd, "nothing included");
}

static void any_family(int fd, int sender) {
    CHECK_ERRNO(set_group(fd, MCAST_JOIN_GROUP, "10.1.1.1", 1), EINVAL);
    CHECK_ERRNO(set_group(fd, MCAST_JOIN_GROUP, group_b, 999), ENODEV);
    CHECK_EQ(set_group(fd, MCAST_JOIN_GROUP, group_b, 1), 0);
    CHECK_ERRNO(set_group(fd, MCAST_JOIN_GROUP, group_b, 1), EADDRINUSE);
    CHECK_EQ(set_source(fd, MCAST_BLOCK_SOURCE, group_b, me), 0);
    CHECK_EQ(delivered(fd, sender, group_b), 0);
    CHECK_EQ(set_source(fd, MCAST_UNBLOCK_SOURCE, group_b, me), 0);
    CHECK_EQ(delivered(fd, sender, group_b), 1);
    CHECK_EQ(set_group(fd, MCAST_LEAVE_GROUP, group_b, 1), 0);
    CHECK_ERRNO(set_group(fd, MCAST_LEAVE_GROUP, group_b, 1), EADDRNOTAVAIL);
    CHECK_EQ(set_source(fd, MCAST_JOIN_SOURCE_GROUP, group_b, me), 0);
    CHECK_EQ(delivered(fd, sender, group_b), 1);
    CHECK_EQ(set_source(fd, MCAST_LEAVE_SOURCE_GROUP, group_b, me), 0);
    CHECK_ERRNO(set_source(fd, MCAST_LEAVE_SOURCE_GROUP, group_b, me), EINVAL);
    group_request.gr_group.ss_family = AF_UNIX;
    CHECK_ERRNO(
        x_setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &group_request, sizeof group_request),
        EINVAL);
    CHECK_ERRNO(
        x_setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &group_request, sizeof group_request - 5),
        EINVAL);
    source_request.gsr_source.ss_family = AF_UNIX;
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &source_request,
                             sizeof source_request),
                EADDRNOTAVAIL);
}

static void any_family_filters(int fd) {
    struct group_filter* filter = &any_filter.filter;
    memset(&any_filter, 0, sizeof any_filter);
    filter->gf_interface = 1;
    filter->gf_group = stored(group_b);
    filter->gf_fmode = MCAST_INCLUDE;
    filter->gf_numsrc = 2;
    filter->gf_slist[0] = stored("10.0.0.7");
    filter->gf_slist[1] = stored(me);
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, MCAST_MSFILTER, filter, GROUP_FILTER_SIZE(2)), EINVAL);
    CHECK_EQ(set_group(fd, MCAST_JOIN_GROUP, group_b, 1), 0);
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, MCAST_MSFILTER, filter, GROUP_FILTER_SIZE(1)), EINVAL);
    CHECK_EQ(x_setsockopt(fd, IPPROTO_IP, MCAST_MSFILTER, filter, GROUP_FILTER_SIZE(2)), 0);
    filter->gf_numsrc = 1;
    filter->gf_fmode = 9;
    length = sizeof any_filter;
    CHECK_EQ(x_getsockopt(fd, IPPROTO_IP, MCAST_MSFILTER, filter, &length), 0);
    CHECK_EQ(filter->gf_fmode, MCAST_INCLUDE);
    CHECK_EQ(filter->gf_numsrc, 2);
    CHECK_EQ(length, GROUP_FILTER_SIZE(1));
    CHECK_EQ(((struct sockaddr_in*)&filter->gf_slist[0])->sin_addr.s_addr, inet_addr("10.0.0.7"));
    filter->gf_numsrc = 11;
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, MCAST_MSFILTER, filter, sizeof any_filter), ENOBUFS);
    filter->gf_numsrc = 1;
    filter->gf_slist[0].ss_family = AF_INET6;
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, MCAST_MSFILTER, filter, sizeof any_filter),
                EADDRNOTAVAIL);
    CHECK_EQ(set_group(fd, MCAST_LEAVE_GROUP, group_b, 1), 0);
}

static void print_file(const char* path) {
    static char text[4096];
    int fd = open(path, O_RDONLY);
    long size = read(fd, text, sizeof text - 1);
    text[size > 0 ? size : 0] = 0;
    close(fd);
    // Of other devices the two kernels have different ones.
    int shown = 0;
    for (char* line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (line[0] != '\t')
            shown = !strncmp(line, "Idx", 3) || strstr(line, " lo") || strstr(line, "\tlo");
        if (shown) printf("%s\n", line);
    }
}

// Two sockets, one group: each has its own filter, the device takes what either wants.
static void two_sockets(int sender) {
    static struct sockaddr_in any = {.sin_family = AF_INET};
    int a = x_socket(AF_INET, SOCK_DGRAM, 0), b = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(x_bind(a, &any, sizeof any), 0);
    CHECK_EQ(x_bind(b, &any, sizeof any), 0);
    CHECK_EQ(set_v4(a, IP_ADD_SOURCE_MEMBERSHIP, group_a, "10.0.0.9"), 0);
    CHECK_EQ(set_v4(b, IP_ADD_SOURCE_MEMBERSHIP, group_a, me), 0);
    CHECK_EQ(set_v4(b, IP_ADD_SOURCE_MEMBERSHIP, group_a, "10.0.0.9"), 0);
    print_file("/proc/net/igmp");
    print_file("/proc/net/mcfilter");
    CHECK_EQ(delivered(a, sender, group_a), 0);
    CHECK_EQ(delivered(b, sender, group_a), 1);
    // Whoever isn't in the group gets all of it, until told otherwise; but only what the device
    // takes.
    int c = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(x_bind(c, &any, sizeof any), 0);
    CHECK_EQ(delivered(c, sender, group_a), 1);
    CHECK_EQ(delivered(c, sender, group_b), 0);
    value = 0;
    CHECK_EQ(x_setsockopt(c, IPPROTO_IP, IP_MULTICAST_ALL, &value, sizeof value), 0);
    CHECK_EQ(delivered(c, sender, group_a), 0);
    close(b);
    value = 1;
    CHECK_EQ(x_setsockopt(c, IPPROTO_IP, IP_MULTICAST_ALL, &value, sizeof value), 0);
    CHECK_EQ(delivered(c, sender, group_a), 0);
    close(a);
    close(c);
    print_file("/proc/net/mcfilter");
}

static void raw_sockets(int sender) {
    static struct sockaddr_in any = {.sin_family = AF_INET};
    int fd = x_socket(AF_INET, SOCK_RAW, IPPROTO_UDP), u = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(x_bind(u, &any, sizeof any), 0);
    CHECK_EQ(set_v4(u, IP_ADD_SOURCE_MEMBERSHIP, group_a, me), 0);
    static char bytes[100];
    CHECK_EQ(set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, group_a, "10.0.0.9"), 0);
    CHECK_EQ(delivered(u, sender, group_a), 1);
    CHECK_ERRNO(x_recv(fd, bytes, sizeof bytes, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, group_a, me), 0);
    CHECK_EQ(delivered(u, sender, group_a), 1);
    CHECK_EQ(x_recv(fd, bytes, sizeof bytes, MSG_DONTWAIT), 29);
    close(fd);
    close(u);
}

static void streams(void) {
    int fd = x_socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERRNO(x_setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, 8), EPROTO);
    if (door_takes_structures()) CHECK_EQ(set_group(fd, MCAST_JOIN_GROUP, group_a, 1), 0);
    long result = set_v4(fd, IP_ADD_SOURCE_MEMBERSHIP, group_b, me);
    printf("IP_ADD_SOURCE_MEMBERSHIP of a stream: %ld %d\n", result, result ? errno : 0);
    close(fd);
}

int main(void) {
    own_network();
    for (door = 0; door < DOOR_COUNT; door++) {
        static struct sockaddr_in any = {.sin_family = AF_INET};
        int fd = x_socket(AF_INET, SOCK_DGRAM, 0), sender = x_socket(AF_INET, SOCK_DGRAM, 0);
        member.imr_address.s_addr = inet_addr(me);
        CHECK_EQ(x_setsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF, &member, sizeof member), 0);
        CHECK_EQ(x_bind(fd, &any, sizeof any), 0);
        printf("-- %s\n", door_names[door]);
        include_mode(fd, sender);
        exclude_mode(fd, sender);
        whole_filters(fd, sender);
        if (door_takes_structures()) {
            any_family(fd, sender);
            any_family_filters(fd);
        }
        two_sockets(sender);
        raw_sockets(sender);
        streams();
        close(fd);
        close(sender);
    }
    return test_end();
}
