// The table as a list in the order in which it is asked, and what a packet's way is by it.
#include "net/ipv6/route6.h"
#include "kernel/base/math.h"
#include "kernel/uapi/in6.h"
#include "net/ipv4/route.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/ndisc.h"

namespace {

using FibTable = List<Fib6Entry, &Fib6Entry::node>;
FibTable table;

// What routers told of one destination (RFC 4861, section 5.1: the destination cache). Who shares
// a slot pushes out who was there.
struct Destination {
    in6_addr address;
    u32 mtu = 0; // of the path
    Nanoseconds mtu_expires = 0;
    const net_device* dev = nullptr; // a redirect: on it, instead of that gateway
    in6_addr gateway, better;
};
constexpr u32 destination_slots = 64;
Destination destinations[destination_slots];
bool destinations_known = false;

bool goes_first(const Fib6Entry& a, const Fib6Entry& b) {
    if (a.prefix_length != b.prefix_length) return a.prefix_length > b.prefix_length;
    return a.metric <= b.metric;
}

void assign(Fib6Entry& to, const Fib6Entry& from) {
    to.prefix = from.prefix;
    to.prefix_length = from.prefix_length;
    to.type = from.type;
    to.protocol = from.protocol;
    to.metric = from.metric;
    to.gateway = from.gateway;
    to.dev = from.dev;
    to.mtu = from.mtu;
    to.valid_until = from.valid_until;
    to.automatic = from.automatic;
    to.from_address = from.from_address;
}

Result<void> insert(const Fib6Entry& route) {
    Box<Fib6Entry> made = TRY(make_box<Fib6Entry>());
    Fib6Entry& entry = *made.release();
    assign(entry, route);
    route_changed();
    Fib6Entry* behind = nullptr;
    for (Fib6Entry& other : table)
        if (!behind && goes_first(entry, other)) behind = &other;
    if (behind)
        FibTable::insert_before(*behind, entry);
    else
        table.push_back(entry);
    if (fib6_changed) fib6_changed(entry, false);
    return {};
}

bool same_place(const Fib6Entry& a, const Fib6Entry& b) {
    return a.prefix == b.prefix && a.prefix_length == b.prefix_length && a.dev == b.dev &&
           a.gateway == b.gateway;
}

void remove(Fib6Entry& entry) {
    if (fib6_changed) fib6_changed(entry, true);
    Box<Fib6Entry>(&entry).reset();
    route_changed();
}

bool fails(const net_device& dev, const in6_addr& address) {
    const Neighbor* neighbor = neigh_find(nd_tbl, dev, address);
    return neighbor && neighbor->state == NeighborState::failed;
}

// A router that didn't answer is only asked again when there is no other (RFC 4861, 6.3.6).
bool router_fails(const Fib6Entry& entry) {
    return !entry.gateway.is_unspecified() && fails(*entry.dev, entry.gateway);
}

const Fib6Entry* search(const in6_addr& destination, int oif) {
    const Fib6Entry* failing = nullptr;
    const Nanoseconds now = clock_monotonic();
    for (Fib6Entry& entry : table) {
        if (!in6_prefix_equal(destination, entry.prefix, entry.prefix_length)) continue;
        if (entry.valid_until <= now) continue;
        if (oif && entry.dev->ifindex != oif) continue;
        if (failing && entry.prefix_length != failing->prefix_length) break;
        if (!router_fails(entry)) return &entry;
        if (!failing) failing = &entry;
    }
    return failing;
}

// The device of a new route, that of the way to its gateway when none is named.
Result<void> find_way(Fib6Entry& route) {
    if (route.type != rtn_unicast) { // one that leads nowhere is lo's (Linux: fib6_nh_init)
        route.dev = &loopback_dev;
        route.gateway = {};
        return {};
    }
    if (!route.gateway.is_unspecified()) {
        if (ipv6_get_ifaddr(route.gateway, route.dev)) return Errno{EINVAL};
        if (!route.dev && route.gateway.is_linklocal()) return Errno{EINVAL};
        const Fib6Entry* way = search(route.gateway, route.dev ? route.dev->ifindex : 0);
        if (!way || !way->gateway.is_unspecified() || !way->dev) return Errno{EHOSTUNREACH};
        route.dev = way->dev;
    }
    if (!route.dev) return Errno{ENODEV};
    return route.dev->flags & IFF_UP ? Result<void>() : Result<void>(Errno{ENETDOWN});
}

Destination& slot_of(const in6_addr& destination) {
    const u64 d = destination.high() ^ destination.low();
    return destinations[(d ^ (d >> 16) ^ (d >> 32) ^ (d >> 56)) % destination_slots];
}

// Null: nothing was learnt of it.
const Destination* known_destination(const in6_addr& destination) {
    if (!destinations_known) [[likely]]
        return nullptr;
    const Destination& slot = slot_of(destination);
    return slot.address == destination ? &slot : nullptr;
}

Destination& learn_destination(const in6_addr& destination) {
    Destination& slot = slot_of(destination);
    if (slot.address != destination) slot = {.address = destination, .gateway = {}, .better = {}};
    destinations_known = true;
    route_changed();
    return slot;
}

u32 route_mtu(u32 own, const net_device& dev, const Destination* known) {
    u32 mtu = ipv6_device_mtu(dev);
    if (own) mtu = min(mtu, own);
    if (known && known->mtu_expires > clock_monotonic()) mtu = min(mtu, known->mtu);
    return mtu;
}

in6_addr first_hop(const Fib6Entry& entry, const in6_addr& destination, const Destination* known) {
    if (entry.gateway.is_unspecified()) return destination;
    const bool redirected = known && known->dev == entry.dev && known->gateway == entry.gateway;
    return redirected && !fails(*entry.dev, known->better) ? known->better : entry.gateway;
}

// What a route that leads nowhere answers (Linux: fib6_prop).
Errno refusal(u8 type) {
    return Errno{type == rtn_blackhole ? EINVAL : type == rtn_prohibit ? EACCES : EHOSTUNREACH};
}

// Groups go out by the device that was named, or whose address was.
Result<net_device*> device_for_group(const in6_addr& source, net_device* bound) {
    if (bound) return bound;
    if (!source.is_unspecified())
        if (inet6_ifaddr* ours = ipv6_get_ifaddr(source, nullptr)) return &ours->on.dev;
    for (net_device& dev : net_devices())
        if ((dev.flags & IFF_UP) && !(dev.flags & IFF_LOOPBACK) && in6_dev_get(dev)) return &dev;
    return Errno{ENETUNREACH};
}

Result<Route6> finish(Route6 route, const net_device& speaking, const in6_addr& source) {
    if (!in6_dev_get(*route.dev) || !(route.dev->flags & IFF_UP)) return Errno{ENETUNREACH};
    route.source = source.is_unspecified() ? ipv6_dev_get_saddr(speaking, route.next_hop) : source;
    return route;
}

} // namespace

void (*fib6_changed)(const Fib6Entry& entry, bool gone);

Result<Route6> ip6_route_output(const in6_addr& destination, const in6_addr& source, int oif) {
    net_device* bound = nullptr;
    if (oif && !(bound = dev_get_by_index(oif))) return Errno{ENODEV};
    if (destination.is_unspecified() || destination.is_v4()) return Errno{ENETUNREACH};
    Route6 route;
    route.next_hop = destination;
    if (destination.is_multicast()) {
        route.dev = TRY(device_for_group(source, bound));
        if ((route.dev->flags & (IFF_LOOPBACK | IFF_MULTICAST)) == IFF_LOOPBACK)
            return Errno{ENETUNREACH};
        route.type = rtn_multicast;
        route.mtu = ipv6_device_mtu(*route.dev);
        return finish(route, *route.dev, source);
    }
    const net_device* owner = destination.is_linklocal() ? bound : nullptr;
    if (const inet6_ifaddr* ours = ipv6_get_ifaddr(destination, owner)) {
        route.dev = &loopback_dev;
        route.type = rtn_local;
        route.mtu = route.dev->mtu;
        return finish(route, ours->on.dev, source.is_unspecified() ? destination : source);
    }
    const Fib6Entry* entry = search(destination, oif);
    if (!entry) return Errno{ENETUNREACH};
    if (entry->type != rtn_unicast) return refusal(entry->type);
    route.dev = entry->dev;
    route.type = rtn_unicast;
    const Destination* known = known_destination(destination);
    route.mtu = route_mtu(entry->mtu, *entry->dev, known);
    auto result = TRY(finish(route, *entry->dev, source));
    result.next_hop = first_hop(*entry, destination, known);
    return result;
}

Result<void> fib6_add(const Fib6Entry& wanted, Fib6How how) {
    if (wanted.prefix_length > 128 ||
        in6_prefix(wanted.prefix, wanted.prefix_length) != wanted.prefix)
        return Errno{EINVAL};
    Fib6Entry route;
    assign(route, wanted);
    TRY(find_way(route));
    Fib6Entry* other = nullptr;
    for (Fib6Entry& entry : table) {
        if (entry.prefix_length != route.prefix_length || entry.prefix != route.prefix) continue;
        if (entry.metric != route.metric) continue;
        const bool same = same_place(entry, route) && entry.type == route.type;
        if (how.exclusive || (same && !how.replace)) return Errno{EEXIST};
        if (!other || same) other = &entry;
    }
    if (how.replace && !other && !how.create) return Errno{ENOENT};
    TRY(insert(route));
    if (how.replace && other) remove(*other);
    return {};
}

Result<void> fib6_delete(const Fib6Entry& route) {
    for (Fib6Entry& entry : table) {
        if (entry.prefix != route.prefix || entry.prefix_length != route.prefix_length) continue;
        if (!route.gateway.is_unspecified() && entry.gateway != route.gateway) continue;
        if (route.dev && entry.dev != route.dev) continue;
        if (route.metric && entry.metric != route.metric) continue;
        remove(entry);
        return {};
    }
    return Errno{ESRCH};
}

void fib6_update_automatic(const Fib6Entry& route, u32 most) {
    const Nanoseconds now = clock_monotonic();
    const bool over = route.valid_until <= now;
    u32 count = 0;
    for (Fib6Entry& entry : table) {
        if (!entry.automatic) continue;
        if (same_place(entry, route)) {
            if (over) return remove(entry);
            entry.valid_until = route.valid_until;
            entry.mtu = route.mtu;
            return;
        }
        if (entry.valid_until <= now)
            remove(entry);
        else if (entry.dev == route.dev)
            count++;
    }
    if (!over && count < most)
        static_cast<void>(insert(route)); // without memory: the next advertisement will do
}

void fib6_delete_device(const net_device& dev) {
    for (Fib6Entry& entry : table)
        if (entry.dev == &dev) remove(entry);
}

void fib6_delete_routers() {
    for (Fib6Entry& entry : table)
        if (entry.protocol == RTPROT_RA) remove(entry);
}

void fib6_walk(Fib6Visit visit, void* context) {
    for (Fib6Entry& entry : table)
        if (entry.valid_until > clock_monotonic() && !visit(context, entry)) return;
}

u8 ipv6_addr_type(const in6_addr& address) {
    if (address.is_multicast()) return rtn_multicast;
    return ipv6_get_ifaddr(address, nullptr) ? rtn_local : rtn_unicast;
}

void ip6_update_pmtu(const in6_addr& destination, u32 mtu) {
    Destination& known = learn_destination(destination);
    known.mtu = max(mtu, ipv6_min_mtu);
    known.mtu_expires = clock_monotonic() + s_to_ns(600);
}

bool ip6_redirect(const in6_addr& destination, net_device& dev, const in6_addr& router,
                  const in6_addr& better) {
    const Fib6Entry* entry = search(destination, dev.ifindex);
    if (!entry || entry->type != rtn_unicast || entry->gateway.is_unspecified()) return false;
    if (first_hop(*entry, destination, known_destination(destination)) != router) return false;
    Destination& known = learn_destination(destination);
    known.dev = &dev;
    known.gateway = entry->gateway;
    known.better = better;
    return true;
}
