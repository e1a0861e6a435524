// RTM_*ROUTE of AF_INET: the routing tables, and the question where a packet would go.
#include "net/ipv4/devinet.h"
#include "net/ipv4/route.h"
#include "net/netlink/rtnetlink.h"

namespace {

constexpr NlRule policy[] = {{RTA_DST, 4},     {RTA_SRC, 4},      {RTA_IIF, 4},     {RTA_OIF, 4},
                             {RTA_GATEWAY, 4}, {RTA_PRIORITY, 4}, {RTA_PREFSRC, 4}, {RTA_TABLE, 4},
                             {RTA_MARK, 4},    {RTA_UID, 4}};

void fill_route(NlBuilder& out, NlHeader header, const void* what) {
    const auto& entry = *static_cast<const FibEntry*>(what);
    const u8 table = fib_table_of(entry.type);
    out.begin(header);
    out.body(RouteMessage{AF_INET, entry.prefix_length, 0, 0, table, entry.protocol, entry.scope,
                          entry.type, entry.on_link ? u32{RTNH_F_ONLINK} : 0});
    out.put(RTA_TABLE, u32{table});
    if (entry.prefix_length) out.put(RTA_DST, entry.prefix);
    if (entry.metric) out.put(RTA_PRIORITY, entry.metric);
    if (entry.mtu) rtnl_put_mtu(out, entry.mtu);
    if (entry.source != be32(0)) out.put(RTA_PREFSRC, entry.source);
    if (entry.gateway != be32(0)) out.put(RTA_GATEWAY, entry.gateway);
    if (entry.dev) out.put(RTA_OIF, u32(entry.dev->ifindex));
}

Result<bool> dump_routes(NlDump& dump, NlBuilder& out) {
    u32 place = 0;
    for (u8 number : {RT_TABLE_LOCAL, RT_TABLE_MAIN})
        for (FibEntry& entry : fib_table(number)) {
            if (place++ < dump.position[0]) continue;
            const FibEntry* shown = &entry;
            fill_route(out, dump.header_of(RTM_NEWROUTE), shown);
            if (!out.end()) return false;
            dump.position[0]++;
        }
    return true;
}

struct RouteRequest {
    RouteMessage message;
    NlAttributes attributes;
    u32 table;
};

// What routes here can't have.
bool wants_the_impossible(const RouteRequest& wanted) {
    for (u16 type : {RTA_MULTIPATH, RTA_ENCAP, RTA_NH_ID, RTA_VIA, RTA_FLOW, RTA_EXPIRES})
        if (wanted.attributes.has(type)) return true;
    return wanted.message.tos != 0;
}

Result<void> read_request(const NlRequest& request, RouteRequest& wanted) {
    wanted.message = TRY(nl_body<RouteMessage>(request.payload));
    TRY(wanted.attributes.parse(request.payload, sizeof wanted.message, policy));
    if (wanted.message.destination_length > 32 || wanted.message.source_length > 32)
        return Errno{EINVAL};
    wanted.table = wanted.attributes.get<u32>(RTA_TABLE).value_or(wanted.message.table);
    if (wanted.table == RT_TABLE_UNSPEC) wanted.table = RT_TABLE_MAIN;
    return {};
}

bool known_type(u8 type) {
    return type == rtn_unicast || type == rtn_local || type == rtn_broadcast ||
           type == rtn_blackhole || type == rtn_unreachable || type == rtn_prohibit;
}

Result<FibRoute> read_route(const RouteRequest& wanted) {
    const NlAttributes& attributes = wanted.attributes;
    if (wanted.message.source_length || wants_the_impossible(wanted)) return Errno{EOPNOTSUPP};
    FibRoute route;
    route.prefix = attributes.get<be32>(RTA_DST).value_or(be32(0));
    route.mask = mask_of(wanted.message.destination_length);
    route.type = wanted.message.type;
    // There are two tables, and the type says which.
    if (!known_type(route.type) || wanted.table != fib_table_of(route.type))
        return Errno{EOPNOTSUPP};
    route.protocol = wanted.message.protocol;
    route.scope = wanted.message.scope;
    route.on_link = wanted.message.flags & RTNH_F_ONLINK;
    route.metric = attributes.get<u32>(RTA_PRIORITY).value_or(0);
    route.gateway = attributes.get<be32>(RTA_GATEWAY).value_or(be32(0));
    route.source = attributes.get<be32>(RTA_PREFSRC).value_or(be32(0));
    route.dev = TRY(rtnl_route_device(attributes));
    route.mtu = TRY(rtnl_route_mtu(attributes));
    if (route.source != be32(0) && inet_addr_type(route.source) != rtn_local) return Errno{EINVAL};
    return route;
}

Result<void> inet_rtm_newroute(NlRequest& request) {
    RouteRequest wanted;
    TRY(read_request(request, wanted));
    const u16 flags = request.header.flags;
    return fib_add(TRY(read_route(wanted)), {.create = (flags & NLM_F_CREATE) != 0,
                                             .exclusive = (flags & NLM_F_EXCL) != 0,
                                             .replace = (flags & NLM_F_REPLACE) != 0,
                                             .append = (flags & NLM_F_APPEND) != 0});
}

Result<void> inet_rtm_delroute(NlRequest& request) {
    RouteRequest wanted;
    TRY(read_request(request, wanted));
    if (wanted.table != RT_TABLE_MAIN && wanted.table != RT_TABLE_LOCAL) return Errno{ESRCH};
    const NlAttributes& attributes = wanted.attributes;
    FibMatch match;
    match.prefix = attributes.get<be32>(RTA_DST).value_or(be32(0));
    match.mask = mask_of(wanted.message.destination_length);
    if (match.prefix.raw & ~match.mask.raw) return Errno{EINVAL};
    match.table = static_cast<u8>(wanted.table);
    match.type = wanted.message.type;
    match.protocol = wanted.message.protocol;
    match.scope = wanted.message.scope;
    match.metric = attributes.get<u32>(RTA_PRIORITY).value_or(0);
    match.gateway = attributes.get<be32>(RTA_GATEWAY).value_or(be32(0));
    match.source = attributes.get<be32>(RTA_PREFSRC).value_or(be32(0));
    match.dev = TRY(rtnl_route_device(attributes));
    return fib_delete(match);
}

// The answer to RTM_GETROUTE.
struct RouteAnswer {
    be32 destination;
    be32 asked_source; // 0: not said
    u8 table;
    Route route;
};

void fill_answer(NlBuilder& out, NlHeader header, const void* what) {
    const auto& [destination, asked_source, table, route] = *static_cast<const RouteAnswer*>(what);
    const u8 source_length = asked_source != be32(0) ? 32 : 0;
    out.begin(header);
    out.body(RouteMessage{AF_INET, 32, source_length, 0, table, RTPROT_UNSPEC, RT_SCOPE_UNIVERSE,
                          route.type, RTM_F_CLONED});
    out.put(RTA_DST, destination);
    if (source_length) out.put(RTA_SRC, asked_source);
    out.put(RTA_TABLE, u32{table});
    out.put(RTA_OIF, u32(route.dev->ifindex));
    if (route.next_hop != destination) out.put(RTA_GATEWAY, route.next_hop);
    if (route.source != asked_source) out.put(RTA_PREFSRC, route.source);
    if (route.mtu < route.dev->mtu) rtnl_put_mtu(out, route.mtu);
    out.put(RTA_UID, socket_credentials().uid);
    out.put(RTA_CACHEINFO, RouteTimes{});
}

Result<void> inet_rtm_getroute(NlRequest& request) {
    RouteRequest wanted;
    TRY(read_request(request, wanted));
    const NlAttributes& attributes = wanted.attributes;
    if (attributes.has(RTA_IIF)) return Errno{EOPNOTSUPP};
    const be32 destination = attributes.get<be32>(RTA_DST).value_or(be32(0));
    const be32 source = attributes.get<be32>(RTA_SRC).value_or(be32(0));
    const int oif = attributes.get<i32>(RTA_OIF).value_or(0);
    if (source != be32(0) && inet_addr_type(source) != rtn_local) return Errno{EINVAL};
    if (wanted.message.flags & RTM_F_FIB_MATCH) {
        const FibEntry* entry = fib_lookup(destination, oif);
        if (!entry) return Errno{ENETUNREACH};
        return rtnl_reply(request, RTM_NEWROUTE, fill_route, entry);
    }
    const Route route = TRY(ip_route_output(destination, source, oif));
    const bool look_up = wanted.message.flags & RTM_F_LOOKUP_TABLE;
    const u8 table = look_up ? fib_table_of(route.type) : RT_TABLE_MAIN;
    const RouteAnswer answer{destination, source, table, route};
    return rtnl_reply(request, RTM_NEWROUTE, fill_answer, &answer);
}

void route_event(const FibEntry& entry, FibEvent event) {
    const bool gone = event == FibEvent::deleted;
    rtnl_notify(RTNLGRP_IPV4_ROUTE, gone ? RTM_DELROUTE : RTM_NEWROUTE,
                event == FibEvent::replaced ? NLM_F_REPLACE : 0, fill_route, &entry);
}
FibNotifier notifier{.node = {}, .notify = route_event};

constexpr RtnlHandler handlers[] = {
    {AF_INET, RTM_GETROUTE, inet_rtm_getroute, dump_routes, ip_route_generation},
    {AF_INET, RTM_NEWROUTE, inet_rtm_newroute, nullptr, nullptr},
    {AF_INET, RTM_DELROUTE, inet_rtm_delroute, nullptr, nullptr},
};
RtnlTable table{.node = {}, .handlers = handlers};

} // namespace

void rtnl_route_init() {
    rtnl_register(table);
    register_fib_notifier(notifier);
}
