// The routes of IPv6 as programs ask for them: SIOCADDRT, SIOCDELRT, /proc/net/ipv6_route.
#include "kernel/uapi/in6.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/route6.h"
#include "net/sock.h"

namespace {

constexpr u32 rtf_nonexthop = 0x00200000; // linux/ipv6_route.h

template <class Long>
struct In6RouteMessage {
    in6_addr destination, source, gateway;
    u32 type;
    u16 destination_length, source_length;
    u32 metric;
    Long info;
    u32 flags;
    i32 ifindex;
};
static_assert(sizeof(In6RouteMessage<u64>) == 80 && sizeof(In6RouteMessage<u32>) == 72);

template <class Long>
Result<Fib6Entry*> read_route(uptr argument, Fib6Entry& route, u32& flags) {
    const auto message = TRY(get_user_object<In6RouteMessage<Long>>(argument));
    if (message.source_length || message.destination_length > 128) return Errno{EINVAL};
    route.prefix_length = static_cast<u8>(message.destination_length);
    route.prefix = in6_prefix(message.destination, route.prefix_length);
    route.metric = message.metric;
    if (message.flags & RTF_GATEWAY) route.gateway = message.gateway;
    if (message.flags & RTF_REJECT) route.type = rtn_unreachable;
    if (message.ifindex && !(route.dev = dev_get_by_index(message.ifindex))) return Errno{ENODEV};
    flags = message.flags;
    return &route;
}

void show_address(TextBuffer& out, const in6_addr& address) {
    for (const be32& word : address.words) out.print("%08x", word.host());
}

void show_line(TextBuffer& out, const Fib6Entry& entry, u32 flags, const char* device) {
    show_address(out, entry.prefix);
    out.print(" %02x ", entry.prefix_length);
    show_address(out, in6_addr());
    out.print(" 00 ");
    show_address(out, entry.gateway);
    out.print(" %08x %08x %08x %08x %8s\n", entry.metric, 1u, 0u, flags, device);
}

bool show_entry(void* context, const Fib6Entry& entry) {
    u32 flags = entry.type == rtn_unicast ? RTF_UP : RTF_REJECT | RTF_NONEXTHOP;
    if (!entry.gateway.is_unspecified()) flags |= RTF_GATEWAY;
    if (entry.prefix_length == 128) flags |= RTF_HOST;
    if (entry.automatic && entry.prefix_length == 0) flags |= RTF_DEFAULT | RTF_ADDRCONF;
    if (entry.automatic && entry.valid_until != no_deadline) flags |= RTF_EXPIRES;
    show_line(*static_cast<TextBuffer*>(context), entry, flags, entry.dev->name);
    return true;
}

} // namespace

SysResult ipv6_route_ioctl(u32 command, uptr argument, bool compat) {
    if (!socket_credentials().net_admin) return Errno{EPERM};
    Fib6Entry route;
    u32 flags = 0;
    if (compat)
        TRY(read_route<u32>(argument, route, flags));
    else
        TRY(read_route<u64>(argument, route, flags));
    if (command == SIOCADDRT) {
        if (route.metric == 0) route.metric = 1024; // IP6_RT_PRIO_USER
        TRY(fib6_add(route));
    } else {
        TRY(fib6_delete(route));
    }
    return 0;
}

void ipv6_route_show(TextBuffer& out) {
    fib6_walk(show_entry, &out);
    for (net_device& dev : net_devices()) {
        inet6_dev* on = in6_dev_get(dev);
        if (!on) continue;
        for (inet6_ifaddr& ours : on->addresses) {
            if (!ours.usable()) continue;
            Fib6Entry entry;
            entry.prefix = ours.address;
            entry.prefix_length = 128;
            entry.metric = 0;
            show_line(out, entry, RTF_LOCAL | rtf_nonexthop | RTF_UP, dev.name);
        }
    }
}
