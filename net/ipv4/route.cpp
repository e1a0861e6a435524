// The two tables (what is ours, where the rest is) as lists in the order in which they are asked:
// few routes, found by one short walk, kept in the sockets until something changes.
#include "net/ipv4/route.h"
#include "kernel/base/math.h"
#include "net/ipv4/devinet.h"

namespace {

using FibTable = List<FibEntry, &FibEntry::node>;
FibTable local_table, main_table;
u32 generation = 1;

struct PathMtu {
    be32 destination{};
    u32 mtu = 0;
    Nanoseconds expires = 0;
};
constexpr u32 path_mtu_slots = 64;
constexpr u32 least_path_mtu = 552;
PathMtu path_mtus[path_mtu_slots];
bool path_mtu_known = false;

bool goes_first(const FibEntry& a, const FibEntry& b) {
    if (a.prefix_length != b.prefix_length) return a.prefix_length > b.prefix_length;
    return a.metric <= b.metric;
}

Result<void> insert(FibTable& table, const FibEntry& route) {
    Box<FibEntry> entry = TRY(make_box<FibEntry>());
    entry->prefix = route.prefix;
    entry->mask = route.mask;
    entry->type = route.type;
    entry->prefix_length = mask_length(route.mask);
    entry->automatic = route.automatic;
    entry->metric = route.metric;
    entry->gateway = route.gateway;
    entry->source = route.source;
    entry->dev = route.dev;
    entry->mtu = route.mtu;
    route_changed();
    for (FibEntry& other : table) {
        if (!goes_first(*entry, other)) continue;
        FibTable::insert_before(other, *entry.release());
        return {};
    }
    table.push_back(*entry.release());
    return {};
}

bool same_route(const FibEntry& a, const FibEntry& b) {
    return a.prefix == b.prefix && a.mask == b.mask && a.metric == b.metric &&
           a.gateway == b.gateway && a.dev == b.dev && a.type == b.type;
}

template <class Predicate>
void delete_where(FibTable& table, Predicate predicate) {
    for (FibEntry& entry : table)
        if (predicate(entry)) Box<FibEntry>(&entry).reset();
    route_changed();
}

const FibEntry* search(FibTable& table, be32 destination, int oif) {
    for (FibEntry& entry : table) {
        if ((destination.raw & entry.mask.raw) != entry.prefix.raw) continue;
        if (oif && entry.dev && entry.dev->ifindex != oif) continue;
        return &entry;
    }
    return nullptr;
}

// The device that leads to the gateway; it must be a neighbour there.
Result<net_device*> device_of_gateway(const FibEntry& route) {
    if (search(local_table, route.gateway, 0)) return Errno{EINVAL};
    const FibEntry* way = search(main_table, route.gateway, route.dev ? route.dev->ifindex : 0);
    if (!way || way->gateway != be32(0) || way->type != rtn_unicast) return Errno{ENETUNREACH};
    return way->dev;
}

PathMtu& path_mtu_slot(be32 destination) {
    const u32 d = destination.host();
    return path_mtus[(d ^ (d >> 8) ^ (d >> 16)) % path_mtu_slots];
}

u32 route_mtu(const FibEntry& entry, be32 destination) {
    u32 mtu = entry.mtu ? min(entry.mtu, entry.dev->mtu) : entry.dev->mtu;
    if (!path_mtu_known) [[likely]]
        return mtu;
    const PathMtu& known = path_mtu_slot(destination);
    if (known.destination == destination && known.expires > clock_monotonic())
        mtu = min(mtu, known.mtu);
    return mtu;
}

} // namespace

u32 ip_route_generation() { return generation; }

void route_changed() {
    if (++generation == 0) generation = 1;
}

Result<void> fib_add_automatic(const FibEntry& route) {
    const bool ours = route.type != rtn_unicast;
    return insert(ours ? local_table : main_table, route);
}

void fib_delete_automatic(const net_device& dev) {
    auto ours = [&](const FibEntry& entry) { return entry.automatic && entry.dev == &dev; };
    delete_where(local_table, ours);
    delete_where(main_table, ours);
}

void fib_delete_device(const net_device& dev) {
    auto through = [&](const FibEntry& entry) { return entry.dev == &dev; };
    delete_where(local_table, through);
    delete_where(main_table, through);
}

Result<void> fib_add(const FibEntry& wanted) {
    if (!valid_mask(wanted.mask) || (wanted.prefix.raw & ~wanted.mask.raw)) return Errno{EINVAL};
    net_device* dev = wanted.dev;
    if (wanted.type == rtn_unicast) {
        if (wanted.gateway != be32(0)) dev = TRY(device_of_gateway(wanted));
        if (!dev) return Errno{ENODEV};
        if (!(dev->flags & IFF_UP)) return Errno{ENETDOWN};
    }
    FibEntry route;
    route.prefix = wanted.prefix;
    route.mask = wanted.mask;
    route.type = wanted.type;
    route.metric = wanted.metric;
    route.gateway = wanted.gateway;
    route.source = wanted.source;
    route.dev = dev;
    route.mtu = wanted.mtu;
    for (FibEntry& entry : main_table)
        if (same_route(entry, route)) return Errno{EEXIST};
    return insert(main_table, route);
}

Result<void> fib_delete(const FibEntry& route) {
    for (FibEntry& entry : main_table) {
        if (entry.prefix != route.prefix || entry.mask != route.mask) continue;
        if (route.type == rtn_unreachable && entry.type != route.type) continue;
        if (route.gateway != be32(0) && entry.gateway != route.gateway) continue;
        if (route.dev && entry.dev != route.dev) continue;
        if (route.metric && entry.metric != route.metric) continue;
        Box<FibEntry>(&entry).reset();
        route_changed();
        return {};
    }
    return Errno{ESRCH};
}

const FibEntry* fib_lookup(be32 destination, int oif) {
    // What is ours is ours whatever device the caller has in mind.
    if (const FibEntry* local = search(local_table, destination, 0)) return local;
    return search(main_table, destination, oif);
}

u8 inet_addr_type(be32 address) {
    if (address.raw == 0 || address.raw == 0xffff'ffff) return rtn_broadcast;
    if (is_multicast(address)) return rtn_multicast;
    const FibEntry* entry = search(local_table, address, 0);
    return entry ? entry->type : rtn_unicast;
}

namespace {

Route route_on_link(net_device& dev, be32 destination, be32 source, u8 type) {
    if (source == be32(0)) source = inet_select_address(dev);
    return {&dev, source, destination, type, dev.mtu};
}

// Groups and the limited broadcast go out by the device that was named, or whose address was.
Result<Route> route_group(be32 destination, be32 source, net_device* dev) {
    const u8 type = is_multicast(destination) ? rtn_multicast : rtn_broadcast;
    if (!dev && source != be32(0)) dev = ip_dev_find(source);
    if (!dev) {
        const FibEntry* entry = search(main_table, destination, 0);
        if (!entry || !entry->dev) return Errno{ENETUNREACH};
        dev = entry->dev;
    }
    if (!(dev->flags & IFF_UP)) return Errno{ENETUNREACH};
    return route_on_link(*dev, destination, source, type);
}

} // namespace

Result<Route> ip_route_output(be32 destination, be32 source, int oif) {
    net_device* bound = nullptr;
    if (oif && !(bound = dev_get_by_index(oif))) return Errno{ENODEV};
    if (destination == be32(0)) destination = source != be32(0) ? source : be32(INADDR_LOOPBACK);
    if (is_multicast(destination) || destination.raw == 0xffff'ffff)
        return route_group(destination, source, bound);
    const FibEntry* entry = fib_lookup(destination, oif);
    if (!entry) {
        if (!bound || !(bound->flags & IFF_UP)) return Errno{ENETUNREACH};
        return route_on_link(*bound, destination, source, rtn_unicast);
    }
    if (entry->type == rtn_unreachable) return Errno{EHOSTUNREACH};
    Route route{entry->dev, source, destination, entry->type, 0};
    if (entry->type == rtn_local) {
        static net_device* const lo = dev_get_by_name("lo");
        route.dev = lo;
        route.mtu = lo->mtu;
    } else {
        route.mtu = route_mtu(*entry, destination);
    }
    if (entry->gateway != be32(0)) route.next_hop = entry->gateway;
    if (source == be32(0))
        route.source = entry->source != be32(0) ? entry->source : inet_select_address(*entry->dev);
    return route;
}

Result<Route> inet_sock_route(inet_sock& sk, be32 destination, be32 source, int oif) {
    RouteCache& kept = sk.route;
    if (kept.generation == generation && kept.destination == destination &&
        kept.wanted_source == source && kept.oif == oif) [[likely]]
        return Route{kept.dev, kept.source, kept.next_hop, kept.type, kept.mtu};
    const Route route = TRY(ip_route_output(destination, source, oif));
    kept = {route.dev, route.source, route.next_hop, destination, source,
            oif,       route.mtu,    generation,     route.type};
    return route;
}

void ip_update_pmtu(be32 destination, u32 mtu) {
    PathMtu& slot = path_mtu_slot(destination);
    slot = {destination, max(mtu, least_path_mtu), clock_monotonic() + s_to_ns(600)};
    path_mtu_known = true;
    route_changed();
}

void route_show(TextBuffer& out) {
    out.print("%-127s\n", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU"
                          "\tWindow\tIRTT");
    for (FibEntry& entry : main_table) {
        u32 flags = RTF_UP;
        if (entry.type == rtn_unreachable) flags = RTF_REJECT;
        if (entry.gateway != be32(0)) flags |= RTF_GATEWAY;
        if (entry.prefix_length == 32) flags |= RTF_HOST;
        out.print("%s\t%08X\t%08X\t%04X\t%d\t%u\t%u\t%08X\t%d\t%u\t%u\n",
                  entry.dev ? entry.dev->name : "*", entry.prefix.raw, entry.gateway.raw, flags, 0,
                  0u, entry.metric, entry.mask.raw, static_cast<int>(entry.mtu), 0u, 0u);
    }
}
