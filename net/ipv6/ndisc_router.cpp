// Routers and what they advertise: the default route, prefixes on the link, addresses, MTU and hop
// limit (RFC 4861, section 6.3.4; RFC 4862, section 5.5.3).
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/route.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/ndisc.h"
#include "net/ipv6/ndisc_message.h"
#include "net/ipv6/route6.h"
#include "net/wire.h"

namespace {

constexpr u8 prefix_on_link = 0x80, prefix_autonomous = 0x40;
constexpr u32 router_metric = 1024; // IP6_RT_PRIO_USER
// Automatic routes of a device: a forger may send as many advertisements as he likes.
constexpr u32 routes_max = 64;

void take_prefix(inet6_dev& on, std::span<const u8> option) {
    if (option.size() != 32) return;
    WireReader reader(option);
    reader.skip(2);
    const u8 length = reader.read8(), flags = reader.read8();
    const u32 valid = reader.read32().host(), preferred = reader.read32().host();
    reader.skip(4);
    const in6_addr prefix = nd_read_address(reader);
    if (length > 128 || prefix.is_linklocal() || prefix.is_multicast()) return;
    if (flags & prefix_on_link) {
        Fib6Entry route;
        route.prefix = in6_prefix(prefix, length);
        route.prefix_length = length;
        route.metric = 256;
        route.dev = &on.dev;
        route.automatic = true;
        route.protocol = RTPROT_KERNEL;
        route.valid_until = ipv6_end_of(valid);
        fib6_update_automatic(route, routes_max);
    }
    if (flags & prefix_autonomous) addrconf_prefix_rcv(on, prefix, length, valid, preferred);
}

void take_mtu(inet6_dev& on, std::span<const u8> option) {
    if (option.size() != 8) return;
    WireReader reader(option);
    reader.skip(4);
    const u32 mtu = reader.read32().host();
    if (mtu < ipv6_min_mtu || mtu > on.dev.mtu || mtu == on.mtu) return;
    on.mtu = mtu;
    route_changed();
}

} // namespace

void ndisc_router_discovery(const sk_buff& skb, const NdView& message) {
    icmp6_mib.InRouterAdvertisements++;
    const ipv6hdr& ip = ipv6_hdr(skb);
    net_device& dev = *skb.dev;
    inet6_dev* on = in6_dev_get(dev);
    if (ip6_knobs.forwarding) return; // a router takes nothing from others
    if (!on || !ip.source.is_linklocal() || ipv6_get_ifaddr(ip.source, &dev, true)) return;
    addrconf_router_found(*on);
    if (message.source_link)
        if (Neighbor* router = ndisc_hear(dev, ip.source, message.source_link))
            router->is_router = true;
    if (const u8 hops = message.fixed[4]) on->hop_limit = hops;
    const u32 lifetime = message.flags & 0xffff;
    Fib6Entry route; // ::/0
    route.metric = router_metric;
    route.gateway = ip.source;
    route.dev = &dev;
    route.automatic = true;
    route.protocol = RTPROT_RA;
    route.valid_until = lifetime ? ipv6_end_of(lifetime) : 0;
    fib6_update_automatic(route, routes_max);
    for (std::span<const u8> rest = message.options; !rest.empty();) {
        const std::span<const u8> option = rest.first(rest[1] * 8u);
        if (option[0] == nd_prefix) take_prefix(*on, option);
        if (option[0] == nd_mtu) take_mtu(*on, option);
        rest = rest.subspan(option.size());
    }
}
