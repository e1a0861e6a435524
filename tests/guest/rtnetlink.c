// rtnetlink: links, addresses and routes changed, asked for and listed, with what listeners hear of
// them; through each door; and libc's lists, which are made from it.
#include "netlink.h"

#include <ifaddrs.h>
#include <linux/sockios.h>

static int seen;

static int is_ip(struct nlmsghdr* h, size_t fixed, int type, const char* text) {
    struct in_addr ip;
    inet_aton(text, &ip);
    const void* at = attribute(h, fixed, type, 4);
    return at && memcmp(at, &ip, 4) == 0;
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

static void test_getifaddrs(void) {
    struct ifaddrs* list;
    CHECK_EQ(getifaddrs(&list), 0);
    int packet = 0, inet = 0, inet6 = 0;
    const struct in6_addr loopback6 = IN6ADDR_LOOPBACK_INIT;
    for (struct ifaddrs* at = list; at; at = at->ifa_next) {
        if (strcmp(at->ifa_name, "lo") || !at->ifa_addr) continue;
        if (at->ifa_addr->sa_family == AF_PACKET) packet++;
        if (at->ifa_addr->sa_family == AF_INET6) {
            inet6++;
            const struct sockaddr_in6* mask = (struct sockaddr_in6*)at->ifa_netmask;
            const struct sockaddr_in6* address = (struct sockaddr_in6*)at->ifa_addr;
            CHECK_EQ(memcmp(&address->sin6_addr, &loopback6, 16), 0);
            CHECK_EQ(address->sin6_scope_id, 0);
            for (int i = 0; i < 16; i++) CHECK_EQ(mask->sin6_addr.s6_addr[i], 0xff);
        }
        if (at->ifa_addr->sa_family != AF_INET) continue;
        inet++;
        CHECK_EQ(((struct sockaddr_in*)at->ifa_addr)->sin_addr.s_addr, htonl(0x7f000001));
        CHECK_EQ(((struct sockaddr_in*)at->ifa_netmask)->sin_addr.s_addr, htonl(0xff000000));
        CHECK_EQ(at->ifa_flags & (IFF_UP | IFF_LOOPBACK), IFF_UP | IFF_LOOPBACK);
    }
    CHECK_EQ(packet, 1);
    CHECK_EQ(inet, 1);
    CHECK_EQ(inet6, 1);
    freeifaddrs(list);
    struct if_nameindex* names = if_nameindex();
    CHECK(names && names[0].if_index == if_nametoindex(names[0].if_name));
    if_freenameindex(names);
}

int main(void) {
    for (door = 0; door < DOOR_COUNT; door++) {
        printf("%s\n", door_names[door]);
        if (door == 0) own_network();
        test_link();
        test_address();
        test_route();
    }
    test_getifaddrs();
    return test_end();
}
