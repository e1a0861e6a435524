// rtnetlink_rcv_msg: finds who answers a message, and whether the program may.
#include "net/netlink/rtnetlink.h"
#include "kernel/base/string.h"
#include "net/netdevice.h"

namespace {

constexpr u32 message_room = 2048; // more than any single message takes

List<RtnlTable, &RtnlTable::node> tables;
const NlRequest* current = nullptr; // being served

const RtnlHandler* find_exactly(u8 family, u16 type, bool dump) {
    for (RtnlTable& table : tables)
        for (const RtnlHandler& handler : table.handlers)
            if (handler.family == family && handler.type == type &&
                (dump ? handler.dumpit != nullptr : handler.doit != nullptr))
                return &handler;
    return nullptr;
}

// A family's own, else that for all.
const RtnlHandler* find(u8 family, u16 type, bool dump) {
    const RtnlHandler* own = find_exactly(family, type, dump);
    return own ? own : find_exactly(AF_UNSPEC, type, dump);
}

// The dump of every family, one after the other: position[1] is where its own stands, flags the
// families that are done.
Result<bool> dump_all_families(NlDump& dump, NlBuilder& out) {
    for (u8 family = AF_UNSPEC + 1; family < 32; family++) {
        const RtnlHandler* handler = find_exactly(family, dump.header.type, true);
        if (!handler || (dump.flags & (u32{1} << family))) continue;
        if (!TRY(handler->dumpit(dump, out))) return false;
        dump.flags |= u32{1} << family;
        dump.position[0] = dump.position[1] = 0;
    }
    return true;
}

// The sum changes when one of them does.
u32 all_generations() {
    u32 sum = 0;
    for (RtnlTable& table : tables)
        for (const RtnlHandler& handler : table.handlers)
            if (handler.generation) sum += handler.generation();
    return sum;
}

bool any_family_dumps(u16 type) {
    for (RtnlTable& table : tables)
        for (const RtnlHandler& handler : table.handlers)
            if (handler.type == type && handler.dumpit) return true;
    return false;
}

Result<void> start_dump(NlRequest& request, u8 family) {
    NlDump dump;
    dump.family = family;
    if (const RtnlHandler* handler = find(family, request.header.type, true)) {
        dump.next = handler->dumpit;
        dump.generation = handler->generation;
    } else if (any_family_dumps(request.header.type)) {
        dump.next = dump_all_families;
        dump.generation = all_generations;
    } else {
        return Errno{EOPNOTSUPP};
    }
    return netlink_dump_start(request, dump);
}

Result<void> rtnetlink_rcv_msg(NlRequest& request) {
    const u16 type = request.header.type;
    constexpr u16 kind_mask = 3, kind_get = RTM_GETLINK - RTM_BASE;
    if (type > RTM_MAX) return Errno{EOPNOTSUPP};
    // Every one begins with the family.
    if (request.payload.empty()) return {};
    const u8 family = request.payload[0];
    const bool get = ((type - RTM_BASE) & kind_mask) == kind_get;
    if (!get && !request.net_admin) return Errno{EPERM};
    if (get && (request.header.flags & NLM_F_DUMP)) return start_dump(request, family);
    const RtnlHandler* handler = find(family, type, false);
    if (!handler) return Errno{EOPNOTSUPP};
    current = &request;
    auto done = handler->doit(request);
    current = nullptr;
    return done;
}

NetlinkProtocol route_protocol{
    .node = {}, .number = NETLINK_ROUTE, .groups = RTNLGRP_MAX, .receive = rtnetlink_rcv_msg};

} // namespace

void rtnl_register(RtnlTable& table) { tables.push_back(table); }

void rtnetlink_init() {
    netlink_register(route_protocol);
    rtnl_link_init();
    rtnl_addr_init();
    rtnl_route_init();
    rtnl_neigh_init();
    rtnl_addr6_init();
    rtnl_route6_init();
}

Result<void> rtnl_reply(const NlRequest& request, u16 type, RtnlFill fill, const void* what) {
    u8 room[message_room];
    NlBuilder out(room);
    fill(out, {0, type, 0, request.header.sequence, request.sk.port}, what);
    if (!out.end()) return Errno{EMSGSIZE};
    return netlink_answer(request.sk, {room, out.size()});
}

void rtnl_notify(u32 group, u16 type, u16 flags, RtnlFill fill, const void* what) {
    const bool echo = current && (current->header.flags & NLM_F_ECHO);
    if (!echo && !netlink_has_listeners(route_protocol, group)) return;
    u8 room[message_room];
    NlBuilder out(room);
    const u32 sequence = current ? current->header.sequence : 0;
    fill(out, {0, type, flags, sequence, current ? current->sk.port : 0}, what);
    if (!out.end()) return;
    const std::span<const u8> bytes(room, out.size());
    netlink_broadcast(route_protocol, bytes, group, echo ? &current->sk : nullptr);
    if (echo) static_cast<void>(netlink_answer(current->sk, bytes));
}

Result<net_device*> rtnl_device(i32 index) {
    net_device* dev = dev_get_by_index(index);
    if (!dev) return Errno{ENODEV};
    return dev;
}

void rtnl_put_mtu(NlBuilder& out, u32 mtu) {
    const usize nest = out.begin_nest(RTA_METRICS);
    out.put(RTAX_MTU, mtu);
    out.end_nest(nest);
}

Result<u32> rtnl_route_mtu(const NlAttributes& attributes) {
    NlAttributes metrics;
    TRY(metrics.parse(attributes.bytes(RTA_METRICS), 0, {}));
    for (u16 type = 1; type <= RTAX_MAX; type++)
        if (type != RTAX_MTU && metrics.has(type)) return Errno{EOPNOTSUPP};
    return metrics.get<u32>(RTAX_MTU).value_or(0);
}

Result<net_device*> rtnl_route_device(const NlAttributes& attributes) {
    const auto index = attributes.get<i32>(RTA_OIF);
    return index && *index ? rtnl_device(*index) : Result<net_device*>(nullptr);
}
