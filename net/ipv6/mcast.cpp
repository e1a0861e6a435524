// Memberships of devices and sockets in groups, and the messages about them: MLDv2 reports
// (RFC 3810) without source lists, as nobody here filters by source; MLDv1 (RFC 2710) in answer to
// its queries.
#include "net/ipv6/mcast.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/ipv6.h"

namespace {

constexpr in6_addr mld2_routers{0xff02'0000, 0, 0, 0x16};
constexpr u8 mode_is_exclude = 2, change_to_include = 3, change_to_exclude = 4;

struct Group : Timer {
    using Timer::Timer;
    ListNode node;
    in6_addr address;
    net_device* dev = nullptr;
    u32 users = 0;
    u8 reports = 0;            // unsolicited ones still to send
    bool answer_first = false; // to a query of version 1
};
using GroupList = List<Group, &Group::node>;
GroupList groups;

Group* find(const net_device& dev, const in6_addr& address) {
    for (Group& group : groups)
        if (group.address == address && group.dev == &dev) return &group;
    return nullptr;
}

// RFC 3810, section 6: not about the group that everybody is in, nor about those of the interface.
bool is_reported(const net_device& dev, const in6_addr& group) {
    return (dev.flags & IFF_UP) && !(dev.flags & IFF_LOOPBACK) && group != in6_all_nodes &&
           group.group_scope() >= 2;
}

void send_mld(net_device& dev, SkbPtr skb, const in6_addr& destination) {
    Route6 route;
    route.dev = &dev;
    route.next_hop = destination;
    route.type = rtn_multicast;
    route.mtu = dev.mtu;
    Ip6Send send;
    // A link-local address, or none while there isn't one (RFC 3590).
    send.source = ipv6_dev_get_saddr(dev, in6_all_nodes);
    if (!send.source.is_linklocal()) send.source = in6_addr();
    send.destination = destination;
    send.hop_limit = 1;
    send.router_alert = true;
    icmpv6_push(std::move(skb), route, send);
}

// Section 5.2: one record, no sources.
void send_report(net_device& dev, const in6_addr& group, u8 record) {
    if (!is_reported(dev, group)) return;
    SkbPtr skb(alloc_skb(28));
    if (!skb) return;
    u8* message = skb->put(28);
    memset(message, 0, 28);
    message[0] = ICMPV6_MLD2_REPORT;
    message[7] = 1; // records
    message[8] = record;
    memcpy(message + 12, &group, sizeof group);
    send_mld(dev, std::move(skb), mld2_routers);
}

void send_version_1(net_device& dev, const in6_addr& group, u8 type) {
    if (!is_reported(dev, group)) return;
    SkbPtr skb(alloc_skb(24));
    if (!skb) return;
    u8* message = skb->put(24);
    memset(message, 0, 24);
    message[0] = type;
    memcpy(message + 8, &group, sizeof group);
    send_mld(dev, std::move(skb), group);
}

void report(Timer& timer) {
    auto& group = static_cast<Group&>(timer);
    if (std::exchange(group.answer_first, false)) {
        send_version_1(*group.dev, group.address, ICMPV6_MGM_REPORT);
    } else {
        send_report(*group.dev, group.address,
                    group.reports > 0 ? change_to_exclude : mode_is_exclude);
    }
    if (group.reports > 0 && --group.reports > 0) // section 6.1: repeated within a second
        kernel_timers().set(group, clock_monotonic() + random_u32() % s_to_ns(1));
}

Result<net_device*> device_for(const in6_addr& group, int ifindex) {
    net_device* dev = nullptr;
    if (ifindex) {
        dev = dev_get_by_index(ifindex);
    } else if (auto route = ip6_route_output(group, in6_addr()); route.ok()) {
        dev = route->dev;
    }
    if (!dev || !in6_dev_get(*dev)) return Errno{ENODEV};
    return dev;
}

void device_changed(net_device& dev, NetdevEvent event) {
    if (event != NetdevEvent::unregister) return;
    for (Group& group : groups)
        if (group.dev == &dev) Box<Group>(&group).reset();
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

} // namespace

void mcast6_init() { register_netdevice_notifier(notifier); }

bool ipv6_chk_mcast_addr(const net_device& dev, const in6_addr& group) {
    return group == in6_all_nodes || find(dev, group) != nullptr;
}

Result<void> ipv6_dev_mc_inc(net_device& dev, const in6_addr& address) {
    if (Group* group = find(dev, address)) {
        group->users++;
        return {};
    }
    Box<Group> group = TRY(make_box<Group>(report));
    u8 link[ETH_ALEN];
    ipv6_eth_mc_map(address, link);
    TRY(dev_mc_add(dev, link));
    group->address = address;
    group->dev = &dev;
    group->users = 1;
    group->reports = 2;
    Group& entered = *group.release();
    groups.push_back(entered);
    report(entered);
    return {};
}

void ipv6_dev_mc_dec(net_device& dev, const in6_addr& address) {
    Group* group = find(dev, address);
    if (!group || --group->users > 0) return;
    u8 link[ETH_ALEN];
    ipv6_eth_mc_map(address, link);
    dev_mc_del(dev, link);
    send_report(dev, address, change_to_include);
    Box<Group>(group).reset();
}

// A query: each group (or the one asked about) answers within the time that the query gives.
void igmp6_event(const sk_buff& skb) {
    const ipv6hdr& ip = ipv6_hdr(skb);
    if (skb.len() < 24 || !ip.source.is_linklocal() || ip.hop_limit != 1) return;
    in6_addr asked;
    memcpy(&asked, skb.data + 8, sizeof asked);
    const u32 code = u32{skb.data[4]} << 8 | skb.data[5]; // ms; version 2: a float from 32768 on
    const bool version_1 = skb.len() < 28;
    u64 wait = code;
    if (!version_1 && code >= 32768) wait = ((code & 0xfff) | 0x1000) << ((code >> 12 & 7) + 3);
    for (Group& group : groups) {
        if (group.dev != skb.dev || !is_reported(*group.dev, group.address)) continue;
        if (!asked.is_unspecified() && asked != group.address) continue;
        if (skb.data[0] == ICMPV6_MGM_QUERY) {
            group.answer_first = version_1;
            kernel_timers().set(group, clock_monotonic() + random_u32() % (ms_to_ns(wait) + 1));
        } else if (asked == group.address && group.answer_first) {
            group.answer_first = false; // somebody else has said it
            kernel_timers().cancel(group);
        }
    }
}

Result<void> ipv6_sock_mc_join(inet_sock& sk, int ifindex, const in6_addr& group) {
    if (!group.is_multicast()) return Errno{EINVAL};
    net_device& dev = *TRY(device_for(group, ifindex));
    for (Ip6Membership* m = sk.inet6->memberships; m; m = m->next)
        if (m->group == group && (ifindex == 0 || m->ifindex == ifindex)) return Errno{EADDRINUSE};
    Box<Ip6Membership> membership =
        TRY(make_box<Ip6Membership>(Ip6Membership{sk.inet6->memberships, group, dev.ifindex}));
    TRY(ipv6_dev_mc_inc(dev, group));
    sk.inet6->memberships = membership.release();
    return {};
}

Result<void> ipv6_sock_mc_drop(inet_sock& sk, int ifindex, const in6_addr& group) {
    if (!group.is_multicast()) return Errno{EINVAL};
    for (Ip6Membership** link = &sk.inet6->memberships; *link; link = &(*link)->next) {
        Ip6Membership* m = *link;
        if (m->group != group || (ifindex && m->ifindex != ifindex)) continue;
        *link = m->next;
        if (net_device* joined = dev_get_by_index(m->ifindex)) ipv6_dev_mc_dec(*joined, group);
        Box<Ip6Membership>(m).reset();
        return {};
    }
    return Errno{EADDRNOTAVAIL};
}

void ipv6_sock_mc_close(inet_sock& sk) {
    while (Ip6Membership* m = sk.inet6->memberships)
        static_cast<void>(ipv6_sock_mc_drop(sk, m->ifindex, in6_addr(m->group)));
}

bool inet6_mc_check(const inet_sock& sk, const in6_addr& group, int ifindex) {
    for (const Ip6Membership* m = sk.inet6->memberships; m; m = m->next)
        if (m->group == group) return m->ifindex == ifindex;
    return sk.inet6->multicast_all;
}
