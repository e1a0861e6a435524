// Addresses of devices and what follows from them: local, broadcast and on-link routes, the
// announcement on the link.
#include "net/ipv4/devinet.h"
#include "kernel/base/string.h"
#include "net/arp.h"
#include "net/dev_ioctl.h"
#include "net/ipv4/route.h"

namespace {

List<InetaddrNotifier, &InetaddrNotifier::node> notifiers;
u32 generation = 1;

void notify(const InAddress& address, bool added) {
    generation++;
    for (InetaddrNotifier& notifier : notifiers) notifier.notify(address, added);
}

// The routes that an address brings while its device is up, each given to `use`.
template <class Use>
void for_each_route(const InAddress& address, Use use) {
    const net_device& dev = *address.dev;
    const be32 host = mask_of(32);
    const u8 length = mask_length(address.mask);
    const bool loopback = dev.flags & IFF_LOOPBACK;
    use(address.local, host, rtn_local);
    if (address.broadcast != be32(0)) use(address.broadcast, host, rtn_broadcast);
    if (address.prefix() == be32(0)) return;
    const be32 all_ones = be32::from_raw(address.prefix().raw | ~address.mask.raw);
    if (length < 31 && all_ones != address.broadcast) use(all_ones, host, rtn_broadcast);
    if (address.flags & IFA_F_NOPREFIXROUTE) return;
    if (length < 32 || address.destination != address.local)
        use(address.prefix(), address.mask, loopback ? rtn_local : rtn_unicast);
}

FibRoute automatic_route(const InAddress& address, be32 prefix, be32 mask, u8 type) {
    FibRoute route;
    route.prefix = be32::from_raw(prefix.raw & mask.raw);
    route.mask = mask;
    route.type = type;
    route.protocol = RTPROT_KERNEL;
    route.scope = type == rtn_local ? RT_SCOPE_HOST : RT_SCOPE_LINK;
    route.source = address.local;
    route.dev = address.dev;
    return route;
}

Result<void> add_routes(const InAddress& address) {
    Result<void> done;
    for_each_route(address, [&](be32 prefix, be32 mask, u8 type) {
        const FibRoute route = automatic_route(address, prefix, mask, type);
        if (auto added = fib_add_automatic(route); !added.ok()) done = added.error();
    });
    return done;
}

// Does another address of the device bring this route as well?
bool brought_by_another(const InIfaddr& leaving, be32 prefix, be32 mask, u8 type) {
    bool found = false;
    for (InIfaddr& other : in_device(*leaving.dev)->addresses) {
        if (&other == &leaving) continue;
        for_each_route(other, [&](be32 its_prefix, be32 its_mask, u8 its_type) {
            if (its_type == type && its_mask == mask &&
                (its_prefix.raw & mask.raw) == (prefix.raw & mask.raw))
                found = true;
        });
    }
    return found;
}

void delete_routes(const InIfaddr& address) {
    for_each_route(address, [&](be32 prefix, be32 mask, u8 type) {
        if (!brought_by_another(address, prefix, mask, type))
            fib_delete_automatic(automatic_route(address, prefix, mask, type));
    });
}

void announce_all(net_device& dev) {
    if (InDevice* in = in_device(dev))
        for (InIfaddr& address : in->addresses) arp_announce(dev, address.local);
}

void forget(InIfaddr& address) { Box<InIfaddr>(&address).reset(); }

// Its label follows the device's name; what stands after the colon stays.
void rename(InIfaddr& address) {
    const std::string_view old(address.label);
    const usize colon = old.find(':');
    char rest[IFNAMSIZ] = "";
    if (colon != old.npos) copy_string(rest, sizeof rest, old.substr(colon));
    ksnprintf(address.label, IFNAMSIZ, "%s%s", address.dev->name, rest);
}

void device_changed(net_device& dev, NetdevEvent event) {
    InDevice* in = in_device(dev);
    switch (event) {
    case NetdevEvent::up:
        if (in)
            for (InIfaddr& address : in->addresses) static_cast<void>(add_routes(address));
        announce_all(dev);
        break;
    case NetdevEvent::down:
        fib_delete_device(dev);
        break;
    case NetdevEvent::unregister:
        if (!in) break;
        while (InIfaddr* address = in->addresses.front()) inet_del_ifaddr(*address);
        dev.ipv4 = nullptr;
        Box<InDevice>(in).reset();
        break;
    case NetdevEvent::carrier:
        if (dev.carrier && (dev.flags & IFF_UP)) announce_all(dev);
        break;
    case NetdevEvent::name:
        if (in)
            for (InIfaddr& address : in->addresses) rename(address);
        break;
    case NetdevEvent::mtu:
    case NetdevEvent::address:
    case NetdevEvent::other:
        break;
    }
    route_changed();
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

Result<InDevice*> make_in_device(net_device& dev) {
    if (!dev.ipv4) dev.ipv4 = TRY(make_box<InDevice>()).release();
    return in_device(dev);
}

bool same_net(const InAddress& a, const InAddress& b) {
    return a.mask == b.mask && a.prefix() == b.prefix();
}

// The eldest of a net stands before those that follow it (Linux: primary and secondary addresses).
Result<void> check_against(InDevice& in, InIfaddr& fresh) {
    for (InIfaddr& other : in.addresses) {
        if (!same_net(other, fresh)) continue;
        if (other.local == fresh.local) return Errno{EEXIST};
        if (other.scope != fresh.scope) return Errno{EINVAL};
        fresh.flags |= IFA_F_SECONDARY;
    }
    return {};
}

void insert(InDevice& in, InIfaddr& fresh) {
    if (!(fresh.flags & IFA_F_SECONDARY))
        for (InIfaddr& other : in.addresses)
            if (other.flags & IFA_F_SECONDARY) return InIfaddrList::insert_before(other, fresh);
    in.addresses.push_back(fresh);
}

} // namespace

void devinet_init() {
    register_netdevice_notifier(notifier);
    register_gifconf(inet_gifconf);
}

void register_inetaddr_notifier(InetaddrNotifier& fresh) { notifiers.push_back(fresh); }
u32 inet_address_generation() { return generation; }

Result<void> inet_insert_ifaddr(const InAddress& wanted) {
    net_device& dev = *wanted.dev;
    if (!valid_mask(wanted.mask)) return Errno{EINVAL};
    InDevice& in = *TRY(make_in_device(dev));
    Box<InIfaddr> fresh = TRY(make_box<InIfaddr>(wanted));
    fresh->flags &= ~u32{IFA_F_SECONDARY};
    if (!fresh->label[0]) copy_string(fresh->label, IFNAMSIZ, dev.name);
    TRY(check_against(in, *fresh));
    InIfaddr& address = *fresh.release();
    insert(in, address);
    notify(address, true);
    if (!(dev.flags & IFF_UP)) return {};
    TRY(add_routes(address));
    arp_announce(dev, address.local);
    return {};
}

void inet_del_ifaddr(InIfaddr& leaving) {
    InDevice& in = *in_device(*leaving.dev);
    if (!(leaving.flags & IFA_F_SECONDARY))
        for (InIfaddr* other = in.addresses.front(); other;) {
            InIfaddr* next = in.addresses.next(*other);
            if ((other->flags & IFA_F_SECONDARY) && same_net(*other, leaving))
                inet_del_ifaddr(*other);
            other = next;
        }
    delete_routes(leaving);
    notify(leaving, false);
    forget(leaving);
    route_changed();
}

Result<void> inet_set_address(net_device& dev, be32 local, be32 mask, be32 broadcast) {
    if (!valid_mask(mask)) return Errno{EINVAL};
    if (InDevice* in = in_device(dev))
        while (InIfaddr* old = in->addresses.front()) inet_del_ifaddr(*old);
    if (local == be32(0)) return {};
    InAddress fresh;
    fresh.dev = &dev;
    fresh.local = fresh.destination = local;
    fresh.mask = mask;
    fresh.broadcast = broadcast;
    if (is_loopback(local)) fresh.scope = RT_SCOPE_HOST;
    if (broadcast == be32(0) && (dev.flags & IFF_BROADCAST) && mask_length(mask) < 31)
        fresh.broadcast = be32::from_raw(local.raw | ~mask.raw);
    return inet_insert_ifaddr(fresh);
}

namespace {

// The device's first address, or rather one in the net of `target`; of those that may be seen on a
// link.
be32 address_of(const net_device& dev, be32 target) {
    InDevice* in = in_device(dev);
    if (!in) return be32(0);
    be32 first{};
    for (InIfaddr& address : in->addresses) {
        if (address.flags & IFA_F_SECONDARY) continue;
        if (address.scope > RT_SCOPE_LINK && !(dev.flags & IFF_LOOPBACK)) continue;
        if ((target.raw & address.mask.raw) == address.prefix().raw) return address.local;
        if (first == be32(0)) first = address.local;
    }
    return first;
}

} // namespace

be32 inet_select_address(const net_device& dev, be32 target) {
    if (const be32 own = address_of(dev, target); own != be32(0)) return own;
    for (net_device& other : net_devices()) {
        if (other.flags & IFF_LOOPBACK) continue;
        if (const be32 its = address_of(other, target); its != be32(0)) return its;
    }
    return be32(0);
}

net_device* ip_dev_find(be32 address) {
    const FibEntry* entry = fib_lookup(address);
    return entry && entry->type == rtn_local ? entry->dev : nullptr;
}
