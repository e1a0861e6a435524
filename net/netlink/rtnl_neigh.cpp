// RTM_*NEIGH of AF_INET and AF_INET6: what ARP and neighbour discovery know of the neighbours.
#include "kernel/base/string.h"
#include "net/arp.h"
#include "net/ipv6/ndisc.h"
#include "net/netlink/rtnetlink.h"

namespace {

// struct ndmsg.
struct NeighMessage {
    u8 family, padding1;
    u16 padding2;
    i32 index;
    u16 state; // NUD_*
    u8 flags, type;
};
static_assert(sizeof(NeighMessage) == 12);

// struct nda_cacheinfo, in hundredths of a second ago.
struct CacheInfo {
    u32 confirmed, used, updated, references;
};

constexpr NlRule policy[] = {{NDA_DST, 4}, {NDA_IFINDEX, 4}};

neigh_table& table_of(u8 family) { return family == AF_INET ? arp_tbl : nd_tbl; }

u16 nud_of(NeighborState state) {
    switch (state) {
    case NeighborState::incomplete:
        return NUD_INCOMPLETE;
    case NeighborState::reachable:
        return NUD_REACHABLE;
    case NeighborState::stale:
        return NUD_STALE;
    case NeighborState::delay:
        return NUD_DELAY;
    case NeighborState::probe:
        return NUD_PROBE;
    case NeighborState::failed:
        return NUD_FAILED;
    case NeighborState::permanent:
        return NUD_PERMANENT;
    }
    return NUD_NONE;
}

u32 hundredths_since(Nanoseconds when) {
    return static_cast<u32>((clock_monotonic() - when) / ms_to_ns(10));
}

void fill_neighbor(NlBuilder& out, NlHeader header, const void* what) {
    const auto& neighbor = *static_cast<const Neighbor*>(what);
    const u8 family = &neighbor.table == &arp_tbl ? AF_INET : AF_INET6;
    const u8 flags = neighbor.is_router ? NTF_ROUTER : 0;
    out.begin(header);
    out.body(NeighMessage{family, 0, 0, neighbor.dev->ifindex, nud_of(neighbor.state), flags,
                          RTN_UNICAST});
    if (family == AF_INET)
        out.put(NDA_DST, neighbor.address.v4());
    else
        out.put(NDA_DST, neighbor.address);
    if (neighbor.has_link()) out.put(NDA_LLADDR, neighbor.link);
    out.put(NDA_PROBES, u32{neighbor.questions});
    const u32 confirmed = hundredths_since(neighbor.confirmed);
    out.put(NDA_CACHEINFO, CacheInfo{confirmed, hundredths_since(neighbor.used), confirmed, 0});
}

template <u8 family>
Result<bool> dump_neighbors(NlDump& dump, NlBuilder& out) {
    const neigh_table& table = table_of(family);
    u32 place = 0;
    for (const Neighbor* neighbor = neigh_table_next(table, nullptr); neighbor;
         neighbor = neigh_table_next(table, neighbor)) {
        if (place++ < dump.position[0]) continue;
        fill_neighbor(out, dump.header_of(RTM_NEWNEIGH), neighbor);
        if (!out.end()) return false;
        dump.position[0]++;
    }
    return true;
}

struct NeighRequest {
    NeighMessage message;
    NlAttributes attributes;
    net_device* dev;
    neigh_table* table;
    in6_addr address; // IPv4: mapped
};

Result<void> read_request(const NlRequest& request, NeighRequest& wanted) {
    wanted.message = TRY(nl_body<NeighMessage>(request.payload));
    TRY(wanted.attributes.parse(request.payload, sizeof wanted.message, policy));
    wanted.table = &table_of(wanted.message.family);
    const auto v4 = wanted.attributes.get<be32>(NDA_DST);
    const auto v6 = wanted.attributes.get<in6_addr>(NDA_DST);
    const bool is_v4 = wanted.message.family == AF_INET;
    if (is_v4 ? !v4 : !v6) return Errno{EINVAL};
    if (wanted.message.index == 0) return Errno{EINVAL};
    wanted.dev = TRY(rtnl_device(wanted.message.index));
    wanted.address = is_v4 ? in6_addr(*v4) : *v6;
    if (wanted.message.flags & NTF_PROXY) return Errno{EOPNOTSUPP};
    return {};
}

Result<NeighborState> state_of(u16 nud) {
    switch (nud) {
    case NUD_PERMANENT:
        return NeighborState::permanent;
    case NUD_REACHABLE:
        return NeighborState::reachable;
    case NUD_STALE:
        return NeighborState::stale;
    case NUD_FAILED:
        return NeighborState::failed;
    default:
        return Errno{EOPNOTSUPP}; // the others come about by asking
    }
}

Result<void> neigh_add(NlRequest& request) {
    NeighRequest wanted;
    TRY(read_request(request, wanted));
    const NeighborState state = TRY(state_of(wanted.message.state));
    const auto link = wanted.attributes.bytes(NDA_LLADDR);
    if (wanted.attributes.has(NDA_LLADDR) && link.size() < ETH_ALEN) return Errno{EINVAL};
    Neighbor* known = neigh_find(*wanted.table, *wanted.dev, wanted.address);
    const u16 flags = request.header.flags;
    if (!known && !(flags & NLM_F_CREATE)) return Errno{ENOENT};
    if (known && (flags & NLM_F_EXCL)) return Errno{EEXIST};
    if (state == NeighborState::failed) {
        if (known) neigh_fail(*known);
        return {};
    }
    // Without NLM_F_REPLACE a known address stays.
    const bool keep = known && known->has_link() && (link.empty() || !(flags & NLM_F_REPLACE));
    if (!keep && link.empty()) return Errno{EINVAL};
    u8 address[ETH_ALEN];
    memcpy(address, keep ? known->link : link.data(), ETH_ALEN);
    if (wanted.dev->flags & (IFF_NOARP | IFF_LOOPBACK)) return Errno{EINVAL};
    if (!known) known = neigh_create(*wanted.table, *wanted.dev, wanted.address);
    if (!known) return Errno{ENOBUFS};
    neigh_learn(*known, address, state);
    if (wanted.message.flags & NTF_ROUTER) known->is_router = true;
    return {};
}

Result<void> neigh_remove(NlRequest& request) {
    NeighRequest wanted;
    TRY(read_request(request, wanted));
    Neighbor* known = neigh_find(*wanted.table, *wanted.dev, wanted.address);
    if (!known) return Errno{ENOENT};
    neigh_delete(*known);
    return {};
}

Result<void> neigh_get(NlRequest& request) {
    NeighRequest wanted;
    TRY(read_request(request, wanted));
    Neighbor* known = neigh_find(*wanted.table, *wanted.dev, wanted.address);
    if (!known) return Errno{ENOENT};
    const Neighbor* shown = known;
    return rtnl_reply(request, RTM_NEWNEIGH, fill_neighbor, shown);
}

void neighbor_changed(const Neighbor& neighbor, bool gone) {
    rtnl_notify(RTNLGRP_NEIGH, gone ? RTM_DELNEIGH : RTM_NEWNEIGH, 0, fill_neighbor, &neighbor);
}

template <u8 family>
u32 generation_of() {
    return table_of(family).generation;
}

constexpr RtnlHandler handlers[] = {
    {AF_INET, RTM_GETNEIGH, neigh_get, dump_neighbors<AF_INET>, generation_of<AF_INET>},
    {AF_INET, RTM_NEWNEIGH, neigh_add, nullptr, nullptr},
    {AF_INET, RTM_DELNEIGH, neigh_remove, nullptr, nullptr},
    {AF_INET6, RTM_GETNEIGH, neigh_get, dump_neighbors<AF_INET6>, generation_of<AF_INET6>},
    {AF_INET6, RTM_NEWNEIGH, neigh_add, nullptr, nullptr},
    {AF_INET6, RTM_DELNEIGH, neigh_remove, nullptr, nullptr},
};
RtnlTable table{.node = {}, .handlers = handlers};

} // namespace

void rtnl_neigh_init() {
    rtnl_register(table);
    arp_tbl.changed = nd_tbl.changed = neighbor_changed;
}
