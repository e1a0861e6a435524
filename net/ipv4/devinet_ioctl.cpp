// SIOC[GS]IFADDR and kin (netdevice(7)): one address each, found by its label: the device's name,
// or that with a colon and something more.
#include "kernel/base/string.h"
#include "net/dev_ioctl.h"
#include "net/ipv4/devinet.h"
#include "net/ipv4/inet.h"

namespace {

// The mask that an address of the old classes has. EINVAL for what isn't A, B or C.
Result<be32> class_mask(be32 address) {
    const u32 host = address.host();
    if (host >> 24 == 0) return mask_of(0);
    if (host >> 31 == 0) return mask_of(8);
    if (host >> 30 == 2) return mask_of(16);
    if (host >> 29 == 6) return mask_of(24);
    return Errno{EINVAL};
}

// As older programs have it, the request may name the address too.
InIfaddr* find_address(net_device& dev, std::string_view label, be32 address) {
    InDevice* in = in_device(dev);
    if (!in) return nullptr;
    InIfaddr* first = nullptr;
    for (InIfaddr& candidate : in->addresses) {
        if (label != candidate.label) continue;
        if (candidate.local == address) return &candidate;
        if (!first) first = &candidate;
    }
    return first;
}

bool has_broadcast(const InAddress& address) {
    return (address.dev->flags & IFF_BROADCAST) && mask_length(address.mask) < 31;
}

be32 usual_broadcast(const InAddress& address) {
    return be32::from_raw(address.local.raw | ~address.mask.raw);
}

Result<void> set_address(net_device& dev, const char* label, InIfaddr* old, be32 local) {
    if (old && old->local == local) return {};
    InAddress fresh;
    fresh.dev = &dev;
    fresh.local = fresh.destination = local;
    fresh.mask = TRY(class_mask(local));
    if (dev.flags & IFF_POINTOPOINT) fresh.mask = mask_of(32);
    copy_string(fresh.label, IFNAMSIZ, label);
    if (is_loopback(local)) fresh.scope = RT_SCOPE_HOST;
    if (has_broadcast(fresh)) fresh.broadcast = usual_broadcast(fresh);
    if (old) inet_del_ifaddr(*old);
    return local == be32(0) ? Result<void>() : inet_insert_ifaddr(fresh);
}

Result<void> replace(InIfaddr& old, const InAddress& fresh) {
    inet_del_ifaddr(old);
    return inet_insert_ifaddr(fresh);
}

// Another mask moves the broadcast address along when that was the old mask's.
Result<void> set_mask(InIfaddr& old, be32 mask) {
    if (!valid_mask(mask)) return Errno{EINVAL};
    if (mask == old.mask) return {};
    InAddress fresh = old;
    fresh.mask = mask;
    if (has_broadcast(fresh) && old.broadcast == usual_broadcast(old))
        fresh.broadcast = usual_broadcast(fresh);
    return replace(old, fresh);
}

Result<void> set_property(u32 command, InIfaddr& old, be32 value) {
    if (command == SIOCSIFNETMASK) return set_mask(old, value);
    InAddress fresh = old;
    be32& property = command == SIOCSIFBRDADDR ? fresh.broadcast : fresh.destination;
    if (property == value) return {};
    property = value;
    return replace(old, fresh);
}

be32 get_property(u32 command, const InAddress& address) {
    switch (command) {
    case SIOCGIFADDR:
        return address.local;
    case SIOCGIFNETMASK:
        return address.mask;
    case SIOCGIFBRDADDR:
        return address.broadcast;
    default:
        return address.destination;
    }
}

bool is_get(u32 command) {
    return command == SIOCGIFADDR || command == SIOCGIFNETMASK || command == SIOCGIFBRDADDR ||
           command == SIOCGIFDSTADDR;
}
bool is_set(u32 command) {
    return command == SIOCSIFADDR || command == SIOCSIFNETMASK || command == SIOCSIFBRDADDR ||
           command == SIOCSIFDSTADDR;
}

// The device that a label belongs to.
net_device* device_of_label(const char* label) {
    char name[IFNAMSIZ];
    const std::string_view whole(label);
    copy_string(name, sizeof name, whole.substr(0, whole.find(':')));
    return dev_get_by_name(name);
}

// SIOCSIFFLAGS of a label with a colon: without IFF_UP its address goes.
SysResult set_label_flags(uptr argument, bool compat) {
    const IfRequest request = TRY(get_ifreq(argument, compat));
    if (std::string_view(request.name).find(':') == std::string_view::npos)
        return Errno{ENOIOCTLCMD};
    if (!socket_credentials().net_admin) return Errno{EPERM};
    net_device* dev = device_of_label(request.name);
    if (!dev) return Errno{ENODEV};
    InIfaddr* address = find_address(*dev, request.name, be32(0));
    if (!address) return Errno{EADDRNOTAVAIL};
    if (!(request.flags & IFF_UP)) inet_del_ifaddr(*address);
    return 0;
}

Result<void> set_interface(u32 command, net_device& dev, const char* label, be32 value) {
    InIfaddr* address = find_address(dev, label, be32(0));
    if (command == SIOCSIFADDR) return set_address(dev, label, address, value);
    if (!address) return Errno{EADDRNOTAVAIL};
    return set_property(command, *address, value);
}

} // namespace

SysResult devinet_ioctl(u32 command, uptr argument, bool compat) {
    if (command == SIOCSIFFLAGS) return set_label_flags(argument, compat);
    if (!is_get(command) && !is_set(command)) return Errno{ENOIOCTLCMD};
    IfRequest request = TRY(get_ifreq(argument, compat));
    sockaddr_in address;
    memcpy(&address, request.bytes, sizeof address);
    if (is_set(command) && !socket_credentials().net_admin) return Errno{EPERM};
    if (is_set(command) && address.sin_family != AF_INET) return Errno{EINVAL};
    net_device* dev = device_of_label(request.name);
    if (!dev) return Errno{ENODEV};
    if (is_set(command)) {
        TRY(set_interface(command, *dev, request.name, address.sin_addr));
        return 0;
    }
    const be32 hint = address.sin_family == AF_INET ? address.sin_addr : be32(0);
    InIfaddr* found = find_address(*dev, request.name, hint);
    if (!found) return Errno{EADDRNOTAVAIL};
    address = {AF_INET, be16(0), get_property(command, *found), {}};
    memcpy(request.bytes, &address, sizeof address);
    return put_ifreq(argument, request, compat);
}

u32 inet_gifconf(net_device& dev, IfRequest* to, u32 room) {
    InDevice* in = in_device(dev);
    if (!in) return 0;
    u32 count = 0;
    for (InIfaddr& address : in->addresses) {
        if (count == room) break;
        IfRequest request{};
        copy_string(request.name, sizeof request.name, address.label);
        const sockaddr_in name{AF_INET, be16(0), address.local, {}};
        memcpy(request.bytes, &name, sizeof name);
        to[count++] = request;
    }
    return count;
}
