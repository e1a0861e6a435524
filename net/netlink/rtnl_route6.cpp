// RTM_*ROUTE of AF_INET6: the routing table, and the question where a packet would go.
#include "net/ipv6/addrconf.h"
#include "net/ipv6/route6.h"
#include "net/netlink/rtnetlink.h"

namespace {

constexpr NlRule policy[] = {
    {RTA_DST, 16},     {RTA_SRC, 16},     {RTA_IIF, 4},   {RTA_OIF, 4},  {RTA_GATEWAY, 16},
    {RTA_PRIORITY, 4}, {RTA_PREFSRC, 16}, {RTA_TABLE, 4}, {RTA_PREF, 1}, {RTA_EXPIRES, 4}};
constexpr u32 default_metric = 1024; // IP6_RT_PRIO_USER

u8 table_of(u8 type) { return type == rtn_local ? RT_TABLE_LOCAL : RT_TABLE_MAIN; }

void fill_route(NlBuilder& out, NlHeader header, const void* what) {
    const auto& entry = *static_cast<const Fib6Entry*>(what);
    const u8 table = table_of(entry.type);
    out.begin(header);
    out.body(RouteMessage{AF_INET6, entry.prefix_length, 0, 0, table, entry.protocol,
                          RT_SCOPE_UNIVERSE, entry.type, 0});
    out.put(RTA_TABLE, u32{table});
    if (entry.prefix_length) out.put(RTA_DST, entry.prefix);
    out.put(RTA_PRIORITY, entry.metric);
    if (entry.mtu) rtnl_put_mtu(out, entry.mtu);
    if (!entry.gateway.is_unspecified()) out.put(RTA_GATEWAY, entry.gateway);
    out.put(RTA_OIF, static_cast<u32>(entry.dev->ifindex));
    RouteTimes times{};
    if (entry.valid_until != no_deadline)
        times.expires = static_cast<i32>((entry.valid_until - clock_monotonic()) /
                                         static_cast<i64>(ms_to_ns(10)));
    out.put(RTA_CACHEINFO, times);
}

struct Walk {
    NlDump& dump;
    NlBuilder& out;
    u32 place = 0;
    bool all = true;
};

bool dump_route(void* context, const Fib6Entry& entry) {
    auto& [dump, out, place, all] = *static_cast<Walk*>(context);
    if (place++ < dump.position[0]) return true;
    fill_route(out, dump.header_of(RTM_NEWROUTE), &entry);
    if (!out.end()) return all = false;
    dump.position[0]++;
    return true;
}

// The table, and our own addresses, which as routes are the local table.
Result<bool> dump_routes(NlDump& dump, NlBuilder& out) {
    Walk walk{dump, out};
    fib6_walk(dump_route, &walk);
    for (net_device& dev : net_devices()) {
        inet6_dev* on = in6_dev_get(dev);
        if (!on) continue;
        for (inet6_ifaddr& ours : on->addresses) {
            if (!ours.usable()) continue;
            Fib6Entry entry;
            entry.prefix = ours.address;
            entry.prefix_length = 128;
            entry.type = rtn_local;
            entry.protocol = RTPROT_KERNEL;
            entry.metric = 0;
            entry.dev = &dev;
            if (walk.all) dump_route(&walk, entry);
        }
    }
    return walk.all;
}

struct RouteRequest {
    RouteMessage message;
    NlAttributes attributes;
    u32 table;
};

Result<void> read_request(const NlRequest& request, RouteRequest& wanted) {
    wanted.message = TRY(nl_body<RouteMessage>(request.payload));
    TRY(wanted.attributes.parse(request.payload, sizeof wanted.message, policy));
    if (wanted.message.destination_length > 128) return Errno{EINVAL};
    if (wanted.message.source_length) return Errno{EINVAL};
    wanted.table = wanted.attributes.get<u32>(RTA_TABLE).value_or(wanted.message.table);
    if (wanted.table == RT_TABLE_UNSPEC) wanted.table = RT_TABLE_MAIN;
    return {};
}

// What both adding and deleting name.
Result<Fib6Entry*> read_place(const RouteRequest& wanted, Fib6Entry& route) {
    const NlAttributes& attributes = wanted.attributes;
    if (wanted.table != RT_TABLE_MAIN) return Errno{EOPNOTSUPP};
    route.prefix_length = wanted.message.destination_length;
    route.prefix =
        in6_prefix(attributes.get<in6_addr>(RTA_DST).value_or(in6_addr()), route.prefix_length);
    route.gateway = attributes.get<in6_addr>(RTA_GATEWAY).value_or(in6_addr());
    route.metric = attributes.get<u32>(RTA_PRIORITY).value_or(0);
    route.dev = TRY(rtnl_route_device(attributes));
    return &route;
}

Result<void> inet6_rtm_newroute(NlRequest& request) {
    RouteRequest wanted;
    TRY(read_request(request, wanted));
    const NlAttributes& attributes = wanted.attributes;
    for (u16 type : {RTA_MULTIPATH, RTA_ENCAP, RTA_NH_ID, RTA_VIA, RTA_PREFSRC})
        if (attributes.has(type)) return Errno{EOPNOTSUPP};
    Fib6Entry route;
    TRY(read_place(wanted, route));
    route.type = wanted.message.type;
    if (route.type != rtn_unicast && route.type != rtn_unreachable && route.type != rtn_blackhole &&
        route.type != rtn_prohibit)
        return Errno{EOPNOTSUPP};
    route.protocol = wanted.message.protocol;
    if (route.metric == 0) route.metric = default_metric;
    route.mtu = TRY(rtnl_route_mtu(attributes));
    if (const u32 seconds = attributes.get<u32>(RTA_EXPIRES).value_or(0))
        route.valid_until = clock_monotonic() + s_to_ns(seconds);
    const u16 flags = request.header.flags;
    return fib6_add(route, {.create = (flags & NLM_F_CREATE) != 0,
                            .exclusive = (flags & NLM_F_EXCL) != 0,
                            .replace = (flags & NLM_F_REPLACE) != 0});
}

Result<void> inet6_rtm_delroute(NlRequest& request) {
    RouteRequest wanted;
    TRY(read_request(request, wanted));
    Fib6Entry route;
    auto place = read_place(wanted, route);
    if (!place.ok()) return place.error().code == EOPNOTSUPP ? Errno{ESRCH} : place.error();
    return fib6_delete(route);
}

// The answer to RTM_GETROUTE.
struct RouteAnswer {
    in6_addr destination;
    bool source_asked;
    Route6 route;
};

void fill_answer(NlBuilder& out, NlHeader header, const void* what) {
    const auto& [destination, source_asked, route] = *static_cast<const RouteAnswer*>(what);
    const u8 table = table_of(route.type), source_length = source_asked ? 128 : 0;
    out.begin(header);
    out.body(RouteMessage{AF_INET6, 128, source_length, 0, table, RTPROT_UNSPEC, RT_SCOPE_UNIVERSE,
                          route.type, RTM_F_CLONED});
    out.put(RTA_DST, destination);
    if (source_asked)
        out.put(RTA_SRC, route.source);
    else
        out.put(RTA_PREFSRC, route.source);
    out.put(RTA_TABLE, u32{table});
    out.put(RTA_OIF, static_cast<u32>(route.dev->ifindex));
    if (route.next_hop != destination) out.put(RTA_GATEWAY, route.next_hop);
    if (route.mtu < route.dev->mtu) rtnl_put_mtu(out, route.mtu);
    out.put(RTA_CACHEINFO, RouteTimes{});
}

Result<void> inet6_rtm_getroute(NlRequest& request) {
    RouteRequest wanted;
    wanted.message = TRY(nl_body<RouteMessage>(request.payload));
    TRY(wanted.attributes.parse(request.payload, sizeof wanted.message, policy));
    const NlAttributes& attributes = wanted.attributes;
    if (attributes.has(RTA_IIF) || (wanted.message.flags & RTM_F_FIB_MATCH))
        return Errno{EOPNOTSUPP};
    const in6_addr destination = attributes.get<in6_addr>(RTA_DST).value_or(in6_addr());
    const in6_addr source = attributes.get<in6_addr>(RTA_SRC).value_or(in6_addr());
    const int oif = attributes.get<i32>(RTA_OIF).value_or(0);
    const Route6 route = TRY(ip6_route_output(destination, source, oif));
    const RouteAnswer answer{destination, !source.is_unspecified(), route};
    return rtnl_reply(request, RTM_NEWROUTE, fill_answer, &answer);
}

void route_changed_to(const Fib6Entry& entry, bool gone) {
    rtnl_notify(RTNLGRP_IPV6_ROUTE, gone ? RTM_DELROUTE : RTM_NEWROUTE, 0, fill_route, &entry);
}

constexpr RtnlHandler handlers[] = {
    {AF_INET6, RTM_GETROUTE, inet6_rtm_getroute, dump_routes, ip_route_generation},
    {AF_INET6, RTM_NEWROUTE, inet6_rtm_newroute, nullptr, nullptr},
    {AF_INET6, RTM_DELROUTE, inet6_rtm_delroute, nullptr, nullptr},
};
RtnlTable table{.node = {}, .handlers = handlers};

} // namespace

void rtnl_route6_init() {
    rtnl_register(table);
    fib6_changed = route_changed_to;
}
