// The two tables (what is ours, where the rest is) as lists in the order in which they are asked:
// few routes, found by one short walk, kept in the sockets until something changes.
#include "net/ipv4/route.h"
#include "kernel/base/math.h"
#include "net/ipv4/devinet.h"

namespace {

FibTable local_table, main_table;
List<FibNotifier, &FibNotifier::node> notifiers;
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

FibTable& table_of(u8 table) { return table == RT_TABLE_LOCAL ? local_table : main_table; }

void notify(const FibEntry& entry, FibEvent event) {
    for (FibNotifier& notifier : notifiers) notifier.notify(entry, event);
}

bool goes_first(const FibEntry& a, const FibEntry& b, bool append) {
    if (a.prefix_length != b.prefix_length) return a.prefix_length > b.prefix_length;
    return append ? a.metric < b.metric : a.metric <= b.metric;
}

Result<FibEntry*> insert(FibTable& table, const FibRoute& route, bool append = false) {
    Box<FibEntry> made = TRY(make_box<FibEntry>(route));
    made->prefix_length = mask_length(route.mask);
    FibEntry& entry = *made.release();
    route_changed();
    for (FibEntry& other : table) {
        if (!goes_first(entry, other, append)) continue;
        FibTable::insert_before(other, entry);
        return &entry;
    }
    table.push_back(entry);
    return &entry;
}

void remove(FibEntry& entry) {
    notify(entry, FibEvent::deleted);
    Box<FibEntry>(&entry).reset();
    route_changed();
}

bool same_key(const FibRoute& a, const FibRoute& b) {
    return a.prefix == b.prefix && a.mask == b.mask && a.metric == b.metric;
}

bool same_route(const FibRoute& a, const FibRoute& b) {
    return same_key(a, b) && a.gateway == b.gateway && a.dev == b.dev && a.type == b.type &&
           a.source == b.source && a.scope == b.scope;
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
Result<net_device*> device_of_gateway(const FibRoute& route) {
    if (route.on_link) return route.dev ? Result<net_device*>(route.dev) : Errno{EINVAL};
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

void register_fib_notifier(FibNotifier& notifier) { notifiers.push_back(notifier); }
const FibTable& fib_table(u8 table) { return table_of(table); }
u8 fib_table_of(u8 type) {
    return type == rtn_local || type == rtn_broadcast ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
}

Result<void> fib_add_automatic(const FibRoute& route) {
    FibTable& table = table_of(fib_table_of(route.type));
    for (FibEntry& entry : table)
        if (same_key(entry, route) && entry.dev == route.dev && entry.type == route.type &&
            entry.protocol == RTPROT_KERNEL)
            return {};
    notify(*TRY(insert(table, route)), FibEvent::added);
    return {};
}

void fib_delete_automatic(const FibRoute& route) {
    for (FibEntry& entry : table_of(fib_table_of(route.type))) {
        if (!same_key(entry, route) || entry.dev != route.dev || entry.type != route.type) continue;
        if (entry.protocol == RTPROT_KERNEL) return remove(entry);
    }
}

void fib_delete_device(const net_device& dev) {
    auto through = [&](const FibEntry& entry) { return entry.dev == &dev; };
    delete_where(local_table, through);
    delete_where(main_table, through);
}

namespace {

// What routes of this kind lead to; null for those that lead nowhere.
Result<net_device*> device_of(const FibRoute& route) {
    if (route.type != rtn_unicast && fib_table_of(route.type) == RT_TABLE_MAIN)
        return static_cast<net_device*>(nullptr);
    net_device* dev = route.dev;
    if (route.gateway != be32(0)) dev = TRY(device_of_gateway(route));
    if (!dev) return Errno{ENODEV};
    if (!(dev->flags & IFF_UP)) return Errno{ENETDOWN};
    return dev;
}

// The route in the table that a new one meets; null: none. EEXIST when they can't be both there.
Result<FibEntry*> find_other(FibTable& table, const FibRoute& route, FibInsert how) {
    FibEntry* first = nullptr;
    for (FibEntry& entry : table) {
        if (!same_key(entry, route)) continue;
        if (how.exclusive) return Errno{EEXIST};
        if (!first) first = &entry;
        if (same_route(entry, route) && (!how.replace || &entry != first)) return Errno{EEXIST};
    }
    return first;
}

} // namespace

Result<void> fib_add(const FibRoute& wanted, FibInsert how) {
    if (!valid_mask(wanted.mask) || (wanted.prefix.raw & ~wanted.mask.raw)) return Errno{EINVAL};
    FibRoute route = wanted;
    route.dev = TRY(device_of(wanted));
    FibTable& table = table_of(fib_table_of(route.type));
    FibEntry* other = TRY(find_other(table, route, how));
    if (!other && !how.create) return Errno{ENOENT};
    FibEntry& fresh = *TRY(insert(table, route, how.append));
    if (other && how.replace) Box<FibEntry>(other).reset();
    notify(fresh, other && how.replace ? FibEvent::replaced : FibEvent::added);
    return {};
}

namespace {

bool fits(const FibEntry& entry, const FibMatch& match) {
    if (entry.prefix != match.prefix || entry.mask != match.mask) return false;
    if (match.type && entry.type != match.type) return false;
    if (match.protocol && entry.protocol != match.protocol) return false;
    if (match.scope != RT_SCOPE_NOWHERE && entry.scope != match.scope) return false;
    if (match.gateway != be32(0) && entry.gateway != match.gateway) return false;
    if (match.source != be32(0) && entry.source != match.source) return false;
    if (match.dev && entry.dev != match.dev) return false;
    return !match.metric || entry.metric == match.metric;
}

} // namespace

Result<void> fib_delete(const FibMatch& match) {
    for (FibEntry& entry : table_of(match.table)) {
        if (!fits(entry, match)) continue;
        remove(entry);
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

// Some routes are there to say no.
Result<void> check_type(const FibEntry& entry) {
    switch (entry.type) {
    case rtn_unreachable:
        return Errno{EHOSTUNREACH};
    case rtn_prohibit:
        return Errno{EACCES};
    case rtn_blackhole:
        return Errno{EINVAL};
    default:
        return {};
    }
}

Route route_on_link(net_device& dev, be32 destination, be32 source, u8 type) {
    if (source == be32(0)) source = inet_select_address(dev, destination);
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
    TRACE_STATION(ip, "to", destination);
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
    TRY(check_type(*entry));
    Route route{entry->dev, source, destination, entry->type, 0};
    if (entry->type == rtn_local) {
        route.dev = &loopback_dev;
        route.mtu = loopback_dev.mtu;
    } else {
        route.mtu = route_mtu(*entry, destination);
    }
    if (entry->gateway != be32(0)) route.next_hop = entry->gateway;
    if (source == be32(0))
        route.source = entry->source != be32(0) ? entry->source
                                                : inet_select_address(*entry->dev, route.next_hop);
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
        if (entry.type == rtn_unreachable || entry.type == rtn_prohibit) flags |= RTF_REJECT;
        if (entry.gateway != be32(0)) flags |= RTF_GATEWAY;
        if (entry.prefix_length == 32) flags |= RTF_HOST;
        out.print("%s\t%08X\t%08X\t%04X\t%d\t%u\t%u\t%08X\t%d\t%u\t%u\n",
                  entry.dev ? entry.dev->name : "*", entry.prefix.raw, entry.gateway.raw, flags, 0,
                  0u, entry.metric, entry.mask.raw, static_cast<int>(entry.mtu), 0u, 0u);
    }
}
