// Addresses of devices and what follows from them: local, broadcast and on-link routes, the
// announcement on the link; SIOC[GS]IFADDR and kin.
#include "net/ipv4/devinet.h"
#include "kernel/base/string.h"
#include "net/arp.h"
#include "net/dev_ioctl.h"
#include "net/ipv4/inet.h"
#include "net/ipv4/route.h"

namespace {

Result<void> add(be32 prefix, be32 mask, u8 type, const InDevice& in) {
    FibEntry route;
    route.prefix = be32::from_raw(prefix.raw & mask.raw);
    route.mask = mask;
    route.type = type;
    route.automatic = true;
    route.source = in.local;
    route.dev = in.dev;
    return fib_add_automatic(route);
}

// The routes that an address brings while its device is up.
Result<void> add_routes(const InDevice& in) {
    const be32 host = mask_of(32);
    TRY(add(in.local, host, rtn_local, in));
    if (in.broadcast != be32(0)) TRY(add(in.broadcast, host, rtn_broadcast, in));
    const u8 length = mask_length(in.mask);
    const be32 all_ones = be32::from_raw(in.local.raw | ~in.mask.raw);
    if (length < 31 && all_ones != in.broadcast) TRY(add(all_ones, host, rtn_broadcast, in));
    if (in.dev->flags & IFF_LOOPBACK) return add(in.local, in.mask, rtn_local, in);
    if (length < 32) TRY(add(in.local, in.mask, rtn_unicast, in));
    if ((in.dev->flags & IFF_POINTOPOINT) && in.destination != be32(0))
        TRY(add(in.destination, host, rtn_unicast, in));
    return {};
}

void device_changed(net_device& dev, NetdevEvent event) {
    InDevice* in = in_device(dev);
    switch (event) {
    case NetdevEvent::up:
        if (in && in->local != be32(0) && add_routes(*in).ok()) arp_announce(dev, in->local);
        break;
    case NetdevEvent::down:
        fib_delete_device(dev);
        break;
    case NetdevEvent::unregister:
        dev.ipv4 = nullptr;
        Box<InDevice>(in).reset();
        break;
    case NetdevEvent::carrier:
        if (dev.carrier && (dev.flags & IFF_UP) && in && in->local != be32(0))
            arp_announce(dev, in->local);
        break;
    case NetdevEvent::mtu:
    case NetdevEvent::address:
        break;
    }
    route_changed();
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

Result<InDevice*> make_in_device(net_device& dev) {
    if (!dev.ipv4) {
        Box<InDevice> made = TRY(make_box<InDevice>());
        made->dev = &dev;
        dev.ipv4 = made.release();
    }
    return in_device(dev);
}

// The mask that an address of the old classes has; 0 for what isn't A, B or C.
be32 class_mask(be32 address) {
    const u32 host = address.host();
    if (host >> 31 == 0) return mask_of(8);
    if (host >> 30 == 2) return mask_of(16);
    if (host >> 29 == 6) return mask_of(24);
    return be32(0);
}

u32 list_address(net_device& dev, IfRequest* to, u32 room) {
    InDevice* in = in_device(dev);
    if (!in || in->local == be32(0) || room == 0) return 0;
    IfRequest request{};
    copy_string(request.name, sizeof request.name, dev.name);
    const sockaddr_in address{AF_INET, be16(0), in->local, {}};
    memcpy(request.bytes, &address, sizeof address);
    *to = request;
    return 1;
}

} // namespace

void devinet_init() {
    register_netdevice_notifier(notifier);
    register_gifconf(list_address);
}

Result<void> inet_set_address(net_device& dev, be32 local, be32 mask, be32 broadcast) {
    if (!valid_mask(mask)) return Errno{EINVAL};
    InDevice& in = *TRY(make_in_device(dev));
    fib_delete_automatic(dev);
    in.local = local;
    in.mask = mask;
    in.destination = local;
    in.broadcast = broadcast;
    const bool has_broadcast = (dev.flags & IFF_BROADCAST) && mask_length(mask) < 31;
    if (in.broadcast == be32(0) && has_broadcast)
        in.broadcast = be32::from_raw(local.raw | ~mask.raw);
    if (local == be32(0) || !(dev.flags & IFF_UP)) return {};
    TRY(add_routes(in));
    arp_announce(dev, local);
    return {};
}

be32 inet_select_address(const net_device& dev) {
    if (InDevice* in = in_device(dev))
        if (in->local != be32(0)) return in->local;
    for (net_device& other : net_devices()) {
        InDevice* in = in_device(other);
        if (in && in->local != be32(0) && !(other.flags & IFF_LOOPBACK)) return in->local;
    }
    return be32(0);
}

net_device* ip_dev_find(be32 address) {
    const FibEntry* entry = fib_lookup(address);
    return entry && entry->type == rtn_local ? entry->dev : nullptr;
}

namespace {

Result<void> set_interface_address(net_device& dev, be32 local) {
    if (local == be32(0)) return inet_set_address(dev, be32(0), be32(0));
    const be32 mask = dev.flags & IFF_POINTOPOINT ? mask_of(32) : class_mask(local);
    if (mask == be32(0)) return Errno{EINVAL};
    InDevice* in = in_device(dev);
    if (in && in->local == local) return {};
    return inet_set_address(dev, local, mask);
}

// Another mask moves the broadcast address along when that was the old mask's.
Result<void> set_interface_mask(InDevice& in, be32 mask) {
    if (!valid_mask(mask)) return Errno{EINVAL};
    if (mask == in.mask) return {};
    const bool usual = in.broadcast == be32::from_raw(in.local.raw | ~in.mask.raw);
    return inet_set_address(*in.dev, in.local, mask, usual ? be32(0) : in.broadcast);
}

Result<void> set_interface(u32 command, net_device& dev, be32 value) {
    if (command == SIOCSIFADDR) return set_interface_address(dev, value);
    InDevice* in = in_device(dev);
    if (!in || in->local == be32(0)) return Errno{EADDRNOTAVAIL};
    switch (command) {
    case SIOCSIFNETMASK:
        return set_interface_mask(*in, value);
    case SIOCSIFBRDADDR:
        return inet_set_address(dev, in->local, in->mask, value);
    default:
        in->destination = value;
        fib_delete_automatic(dev);
        return dev.flags & IFF_UP ? add_routes(*in) : Result<void>();
    }
}

be32 interface_property(u32 command, const InDevice& in) {
    switch (command) {
    case SIOCGIFADDR:
        return in.local;
    case SIOCGIFNETMASK:
        return in.mask;
    case SIOCGIFBRDADDR:
        return in.broadcast;
    default:
        return in.destination;
    }
}

} // namespace

SysResult devinet_ioctl(u32 command, uptr argument, bool compat) {
    const bool get = command == SIOCGIFADDR || command == SIOCGIFNETMASK ||
                     command == SIOCGIFBRDADDR || command == SIOCGIFDSTADDR;
    const bool set = command == SIOCSIFADDR || command == SIOCSIFNETMASK ||
                     command == SIOCSIFBRDADDR || command == SIOCSIFDSTADDR;
    if (!get && !set) return Errno{ENOIOCTLCMD};
    IfRequest request = TRY(get_ifreq(argument, compat));
    sockaddr_in address;
    memcpy(&address, request.bytes, sizeof address);
    if (set && !socket_credentials().net_admin) return Errno{EPERM};
    if (set && address.sin_family != AF_INET) return Errno{EINVAL};
    net_device* dev = dev_get_by_name(request.name);
    if (!dev) return Errno{ENODEV};
    if (set) {
        TRY(set_interface(command, *dev, address.sin_addr));
        return 0;
    }
    InDevice* in = in_device(*dev);
    if (!in || in->local == be32(0)) return Errno{EADDRNOTAVAIL};
    address = {AF_INET, be16(0), interface_property(command, *in), {}};
    memcpy(request.bytes, &address, sizeof address);
    return put_ifreq(argument, request, compat);
}
