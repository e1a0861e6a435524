// Memberships of sockets in groups, counted for each device, and IGMPv2 (RFC 2236) to the routers:
// reports when joining and when asked, leave when the last one has gone.
#include "net/ipv4/multicast.h"
#include "kernel/base/checksum.h"
#include "kernel/base/string.h"
#include "net/ether.h"
#include "net/ipv4/ip_internal.h"

namespace {

constexpr u8 igmp_query = 0x11, igmp_report = 0x16, igmp_leave = 0x17;

struct Group : Timer {
    using Timer::Timer;
    ListNode node;
    be32 address{};
    net_device* dev = nullptr;
    u32 users = 0;
    u8 reports = 0; // unsolicited ones still to send
};
using GroupList = List<Group, &Group::node>;
GroupList groups;

constexpr be32 all_hosts{0xe0000001}, all_routers{0xe0000002};

Group* find(const net_device& dev, be32 address) {
    for (Group& group : groups)
        if (group.address == address && group.dev == &dev) return &group;
    return nullptr;
}

// RFC 2236, section 2: TTL 1 and the router alert option (RFC 2113).
void send_igmp(net_device& dev, u8 type, be32 group, be32 destination) {
    if (dev.flags & IFF_LOOPBACK || group == all_hosts || !(dev.flags & IFF_UP)) return;
    SkbPtr skb(alloc_skb(8));
    if (!skb) return;
    u8* message = skb->put(8);
    memset(message, 0, 8);
    message[0] = type;
    memcpy(message + 4, &group, 4);
    const u16 check = checksum_fold(checksum_partial(message, 8, 0));
    memcpy(message + 2, &check, 2);
    skb->set_transport_header();
    static constexpr u8 router_alert[4] = {0x94, 4, 0, 0};
    IpSend send{};
    send.source = inet_select_address(dev);
    send.destination = destination;
    send.protocol = IPPROTO_IGMP;
    send.tos = 0xc0;
    send.ttl = 1;
    send.options = router_alert;
    send.options_length = 4;
    const Route route{&dev, send.source, destination, rtn_multicast, dev.mtu};
    static_cast<void>(ip_queue_xmit(std::move(skb), route, send));
}

void report(Timer& timer) {
    auto& group = static_cast<Group&>(timer);
    send_igmp(*group.dev, igmp_report, group.address, group.address);
    if (group.reports > 0 && --group.reports > 0) // RFC 2236, section 3: repeated, up to 10 s later
        kernel_timers().set(group, clock_monotonic() + random_u32() % s_to_ns(10));
}

Result<void> enter(net_device& dev, be32 address) {
    if (Group* group = find(dev, address)) {
        group->users++;
        return {};
    }
    Box<Group> group = TRY(make_box<Group>(report));
    u8 link[ETH_ALEN];
    ip_eth_mc_map(address, link);
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

void leave(net_device& dev, be32 address) {
    Group* group = find(dev, address);
    if (!group || --group->users > 0) return;
    u8 link[ETH_ALEN];
    ip_eth_mc_map(address, link);
    dev_mc_del(dev, link);
    send_igmp(dev, igmp_leave, address, all_routers);
    Box<Group>(group).reset();
}

Result<net_device*> device_for(be32 group, be32 interface_address, int ifindex) {
    net_device* dev = nullptr;
    if (ifindex) {
        dev = dev_get_by_index(ifindex);
    } else if (interface_address != be32(0)) {
        dev = ip_dev_find(interface_address);
    } else if (auto route = ip_route_output(group, be32(0)); route.ok()) {
        dev = route->dev;
    }
    if (!dev) return Errno{ENODEV};
    return dev;
}

// A query: each group (or the one asked about) answers within the time that the query gives.
void igmp_rcv(SkbPtr skb) {
    if (skb->len() < 8 || checksum_fold(checksum_partial(skb->data, skb->len(), 0)) != 0) return;
    const u8 type = skb->data[0], code = skb->data[1];
    be32 asked;
    memcpy(&asked, skb->data + 4, sizeof asked);
    for (Group& group : groups) {
        if (group.dev != skb->dev || group.address == all_hosts) continue;
        if (asked != be32(0) && asked != group.address) continue;
        if (type == igmp_query) {
            const u64 tenths = code ? code : 100u; // an IGMPv1 query: 10 s
            kernel_timers().set(group, clock_monotonic() + random_u32() % (tenths * ms_to_ns(100)));
        } else if (type == igmp_report && asked == group.address && group.reports == 0) {
            kernel_timers().cancel(group); // somebody else has said it
        }
    }
}
const net_protocol igmp_protocol{.handler = igmp_rcv, .error = nullptr};

void device_changed(net_device& dev, NetdevEvent event) {
    if (event != NetdevEvent::unregister) return;
    for (Group& group : groups)
        if (group.dev == &dev) Box<Group>(&group).reset();
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

} // namespace

void igmp_init() {
    static_cast<void>(inet_add_protocol(igmp_protocol, IPPROTO_IGMP));
    register_netdevice_notifier(notifier);
}

bool ip_group_joined(const net_device& dev, be32 group) {
    return group == all_hosts || find(dev, group) != nullptr;
}

Result<void> ip_mc_join(inet_sock& sk, be32 group, be32 interface_address, int ifindex) {
    if (!is_multicast(group)) return Errno{EINVAL};
    net_device& dev = *TRY(device_for(group, interface_address, ifindex));
    u32 count = 0;
    for (IpMembership* m = sk.memberships; m; m = m->next) {
        if (m->group == group && m->ifindex == dev.ifindex) return Errno{EADDRINUSE};
        count++;
    }
    if (count >= 20) return Errno{ENOBUFS}; // net.ipv4.igmp_max_memberships
    Box<IpMembership> membership =
        TRY(make_box<IpMembership>(IpMembership{sk.memberships, group, dev.ifindex}));
    TRY(enter(dev, group));
    sk.memberships = membership.release();
    return {};
}

Result<void> ip_mc_leave(inet_sock& sk, be32 group, be32 interface_address, int ifindex) {
    net_device* dev = nullptr;
    if (ifindex || interface_address != be32(0))
        dev = TRY(device_for(group, interface_address, ifindex));
    for (IpMembership** link = &sk.memberships; *link; link = &(*link)->next) {
        IpMembership* m = *link;
        if (m->group != group || (dev && m->ifindex != dev->ifindex)) continue;
        *link = m->next;
        if (net_device* joined = dev_get_by_index(m->ifindex)) leave(*joined, group);
        Box<IpMembership>(m).reset();
        return {};
    }
    return Errno{EADDRNOTAVAIL};
}

void ip_mc_leave_all(inet_sock& sk) {
    while (sk.memberships) static_cast<void>(ip_mc_leave(sk, sk.memberships->group, be32(0), 0));
}

bool ip_mc_wants(const inet_sock& sk, be32 group, int ifindex) {
    for (const IpMembership* m = sk.memberships; m; m = m->next)
        if (m->group == group) return m->ifindex == ifindex;
    return sk.multicast_all;
}
