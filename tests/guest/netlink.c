// AF_NETLINK: ports, groups, options, messages and acknowledgements, dumps, losses, rights; through
// each door. What rtnetlink changes is in rtnetlink.c.
#include "netlink.h"

#include <sys/wait.h>

static socklen_t length;
static int value;

static void test_addresses(void) {
    CHECK_ERRNO(x_socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE), ESOCKTNOSUPPORT);
    CHECK_ERRNO(x_socket(AF_NETLINK, SOCK_SEQPACKET, NETLINK_ROUTE), ESOCKTNOSUPPORT);
    CHECK_ERRNO(x_socket(AF_NETLINK, SOCK_RAW, 31), EPROTONOSUPPORT);
    CHECK_ERRNO(x_socket(AF_NETLINK, SOCK_RAW, 99), EPROTONOSUPPORT);
    int s = x_socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE), t = x_socket(AF_NETLINK, SOCK_RAW, 0);
    memset(&address, 0, sizeof address);
    CHECK_ERRNO(x_bind(s, &address, sizeof address), EINVAL);
    address.nl_family = AF_NETLINK;
    CHECK_ERRNO(x_bind(s, &address, 8), EINVAL);
    CHECK_EQ(x_bind(s, &address, sizeof address), 0);
    length = sizeof other;
    CHECK_EQ(x_getsockname(s, &other, &length), 0);
    CHECK_EQ(length, sizeof other);
    CHECK_EQ(other.nl_family, AF_NETLINK);
    CHECK_EQ(other.nl_pid, getpid());
    address.nl_pid = other.nl_pid;
    CHECK_ERRNO(x_bind(t, &address, sizeof address), EADDRINUSE);
    address.nl_pid = 0;
    CHECK_ERRNO(x_bind(s, &address, sizeof address), EINVAL);
    address.nl_pid = other.nl_pid;
    address.nl_groups = RTMGRP_LINK | RTMGRP_NEIGH;
    CHECK_EQ(x_bind(s, &address, sizeof address), 0); // other groups
    CHECK_EQ(x_getsockname(s, &other, &length), 0);
    CHECK_EQ(other.nl_groups, RTMGRP_LINK | RTMGRP_NEIGH);
    memset(&address, 0, sizeof address);
    address.nl_family = AF_NETLINK;
    CHECK_EQ(x_bind(t, &address, sizeof address), 0);
    CHECK_EQ(x_getsockname(t, &other, &length), 0);
    CHECK(other.nl_pid != 0 && other.nl_pid != (unsigned)getpid());
    CHECK_EQ(x_getpeername(t, &other, &length), 0);
    CHECK_EQ(other.nl_pid, 0);
    CHECK_EQ(x_connect(t, &address, sizeof address), 0);
    CHECK_ERRNO(x_connect(t, &address, 6), EINVAL);
    CHECK_ERRNO(x_listen(s, 1), EOPNOTSUPP);
    CHECK_ERRNO(x_accept(s, 0, 0), EOPNOTSUPP);
    CHECK_ERRNO(x_shutdown(s, SHUT_RD), EOPNOTSUPP);
    static int pair[2];
    CHECK_ERRNO(x_socketpair(AF_NETLINK, SOCK_RAW, 0, pair), EOPNOTSUPP);
    close(s);
    close(t);
}

static void test_options(void) {
    int s = opened(0);
    static const int switches[] = {NETLINK_PKTINFO, NETLINK_BROADCAST_ERROR, NETLINK_NO_ENOBUFS,
                                   NETLINK_CAP_ACK};
    for (unsigned i = 0; i < sizeof switches / sizeof *switches; i++) {
        length = sizeof value;
        CHECK_EQ(x_getsockopt(s, SOL_NETLINK, switches[i], &value, &length), 0);
        CHECK_EQ(value, 0);
        value = 7;
        CHECK_EQ(x_setsockopt(s, SOL_NETLINK, switches[i], &value, 4), 0);
        CHECK_EQ(x_getsockopt(s, SOL_NETLINK, switches[i], &value, &length), 0);
        CHECK_EQ(value, 1);
        length = 2;
        CHECK_ERRNO(x_getsockopt(s, SOL_NETLINK, switches[i], &value, &length), EINVAL);
    }
    value = RTNLGRP_IPV4_ROUTE;
    CHECK_EQ(x_setsockopt(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &value, 4), 0);
    length = sizeof other;
    CHECK_EQ(x_getsockname(s, &other, &length), 0);
    CHECK_EQ(other.nl_groups, RTMGRP_IPV4_ROUTE);
    static unsigned list[4];
    length = sizeof list;
    CHECK_EQ(x_getsockopt(s, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, list, &length), 0);
    CHECK_EQ(length, 8);
    CHECK_EQ(list[0], RTMGRP_IPV4_ROUTE);
    CHECK_EQ(x_setsockopt(s, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, &value, 4), 0);
    length = sizeof other;
    CHECK_EQ(x_getsockname(s, &other, &length), 0);
    CHECK_EQ(other.nl_groups, 0);
    value = 0;
    CHECK_ERRNO(x_setsockopt(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &value, 4), EINVAL);
    value = 1000;
    CHECK_ERRNO(x_setsockopt(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &value, 4), EINVAL);
    CHECK_ERRNO(x_setsockopt(s, SOL_NETLINK, 99, &value, 4), ENOPROTOOPT);
    CHECK_ERRNO(x_setsockopt(s, SOL_IP, 1, &value, 4), ENOPROTOOPT);
    length = sizeof value;
    CHECK_ERRNO(x_getsockopt(s, SOL_NETLINK, 99, &value, &length), ENOPROTOOPT);
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, SO_DOMAIN, &value, &length), 0);
    CHECK_EQ(value, AF_NETLINK);
    close(s);
}

static void test_messages(void) {
    int s = opened(0);
    struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
    CHECK_ERRNO(receive(s, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(receive(s, MSG_OOB), EOPNOTSUPP);
    CHECK_ERRNO(x_send(s, buffer, 0, 0), ENODATA);
    CHECK_ERRNO(x_send(s, buffer, 1, MSG_OOB), EOPNOTSUPP);
    CHECK_ERRNO(x_sendto(s, buffer, 20, 0, &other, 4), EINVAL);
    static char big[300000];
    CHECK_ERRNO(x_send(s, big, sizeof big, 0), EMSGSIZE);
    CHECK_EQ(transmit(s, "short", 5), 5); // no message: nothing happens
    begin(RTM_GETLINK, 0, &link, sizeof link);
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len),
             request.header.nlmsg_len); // no request
    CHECK_ERRNO(receive(s, MSG_DONTWAIT), EAGAIN);
    begin(NLMSG_NOOP, 0, "", 0);
    CHECK_EQ(ask(s), 0);
    begin(RTM_MAX + 1, 0, &link, sizeof link);
    CHECK_EQ(ask(s), EOPNOTSUPP);
    begin(RTM_GETLINK, 0, &link, sizeof link);
    CHECK_EQ(ask(s), EINVAL); // neither name nor index
    begin(RTM_GETLINK, 0, &link, 4);
    CHECK_EQ(ask(s), EINVAL);
    link.ifi_index = 12345;
    begin(RTM_GETLINK, 0, &link, sizeof link);
    put(IFLA_TXQLEN, &sequence, 4);
    CHECK_EQ(ask(s), ENODEV);
    // The whole message comes back with an error.
    struct nlmsghdr* answer = (void*)buffer;
    CHECK_EQ(answer->nlmsg_len, NLMSG_LENGTH(4) + request.header.nlmsg_len);
    CHECK_EQ(memcmp((char*)NLMSG_DATA(answer) + 4, &request, request.header.nlmsg_len), 0);
    value = 1;
    CHECK_EQ(x_setsockopt(s, SOL_NETLINK, NETLINK_CAP_ACK, &value, 4), 0);
    begin(RTM_GETLINK, 0, &link, sizeof link);
    CHECK_EQ(ask(s), ENODEV);
    CHECK_EQ(answer->nlmsg_len, NLMSG_LENGTH(sizeof(struct nlmsgerr)));
    CHECK_EQ(answer->nlmsg_flags, NLM_F_CAPPED);
    begin(RTM_GETLINK, 0, &link, sizeof link);
    put(IFLA_MTU, "x", 1); // too short
    CHECK_EQ(ask(s), ERANGE);
    // One question, one answer, and how long it is before it is read.
    link.ifi_index = 0;
    begin(RTM_GETLINK, NLM_F_REQUEST, &link, sizeof link);
    put(IFLA_IFNAME, "lo", 3);
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len), request.header.nlmsg_len);
    long whole = x_recv(s, 0, 0, MSG_PEEK | MSG_TRUNC);
    CHECK(whole > (long)NLMSG_SPACE(sizeof link));
    CHECK_EQ(x_recv(s, buffer, 10, MSG_PEEK), 10);
    CHECK_EQ(receive(s, 0), whole);
    CHECK_EQ(message.msg_flags, 0);
    CHECK_EQ(message.msg_namelen, sizeof other);
    CHECK_EQ(other.nl_pid, 0);
    CHECK_EQ(answer->nlmsg_type, RTM_NEWLINK);
    CHECK_EQ(answer->nlmsg_flags, 0);
    CHECK_EQ(answer->nlmsg_pid, getpid());
    struct ifinfomsg* info = NLMSG_DATA(answer);
    CHECK_EQ(info->ifi_type, 772);
    CHECK_EQ(info->ifi_index, if_nametoindex("lo"));
    CHECK(attribute(answer, sizeof *info, IFLA_STATS64, 192) != 0);
    CHECK(attribute(answer, sizeof *info, IFLA_ADDRESS, 6) != 0);
    close(s);
}

static int seen;
static void look_for_lo(struct nlmsghdr* h) {
    wrong += h->nlmsg_type != RTM_NEWLINK;
    const char* name = attribute(h, sizeof(struct ifinfomsg), IFLA_IFNAME, 1);
    if (name && !strcmp(name, "lo")) seen++;
}
static void ignore(struct nlmsghdr* h) { (void)h; }

static void test_dumps(void) {
    int s = opened(0);
    struct rtgenmsg family = {AF_PACKET};
    begin(RTM_GETLINK, 0, &family, sizeof family);
    seen = 0;
    CHECK(dump(s, look_for_lo) > 0);
    CHECK_EQ(seen, 1);
    family.rtgen_family = AF_UNSPEC;
    begin(RTM_GETADDR, 0, &family, sizeof family);
    CHECK(dump(s, ignore) > 0);
    begin(RTM_GETROUTE, 0, &family, sizeof family);
    CHECK(dump(s, ignore) > 0);
    struct ndmsg neighbour = {.ndm_family = AF_INET};
    begin(RTM_GETNEIGH, 0, &neighbour, sizeof neighbour);
    CHECK(dump(s, ignore) >= 0);
    begin(RTM_NEWLINK, NLM_F_DUMP, &family, 1);
    CHECK(ask(s) != 0); // there is nothing to dump
    close(s);
}

// More than the buffer holds: the program hears of it once, then gets what is there.
static void test_overrun(void) {
    int s = opened(0), listener = opened(RTMGRP_LINK);
    value = 4096;
    CHECK_EQ(x_setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &value, 4), 0);
    struct ifinfomsg link = {.ifi_index = if_nametoindex("lo")};
    for (unsigned i = 0; i < 100; i++) {
        unsigned mtu = 60000 + i;
        begin(RTM_SETLINK, 0, &link, sizeof link);
        put(IFLA_MTU, &mtu, 4);
        CHECK_EQ(ask(s), 0);
    }
    CHECK_ERRNO(receive(listener, MSG_DONTWAIT), ENOBUFS);
    int count = 0;
    while (heard(listener)) count++;
    CHECK(count > 0 && count < 100);
    unsigned mtu = 65536;
    begin(RTM_SETLINK, 0, &link, sizeof link);
    put(IFLA_MTU, &mtu, 4);
    CHECK_EQ(ask(s), 0);
    CHECK_EQ(heard(listener), RTM_NEWLINK); // and again it hears everything
    close(s);
    close(listener);
}

// Who isn't the administrator may look, and no more.
static void test_rights(void) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        test_passed = test_failed = 0;
        if (geteuid() == 0) CHECK_EQ(setresuid(65534, 65534, 65534), 0);
        int s = opened(RTMGRP_LINK);
        struct ifinfomsg link = {.ifi_index = 1};
        begin(RTM_GETLINK, 0, &link, sizeof link);
        CHECK(dump(s, ignore) > 0);
        begin(RTM_SETLINK, 0, &link, sizeof link);
        CHECK_EQ(ask(s), EPERM);
        struct rtmsg route = {.rtm_family = AF_INET, .rtm_dst_len = 16};
        begin(RTM_DELROUTE, 0, &route, sizeof route);
        put_ip(RTA_DST, "10.78.0.0");
        CHECK_EQ(ask(s), EPERM);
        memset(&address, 0, sizeof address);
        address.nl_family = AF_NETLINK;
        address.nl_pid = 1;
        CHECK_ERRNO(x_sendto(s, buffer, 20, 0, &address, sizeof address), EPERM);
        CHECK_ERRNO(x_connect(s, &address, sizeof address), EPERM);
        fflush(stdout);
        _exit(test_failed ? 1 : 0);
    }
    int status;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
}

int main(void) {
    for (door = 0; door < DOOR_COUNT; door++) {
        printf("%s\n", door_names[door]);
        if (door == 0) {
            test_rights();
            own_network();
        }
        test_addresses();
        test_options();
        test_messages();
        test_dumps();
        test_overrun();
    }
    return test_end();
}
