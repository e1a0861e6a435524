// RTM_*NEIGH of AF_INET: what ARP knows of the neighbours.
#include "kernel/base/string.h"
#include "net/arp.h"
#include "net/neighbor.h"
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

u16 nud_of(NeighborState state) {
    switch (state) {
    case NeighborState::incomplete:
        return NUD_INCOMPLETE;
    case NeighborState::reachable:
        return NUD_REACHABLE;
    case NeighborState::delay:
    case NeighborState::stale:
        return NUD_STALE;
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
    out.begin(header);
    out.body(
        NeighMessage{AF_INET, 0, 0, neighbor.dev->ifindex, nud_of(neighbor.state), 0, RTN_UNICAST});
    out.put(NDA_DST, neighbor.address.v4());
    if (neighbor.has_link()) out.put(NDA_LLADDR, neighbor.link);
    out.put(NDA_PROBES, u32{neighbor.questions});
    const u32 confirmed = hundredths_since(neighbor.confirmed);
    out.put(NDA_CACHEINFO, CacheInfo{confirmed, hundredths_since(neighbor.used), confirmed, 0});
}

Result<bool> dump_neighbors(NlDump& dump, NlBuilder& out) {
    u32 place = 0;
    for (const Neighbor* neighbor = neigh_next(nullptr); neighbor;
         neighbor = neigh_next(neighbor)) {
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
    be32 address;
};

Result<void> read_request(const NlRequest& request, NeighRequest& wanted) {
    wanted.message = TRY(nl_body<NeighMessage>(request.payload));
    TRY(wanted.attributes.parse(request.payload, sizeof wanted.message, policy));
    const auto address = wanted.attributes.get<be32>(NDA_DST);
    if (!address || wanted.message.index == 0) return Errno{EINVAL};
    wanted.dev = TRY(rtnl_device(wanted.message.index));
    wanted.address = *address;
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
    Neighbor* known = neigh_lookup(*wanted.dev, wanted.address);
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
    return neigh_set(*wanted.dev, wanted.address, address, state);
}

Result<void> neigh_remove(NlRequest& request) {
    NeighRequest wanted;
    TRY(read_request(request, wanted));
    Neighbor* known = neigh_lookup(*wanted.dev, wanted.address);
    if (!known) return Errno{ENOENT};
    neigh_delete(*known);
    return {};
}

Result<void> neigh_get(NlRequest& request) {
    NeighRequest wanted;
    TRY(read_request(request, wanted));
    Neighbor* known = neigh_lookup(*wanted.dev, wanted.address);
    if (!known) return Errno{ENOENT};
    const Neighbor* shown = known;
    return rtnl_reply(request, RTM_NEWNEIGH, fill_neighbor, shown);
}

void neighbor_changed(const Neighbor& neighbor, bool gone) {
    rtnl_notify(RTNLGRP_NEIGH, gone ? RTM_DELNEIGH : RTM_NEWNEIGH, 0, fill_neighbor, &neighbor);
}
NeighNotifier notifier{.node = {}, .notify = neighbor_changed};

constexpr RtnlHandler handlers[] = {
    {AF_INET, RTM_GETNEIGH, neigh_get, dump_neighbors, neigh_generation},
    {AF_INET, RTM_NEWNEIGH, neigh_add, nullptr, nullptr},
    {AF_INET, RTM_DELNEIGH, neigh_remove, nullptr, nullptr},
};
RtnlTable table{.node = {}, .handlers = handlers};

} // namespace

void rtnl_neigh_init() {
    rtnl_register(table);
    register_neigh_notifier(notifier);
}
