// AF_NETLINK and rtnetlink: ports, groups, options, acknowledgements, dumps, changes of links,
// addresses and routes with what listeners hear of them, losses; through each door. On Linux in a
// network of its own, where lo is all there is.
#include "test.h"

#include "doors.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

static struct sockaddr_nl address, other;
static socklen_t length;
static int value;
static char buffer[65536];
static struct iovec vector;
static struct msghdr message;

static struct {
    struct nlmsghdr header;
    char body[512];
} request;
static unsigned sequence = 100;

static void begin(int type, int flags, const void* body, size_t bytes) {
    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = NLMSG_LENGTH(bytes);
    request.header.nlmsg_type = type;
    request.header.nlmsg_flags = flags;
    request.header.nlmsg_seq = ++sequence;
    memcpy(request.body, body, bytes);
}

static void put(int type, const void* data, size_t bytes) {
    struct rtattr* at = (void*)((char*)&request + NLMSG_ALIGN(request.header.nlmsg_len));
    at->rta_type = type;
    at->rta_len = RTA_LENGTH(bytes);
    memcpy(RTA_DATA(at), data, bytes);
    request.header.nlmsg_len = NLMSG_ALIGN(request.header.nlmsg_len) + RTA_ALIGN(at->rta_len);
}
static void put_ip(int type, const char* text) {
    struct in_addr ip;
    inet_aton(text, &ip);
    put(type, &ip, 4);
}

static long transmit(int s, const void* bytes, size_t count) {
    static char copy[70000];
    memcpy(copy, bytes, count < sizeof copy ? count : sizeof copy);
    memset(&other, 0, sizeof other);
    other.nl_family = AF_NETLINK;
    return x_sendto(s, copy, count, 0, &other, sizeof other);
}

static long receive(int s, int flags) {
    vector.iov_base = buffer;
    vector.iov_len = sizeof buffer;
    memset(&message, 0, sizeof message);
    message.msg_name = &other;
    message.msg_namelen = sizeof other;
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    memset(&other, 0x55, sizeof other);
    return door == DOOR_SOCKETCALL && sizeof(long) == 8 ? recvmsg(s, &message, flags)
                                                        : x_recvmsg(s, &message, flags);
}

static int opened(int groups) {
    int s = x_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    memset(&address, 0, sizeof address);
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    CHECK_EQ(x_bind(s, &address, sizeof address), 0);
    return s;
}

// Sends the request and reads the acknowledgement: the errno, 0 when all was well.
static int ask(int s) {
    request.header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len), request.header.nlmsg_len);
    long got = receive(s, MSG_DONTWAIT);
    struct nlmsghdr* answer = (void*)buffer;
    if (got < (long)NLMSG_LENGTH(sizeof(struct nlmsgerr)) || answer->nlmsg_type != NLMSG_ERROR)
        return -1;
    struct nlmsgerr* error = NLMSG_DATA(answer);
    CHECK_EQ(answer->nlmsg_seq, sequence);
    CHECK_EQ(error->msg.nlmsg_seq, sequence);
    CHECK_EQ(error->msg.nlmsg_type, request.header.nlmsg_type);
    if (error->error == 0) CHECK_EQ(answer->nlmsg_len, NLMSG_LENGTH(sizeof *error));
    return -error->error;
}

static int wrong; // messages of a dump that aren't as they should be

// Calls `each` for every message of the answer to the dump that was begun. How many there are is
// the machine's affair, so that they aren't checked one by one.
static int dump(int s, void (*each)(struct nlmsghdr*)) {
    request.header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_DUMP;
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len), request.header.nlmsg_len);
    int count = 0, done = 0;
    wrong = 0;
    while (!done) {
        long got = receive(s, MSG_DONTWAIT);
        if (got <= 0) break;
        wrong += other.nl_pid != 0;
        for (struct nlmsghdr* h = (void*)buffer; NLMSG_OK(h, got); h = NLMSG_NEXT(h, got)) {
            wrong += h->nlmsg_seq != sequence || !(h->nlmsg_flags & NLM_F_MULTI);
            if (h->nlmsg_type == NLMSG_DONE) {
                wrong += *(int*)NLMSG_DATA(h) != 0;
                done = 1;
                break;
            }
            count++;
            each(h);
        }
    }
    CHECK(done);
    CHECK_EQ(wrong, 0);
    return count;
}

static const void* attribute(struct nlmsghdr* h, size_t fixed, int type, size_t bytes) {
    struct rtattr* at = (void*)((char*)NLMSG_DATA(h) + NLMSG_ALIGN(fixed));
    int rest = h->nlmsg_len - NLMSG_SPACE(fixed);
    for (; RTA_OK(at, rest); at = RTA_NEXT(at, rest))
        if ((at->rta_type & NLA_TYPE_MASK) == type && RTA_PAYLOAD(at) >= bytes) return RTA_DATA(at);
    return 0;
}
static int is_ip(struct nlmsghdr* h, size_t fixed, int type, const char* text) {
    struct in_addr ip;
    inet_aton(text, &ip);
    const void* at = attribute(h, fixed, type, 4);
    return at && memcmp(at, &ip, 4) == 0;
}

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
static void look_for_address(struct nlmsghdr* h) {
    wrong += h->nlmsg_type != RTM_NEWADDR;
    struct ifaddrmsg* body = NLMSG_DATA(h);
    if (is_ip(h, sizeof *body, IFA_LOCAL, "10.77.0.1")) seen += body->ifa_prefixlen == 24;
}
static void look_for_route(struct nlmsghdr* h) {
    wrong += h->nlmsg_type != RTM_NEWROUTE;
    struct rtmsg* body = NLMSG_DATA(h);
    if (is_ip(h, sizeof *body, RTA_DST, "10.78.0.0"))
        seen += body->rtm_dst_len == 16 && body->rtm_table == RT_TABLE_MAIN &&
                body->rtm_protocol == RTPROT_STATIC;
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

// What the listener hears next: its type, with the message in the buffer; 0: nothing.
static int heard(int listener) {
    if (receive(listener, MSG_DONTWAIT) < 0) return 0;
    return ((struct nlmsghdr*)buffer)->nlmsg_type;
}
static int next_of(int listener, int type) {
    for (int got; (got = heard(listener));)
        if (got == type) return 1;
    return 0;
}
static void forget(int listener) {
    while (heard(listener)) {
    }
}

static void test_link(void) {
    int s = opened(0), listener = opened(RTMGRP_LINK);
    struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = if_nametoindex("lo")};
    link.ifi_flags = link.ifi_change = IFF_UP;
    begin(RTM_NEWLINK, 0, &link, sizeof link);
    CHECK_EQ(ask(s), 0);
    forget(listener);
    link.ifi_flags = link.ifi_change = 0;
    unsigned number = 1280;
    begin(RTM_SETLINK, 0, &link, sizeof link);
    put(IFLA_MTU, &number, 4);
    CHECK_EQ(ask(s), 0);
    CHECK(next_of(listener, RTM_NEWLINK));
    struct nlmsghdr* h = (void*)buffer;
    const unsigned* mtu = attribute(h, sizeof link, IFLA_MTU, 4);
    CHECK(mtu && *mtu == 1280);
    CHECK_EQ(other.nl_groups, RTMGRP_LINK);
    // What an ioctl does is heard too.
    struct ifreq ifr = {0};
    strcpy(ifr.ifr_name, "lo");
    ifr.ifr_mtu = 65536;
    int inet = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(ioctl(inet, SIOCSIFMTU, &ifr), 0);
    CHECK(next_of(listener, RTM_NEWLINK));
    mtu = attribute(h, sizeof link, IFLA_MTU, 4);
    CHECK(mtu && *mtu == 65536);
    close(inet);
    begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
    CHECK_EQ(ask(s), EEXIST);
    link.ifi_index = 0;
    begin(RTM_SETLINK, 0, &link, sizeof link);
    CHECK_EQ(ask(s), EINVAL);
    begin(RTM_NEWLINK, 0, &link, sizeof link);
    put(IFLA_IFNAME, "none0", 6);
    CHECK_EQ(ask(s), ENODEV);
    begin(RTM_NEWLINK, NLM_F_CREATE, &link, sizeof link);
    put(IFLA_IFNAME, "none0", 6);
    CHECK_EQ(ask(s), EOPNOTSUPP);
    begin(RTM_DELLINK, 0, &link, sizeof link);
    put(IFLA_IFNAME, "lo", 3);
    CHECK_EQ(ask(s), EOPNOTSUPP);
    close(s);
    close(listener);
}

static void address_request(int type, int flags, const char* local, int prefix) {
    struct ifaddrmsg body = {
        .ifa_family = AF_INET, .ifa_prefixlen = prefix, .ifa_index = if_nametoindex("lo")};
    begin(type, flags, &body, sizeof body);
    if (local) put_ip(IFA_LOCAL, local);
}

static void test_address(void) {
    int s = opened(0), listener = opened(RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE);
    address_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "10.77.0.1", 24);
    CHECK_EQ(ask(s), 0);
    CHECK(next_of(listener, RTM_NEWADDR));
    struct nlmsghdr* h = (void*)buffer;
    struct ifaddrmsg* body = NLMSG_DATA(h);
    CHECK_EQ(body->ifa_prefixlen, 24);
    CHECK_EQ(body->ifa_flags & IFA_F_PERMANENT, IFA_F_PERMANENT);
    CHECK(is_ip(h, sizeof *body, IFA_LOCAL, "10.77.0.1"));
    CHECK(is_ip(h, sizeof *body, IFA_ADDRESS, "10.77.0.1"));
    const char* label = attribute(h, sizeof *body, IFA_LABEL, 3);
    CHECK(label && !strcmp(label, "lo"));
    CHECK(next_of(listener, RTM_NEWROUTE)); // they bring routes
    address_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "10.77.0.1", 24);
    CHECK_EQ(ask(s), EEXIST);
    address_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, "10.77.0.1", 24);
    CHECK_EQ(ask(s), 0);
    address_request(RTM_NEWADDR, 0, 0, 24);
    CHECK_EQ(ask(s), EINVAL);
    address_request(RTM_NEWADDR, 0, "10.77.0.1", 33);
    CHECK_EQ(ask(s), EINVAL);
    // A second one in the same net follows the first.
    forget(listener);
    address_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "10.77.0.2", 24);
    CHECK_EQ(ask(s), 0);
    CHECK(next_of(listener, RTM_NEWADDR));
    CHECK_EQ(body->ifa_flags & IFA_F_SECONDARY, IFA_F_SECONDARY);
    struct rtgenmsg family = {AF_INET};
    begin(RTM_GETADDR, 0, &family, sizeof family);
    seen = 0;
    CHECK(dump(s, look_for_address) >= 3);
    CHECK_EQ(seen, 1);
    // Both can be used.
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in name = {.sin_family = AF_INET};
    inet_aton("10.77.0.2", &name.sin_addr);
    CHECK_EQ(bind(udp, (void*)&name, sizeof name), 0);
    close(udp);
    forget(listener);
    address_request(RTM_DELADDR, 0, "10.77.0.1", 24);
    CHECK_EQ(ask(s), 0);
    CHECK(next_of(listener, RTM_DELADDR));
    address_request(RTM_DELADDR, 0, "10.77.0.2", 24); // went with it
    CHECK_EQ(ask(s), EADDRNOTAVAIL);
    struct ifaddrmsg none = {.ifa_family = AF_INET, .ifa_index = 12345};
    begin(RTM_DELADDR, 0, &none, sizeof none);
    CHECK_EQ(ask(s), ENODEV);
    close(s);
    close(listener);
}

static void route_request(int type, int flags, const char* prefix, int bits, const char* gateway) {
    struct rtmsg body = {.rtm_family = AF_INET, .rtm_dst_len = bits, .rtm_table = RT_TABLE_MAIN};
    int oif = if_nametoindex("lo");
    if (type == RTM_NEWROUTE) {
        body.rtm_protocol = RTPROT_STATIC;
        body.rtm_type = RTN_UNICAST;
        body.rtm_scope = gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    } else {
        body.rtm_scope = RT_SCOPE_NOWHERE;
    }
    begin(type, flags, &body, sizeof body);
    put_ip(RTA_DST, prefix);
    if (gateway) put_ip(RTA_GATEWAY, gateway);
    if (type == RTM_NEWROUTE) put(RTA_OIF, &oif, 4);
}

static void test_route(void) {
    int s = opened(0), listener = opened(RTMGRP_IPV4_ROUTE);
    route_request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "10.78.0.0", 16, 0);
    CHECK_EQ(ask(s), 0);
    CHECK(next_of(listener, RTM_NEWROUTE));
    struct nlmsghdr* h = (void*)buffer;
    struct rtmsg* body = NLMSG_DATA(h);
    CHECK_EQ(body->rtm_dst_len, 16);
    CHECK_EQ(body->rtm_scope, RT_SCOPE_LINK);
    CHECK_EQ(body->rtm_protocol, RTPROT_STATIC);
    CHECK_EQ(h->nlmsg_seq, sequence);
    CHECK_EQ(h->nlmsg_pid, getpid());
    CHECK(is_ip(h, sizeof *body, RTA_DST, "10.78.0.0"));
    route_request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "10.78.0.0", 16, 0);
    CHECK_EQ(ask(s), EEXIST);
    route_request(RTM_NEWROUTE, NLM_F_CREATE, "10.78.0.0", 16, 0);
    CHECK_EQ(ask(s), EEXIST);
    route_request(RTM_NEWROUTE, 0, "10.79.0.0", 16, 0);
    CHECK_EQ(ask(s), ENOENT);
    route_request(RTM_NEWROUTE, NLM_F_CREATE, "10.79.0.1", 16, 0);
    CHECK_EQ(ask(s), EINVAL); // bits beyond the prefix
    route_request(RTM_NEWROUTE, NLM_F_CREATE, "10.79.0.0", 33, 0);
    CHECK_EQ(ask(s), EINVAL);
    route_request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "10.79.0.0", 16, "203.0.113.9");
    CHECK_EQ(ask(s), ENETUNREACH); // nobody knows the way to the gateway
    struct rtgenmsg family = {AF_INET};
    begin(RTM_GETROUTE, 0, &family, sizeof family);
    seen = 0;
    CHECK(dump(s, look_for_route) > 0);
    CHECK_EQ(seen, 1);
    // Where would a packet go?
    struct rtmsg question = {.rtm_family = AF_INET, .rtm_dst_len = 32};
    begin(RTM_GETROUTE, NLM_F_REQUEST, &question, sizeof question);
    put_ip(RTA_DST, "10.78.1.2");
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len), request.header.nlmsg_len);
    CHECK_EQ(heard(s), RTM_NEWROUTE);
    CHECK(is_ip(h, sizeof *body, RTA_DST, "10.78.1.2"));
    CHECK_EQ(body->rtm_flags & RTM_F_CLONED, RTM_F_CLONED);
    CHECK_EQ(body->rtm_type, RTN_UNICAST);
    begin(RTM_GETROUTE, NLM_F_REQUEST, &question, sizeof question);
    put_ip(RTA_DST, "127.1.2.3");
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len), request.header.nlmsg_len);
    CHECK_EQ(heard(s), RTM_NEWROUTE);
    CHECK_EQ(body->rtm_type, RTN_LOCAL);
    CHECK(is_ip(h, sizeof *body, RTA_PREFSRC, "127.0.0.1"));
    forget(listener);
    route_request(RTM_DELROUTE, 0, "10.78.0.0", 16, 0);
    CHECK_EQ(ask(s), 0);
    CHECK(next_of(listener, RTM_DELROUTE));
    route_request(RTM_DELROUTE, 0, "10.78.0.0", 16, 0);
    CHECK_EQ(ask(s), ESRCH);
    // One that says no.
    question.rtm_type = RTN_PROHIBIT;
    question.rtm_dst_len = 16;
    question.rtm_table = RT_TABLE_MAIN;
    question.rtm_protocol = RTPROT_STATIC;
    begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &question, sizeof question);
    put_ip(RTA_DST, "10.80.0.0");
    CHECK_EQ(ask(s), 0);
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(9)};
    inet_aton("10.80.1.1", &name.sin_addr);
    CHECK_ERRNO(connect(udp, (void*)&name, sizeof name), EACCES);
    close(udp);
    route_request(RTM_DELROUTE, 0, "10.80.0.0", 16, 0);
    CHECK_EQ(ask(s), 0);
    close(s);
    close(listener);
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

static void test_getifaddrs(void) {
    struct ifaddrs* list;
    CHECK_EQ(getifaddrs(&list), 0);
    int packet = 0, inet = 0;
    for (struct ifaddrs* at = list; at; at = at->ifa_next) {
        if (strcmp(at->ifa_name, "lo") || !at->ifa_addr) continue;
        if (at->ifa_addr->sa_family == AF_PACKET) packet++;
        if (at->ifa_addr->sa_family != AF_INET) continue;
        inet++;
        CHECK_EQ(((struct sockaddr_in*)at->ifa_addr)->sin_addr.s_addr, htonl(0x7f000001));
        CHECK_EQ(((struct sockaddr_in*)at->ifa_netmask)->sin_addr.s_addr, htonl(0xff000000));
        CHECK_EQ(at->ifa_flags & (IFF_UP | IFF_LOOPBACK), IFF_UP | IFF_LOOPBACK);
    }
    CHECK_EQ(packet, 1);
    CHECK_EQ(inet, 1);
    freeifaddrs(list);
    struct if_nameindex* names = if_nameindex();
    CHECK(names && names[0].if_index == if_nametoindex(names[0].if_name));
    if_freenameindex(names);
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
        route_request(RTM_DELROUTE, 0, "10.78.0.0", 16, 0);
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
            // Plumb has one network, and we are its administrator.
            CHECK(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 || errno == ENOSYS);
            test_link();
        }
        test_addresses();
        test_options();
        test_messages();
        test_dumps();
        test_link();
        test_address();
        test_route();
        test_overrun();
    }
    test_getifaddrs();
    return test_end();
}
