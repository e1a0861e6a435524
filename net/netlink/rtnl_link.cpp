// RTM_*LINK: network devices. They belong to no family.
#include "kernel/base/string.h"
#include "net/netdevice.h"
#include "net/netlink/rtnetlink.h"

namespace {

// struct ifinfomsg.
struct LinkMessage {
    u8 family, padding;
    u16 type;
    i32 index;
    u32 flags, change;
};
static_assert(sizeof(LinkMessage) == 16);

constexpr NlRule policy[] = {{IFLA_MTU, 4}, {IFLA_LINK, 4}, {IFLA_TXQLEN, 4}};
u32 generation = 1; // of what a dump shows

// struct rtnl_link_stats64, and as 32-bit numbers struct rtnl_link_stats.
constexpr usize statistics_count = 24;
void read_statistics(net_device& dev, u64 (&all)[statistics_count]) {
    if (dev.ops->update_stats) dev.ops->update_stats(dev);
    const net_device_stats& s = dev.stats;
    const u64 values[statistics_count] = {
        s.rx_packets,   s.tx_packets,      s.rx_bytes,          s.tx_bytes,        s.rx_errors,
        s.tx_errors,    s.rx_dropped,      s.tx_dropped,        s.rx_multicast,    s.collisions,
        0 /* length */, 0 /* ring full */, 0 /* checksum */,    s.rx_frame_errors, s.rx_fifo_errors,
        0 /* missed */, 0 /* aborted */,   s.tx_carrier_errors, s.tx_fifo_errors,
    };
    memcpy(all, values, sizeof all);
}

u8 operational_state(const net_device& dev) {
    if (!(dev.flags & IFF_UP)) return IF_OPER_DOWN;
    if (dev.flags & IFF_LOOPBACK) return IF_OPER_UNKNOWN; // nobody watches its carrier
    return dev.carrier ? IF_OPER_UP : IF_OPER_DOWN;
}

void fill_link(NlBuilder& out, NlHeader header, const void* what) {
    // Reading the counters is all that changes in it.
    net_device& dev = *static_cast<net_device*>(const_cast<void*>(what));
    out.begin(header);
    out.body(LinkMessage{AF_UNSPEC, 0, dev.type, dev.ifindex, dev_get_flags(dev), 0});
    out.put_text(IFLA_IFNAME, dev.name);
    out.put(IFLA_TXQLEN, dev.tx_queue_len);
    out.put(IFLA_OPERSTATE, operational_state(dev));
    out.put(IFLA_LINKMODE, u8{0});
    out.put(IFLA_MTU, dev.mtu);
    out.put(IFLA_GROUP, u32{0});
    out.put(IFLA_PROMISCUITY, dev.promiscuity + (dev.flags & IFF_PROMISC ? 1 : 0));
    out.put(IFLA_NUM_TX_QUEUES, u32{1});
    out.put(IFLA_NUM_RX_QUEUES, u32{1});
    out.put(IFLA_CARRIER, u8{dev.carrier});
    out.put_text(IFLA_QDISC, dev.flags & IFF_LOOPBACK ? "noqueue" : "pfifo");
    out.put(IFLA_ADDRESS, dev.dev_addr);
    out.put(IFLA_BROADCAST, dev.broadcast);
    u64 wide[statistics_count];
    u32 narrow[statistics_count];
    read_statistics(dev, wide);
    for (usize i = 0; i < statistics_count; i++) narrow[i] = static_cast<u32>(wide[i]);
    out.put(IFLA_STATS64, wide);
    out.put(IFLA_STATS, narrow);
}

Result<bool> dump_links(NlDump& dump, NlBuilder& out) {
    u32 place = 0;
    for (net_device& dev : net_devices()) {
        if (place++ < dump.position[0]) continue;
        fill_link(out, dump.header_of(RTM_NEWLINK), &dev);
        if (!out.end()) return false;
        dump.position[0]++;
    }
    return true;
}

struct LinkRequest {
    LinkMessage message;
    NlAttributes attributes;
    net_device* dev = nullptr; // null: there is none of that index or name
    bool named = false;        // it had one of these
};

Result<void> read_request(const NlRequest& request, LinkRequest& link) {
    link.message = TRY(nl_body<LinkMessage>(request.payload));
    TRY(link.attributes.parse(request.payload, sizeof link.message, policy));
    const auto name = link.attributes.text(IFLA_IFNAME);
    if (name && name->size() >= IFNAMSIZ) return Errno{ERANGE};
    link.named = link.message.index > 0 || name;
    if (link.message.index > 0) {
        link.dev = dev_get_by_index(link.message.index);
    } else if (name) {
        char text[IFNAMSIZ];
        copy_string(text, sizeof text, *name);
        link.dev = dev_get_by_name(text);
    }
    return {};
}

Result<void> rtnl_getlink(NlRequest& request) {
    LinkRequest link;
    TRY(read_request(request, link));
    if (!link.named) return Errno{EINVAL};
    if (!link.dev) return Errno{ENODEV};
    return rtnl_reply(request, RTM_NEWLINK, fill_link, link.dev);
}

Result<void> set_address(net_device& dev, std::span<const u8> address) {
    if (address.size() < ETH_ALEN) return Errno{EINVAL};
    return dev_set_mac_address(dev, address.data());
}

Result<void> set_flags(net_device& dev, const LinkMessage& message) {
    u32 flags = message.flags;
    if (message.change) flags = (flags & message.change) | (dev.flags & ~message.change);
    return message.flags || message.change ? dev_change_flags(dev, flags) : Result<void>();
}

// What a link can't be given here.
bool wants_the_impossible(const NlAttributes& attributes) {
    for (u16 type : {IFLA_MASTER, IFLA_NET_NS_PID, IFLA_NET_NS_FD, IFLA_IFALIAS, IFLA_AF_SPEC,
                     IFLA_LINKINFO, IFLA_CARRIER})
        if (attributes.has(type)) return true;
    const auto group = attributes.get<u32>(IFLA_GROUP);
    return group && *group != 0;
}

Result<void> change_link(LinkRequest& link) {
    net_device& dev = *link.dev;
    const NlAttributes& attributes = link.attributes;
    if (wants_the_impossible(attributes)) return Errno{EOPNOTSUPP};
    if (attributes.has(IFLA_ADDRESS)) TRY(set_address(dev, attributes.bytes(IFLA_ADDRESS)));
    if (auto mtu = attributes.get<u32>(IFLA_MTU)) TRY(dev_set_mtu(dev, *mtu));
    const auto name = attributes.text(IFLA_IFNAME);
    if (name && *name != dev.name) TRY(dev_change_name(dev, *name));
    if (attributes.has(IFLA_BROADCAST)) {
        if (attributes.bytes(IFLA_BROADCAST).size() < ETH_ALEN) return Errno{EINVAL};
        memcpy(dev.broadcast, attributes.bytes(IFLA_BROADCAST).data(), ETH_ALEN);
        netdev_state_change(dev);
    }
    TRY(set_flags(dev, link.message));
    if (auto length = attributes.get<u32>(IFLA_TXQLEN)) {
        dev.tx_queue_len = *length;
        netdev_state_change(dev);
    }
    return {};
}

Result<void> rtnl_setlink(NlRequest& request) {
    LinkRequest link;
    TRY(read_request(request, link));
    if (!link.named) return Errno{EINVAL};
    if (!link.dev) return Errno{ENODEV};
    return change_link(link);
}

// Changes one that is there; there are no kinds of links that a program can make.
Result<void> rtnl_newlink(NlRequest& request) {
    LinkRequest link;
    TRY(read_request(request, link));
    const u16 flags = request.header.flags;
    if (!link.dev) return Errno{flags & NLM_F_CREATE ? EOPNOTSUPP : ENODEV};
    if (flags & NLM_F_EXCL) return Errno{EEXIST};
    if (flags & NLM_F_REPLACE) return Errno{EOPNOTSUPP};
    return change_link(link);
}

Result<void> rtnl_dellink(NlRequest& request) {
    LinkRequest link;
    TRY(read_request(request, link));
    if (!link.named) return Errno{EINVAL};
    if (!link.dev) return Errno{ENODEV};
    if (!link.dev->ops->remove) return Errno{EOPNOTSUPP};
    link.dev->ops->remove(*link.dev);
    return {};
}

void device_changed(net_device& dev, NetdevEvent event) {
    if (event == NetdevEvent::down) return; // what comes after it says so
    generation++;
    const bool gone = event == NetdevEvent::unregister;
    rtnl_notify(RTNLGRP_LINK, gone ? RTM_DELLINK : RTM_NEWLINK, 0, fill_link, &dev);
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

u32 link_generation() { return generation; }

constexpr RtnlHandler handlers[] = {
    {AF_UNSPEC, RTM_GETLINK, rtnl_getlink, dump_links, link_generation},
    {AF_UNSPEC, RTM_NEWLINK, rtnl_newlink, nullptr, nullptr},
    {AF_UNSPEC, RTM_SETLINK, rtnl_setlink, nullptr, nullptr},
    {AF_UNSPEC, RTM_DELLINK, rtnl_dellink, nullptr, nullptr},
};
RtnlTable table{.node = {}, .handlers = handlers};

} // namespace

void rtnl_link_init() {
    rtnl_register(table);
    register_netdevice_notifier(notifier);
}
