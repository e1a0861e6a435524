// SIOC[GS]IF* of the device itself (flags, MTU, addresses of the link, names), and the list of
// interfaces.
#include "net/dev_ioctl.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ethtool.h"
#include "net/sock.h"

namespace {

IfconfLister list_addresses = nullptr;

struct Ifconf {
    i32 length;
    uptr buffer;
};

Result<Ifconf> get_ifconf(uptr from, bool compat) {
    struct Narrow {
        i32 length;
        u32 buffer;
    };
    struct Wide {
        i32 length;
        u32 padding;
        u64 buffer;
    };
    if (compat) {
        const auto conf = TRY(get_user_object<Narrow>(from));
        return Ifconf{conf.length, conf.buffer};
    }
    const auto conf = TRY(get_user_object<Wide>(from));
    return Ifconf{conf.length, conf.buffer};
}

// As many whole requests as the buffer takes; with no buffer, how long one would have to be.
SysResult interface_list(uptr argument, bool compat) {
    const Ifconf conf = TRY(get_ifconf(argument, compat));
    const usize size = ifreq_size(compat);
    i32 used = 0;
    for (net_device& dev : net_devices()) {
        IfRequest requests[16];
        const u32 count = list_addresses ? list_addresses(dev, requests, std::size(requests)) : 0;
        for (u32 i = 0; i < count; i++) {
            if (conf.buffer) {
                if (static_cast<usize>(max(conf.length - used, 0)) < size) break;
                TRY(put_ifreq(conf.buffer + static_cast<usize>(used), requests[i], compat));
            }
            used += static_cast<i32>(size);
        }
    }
    return put_user_object(argument, used);
}

SysResult interface_name(uptr argument, bool compat) {
    IfRequest request = TRY(get_ifreq(argument, compat));
    net_device* dev = dev_get_by_index(request.value);
    if (!dev) return Errno{ENODEV};
    memset(request.name, 0, sizeof request.name);
    copy_string(request.name, sizeof request.name, dev->name);
    return put_ifreq(argument, request, compat);
}

Result<void> get_property(u32 command, net_device& dev, IfRequest& request) {
    switch (command) {
    case SIOCGIFFLAGS:
        request.flags = static_cast<i16>(dev_get_flags(dev));
        return {};
    case SIOCGIFMETRIC:
        request.value = 0;
        return {};
    case SIOCGIFMTU:
        request.value = static_cast<i32>(dev.mtu);
        return {};
    case SIOCGIFINDEX:
        request.value = dev.ifindex;
        return {};
    case SIOCGIFTXQLEN:
        request.value = static_cast<i32>(dev.tx_queue_len);
        return {};
    case SIOCGIFMAP: // of ISA's days: no device here has memory or lines to name
        memset(request.bytes, 0, sizeof request.bytes);
        return {};
    case SIOCGIFHWADDR:
        memset(request.address.data, 0, sizeof request.address.data);
        memcpy(request.address.data, dev.dev_addr, ETH_ALEN);
        request.address.family = dev.type;
        return {};
    default:
        return Errno{ENOTTY};
    }
}

Result<void> change_multicast(u32 command, net_device& dev, const IfRequest& request) {
    if (request.address.family != AF_UNSPEC) return Errno{EINVAL};
    if (command == SIOCADDMULTI) return dev_mc_add(dev, request.address.data);
    dev_mc_del(dev, request.address.data);
    return {};
}

Result<void> set_property(u32 command, net_device& dev, IfRequest& request) {
    switch (command) {
    case SIOCSIFFLAGS:
        return dev_change_flags(dev, static_cast<u16>(request.flags));
    case SIOCSIFMETRIC:
        return Errno{EOPNOTSUPP};
    case SIOCSIFMTU:
        if (request.value < 0) return Errno{EINVAL};
        return dev_set_mtu(dev, static_cast<u32>(request.value));
    case SIOCSIFTXQLEN:
        if (request.value < 0) return Errno{EINVAL};
        dev.tx_queue_len = static_cast<u32>(request.value);
        netdev_state_change(dev);
        return {};
    case SIOCSIFHWADDR:
        if (request.address.family != dev.type) return Errno{EINVAL};
        return dev_set_mac_address(dev, request.address.data);
    case SIOCSIFHWBROADCAST:
        if (request.address.family != dev.type) return Errno{EINVAL};
        memcpy(dev.broadcast, request.address.data, ETH_ALEN);
        netdev_state_change(dev);
        return {};
    case SIOCADDMULTI:
    case SIOCDELMULTI:
        return change_multicast(command, dev, request);
    case SIOCSIFNAME: { // the new name stands where the address would
        char name[IFNAMSIZ];
        memcpy(name, request.bytes, sizeof name);
        name[IFNAMSIZ - 1] = 0;
        return dev_change_name(dev, name);
    }
    default:
        return Errno{ENOTTY};
    }
}

bool is_set_command(u32 command) {
    switch (command) {
    case SIOCSIFFLAGS:
    case SIOCSIFMETRIC:
    case SIOCSIFMTU:
    case SIOCSIFTXQLEN:
    case SIOCSIFHWADDR:
    case SIOCSIFHWBROADCAST:
    case SIOCADDMULTI:
    case SIOCDELMULTI:
    case SIOCSIFNAME:
        return true;
    default:
        return false;
    }
}

bool is_get_command(u32 command) {
    switch (command) {
    case SIOCGIFFLAGS:
    case SIOCGIFMETRIC:
    case SIOCGIFMTU:
    case SIOCGIFINDEX:
    case SIOCGIFTXQLEN:
    case SIOCGIFMAP:
    case SIOCGIFHWADDR:
        return true;
    default:
        return false;
    }
}

} // namespace

void register_gifconf(IfconfLister lister) { list_addresses = lister; }

Result<IfRequest> get_ifreq(uptr from, bool compat) {
    IfRequest request{};
    const usize size = ifreq_size(compat);
    if (IovIter::of_user(from, size).copy_from(&request, size) != size) return Errno{EFAULT};
    request.name[IFNAMSIZ - 1] = 0;
    return request;
}

SysResult put_ifreq(uptr to, const IfRequest& request, bool compat) {
    const usize size = ifreq_size(compat);
    if (IovIter::of_user(to, size).copy_to(&request, size) != size) return Errno{EFAULT};
    return 0;
}

SysResult dev_ioctl(u32 command, uptr argument, bool compat) {
    if (command == SIOCGIFCONF) return interface_list(argument, compat);
    if (command == SIOCGIFNAME) return interface_name(argument, compat);
    const bool get = is_get_command(command), set = is_set_command(command);
    const bool known = get || set || command == SIOCETHTOOL;
    constexpr u32 socket_commands = 0x89; // the type byte of their numbers
    // Of these Linux hands only two on from an i386 caller.
    const bool handed_on = !compat || command == SIOCATMARK || command == SIOCOUTQ;
    if (!known && (!handed_on || (command >> 8 & 0xff) != socket_commands)) return Errno{ENOTTY};
    IfRequest request = TRY(get_ifreq(argument, compat));
    if (!known) return Errno{ENOTTY};
    if (set && !socket_credentials().net_admin) return Errno{EPERM};
    // A label of an address ("eth0:1") stands for its device.
    char name[IFNAMSIZ];
    const std::string_view label(request.name);
    copy_string(name, sizeof name, label.substr(0, label.find(':')));
    net_device* dev = dev_get_by_name(name);
    if (!dev) return Errno{ENODEV};
    if (command == SIOCETHTOOL)
        return dev_ethtool(*dev, compat ? request.pointer32 : request.pointer);
    if (set) {
        TRY(set_property(command, *dev, request));
        return 0;
    }
    TRY(get_property(command, *dev, request));
    return put_ifreq(argument, request, compat);
}
