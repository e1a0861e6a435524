// The registry of network devices: names, indexes, up and down, who listens to that, multicast
// lists.
#include "net/netdevice.h"
#include "kernel/base/string.h"

namespace {

NetDeviceList devices;
List<NetdevNotifier, &NetdevNotifier::node> notifiers;
int last_index = 0;

void notify(net_device& dev, NetdevEvent event) {
    for (NetdevNotifier& notifier : notifiers) notifier.notify(dev, event);
}

void rx_mode_changed(net_device& dev) {
    if ((dev.flags & IFF_UP) && dev.ops->set_rx_mode) dev.ops->set_rx_mode(dev);
}

// "eth%d" becomes the first name of that kind that is free.
Result<void> choose_name(net_device& dev) {
    const std::string_view wanted(dev.name, strlen(dev.name));
    const usize place = wanted.find("%d");
    if (!wanted.empty() && place == wanted.npos)
        return dev_get_by_name(dev.name) ? Result<void>(Errno{EEXIST}) : Result<void>();
    char prefix[IFNAMSIZ] = "eth";
    if (!wanted.empty()) copy_string(prefix, sizeof prefix, wanted.substr(0, place));
    for (int number = 0; number < 1000; number++) {
        char name[IFNAMSIZ];
        ksnprintf(name, sizeof name, "%s%d", prefix, number);
        if (dev_get_by_name(name)) continue;
        copy_string(dev.name, sizeof dev.name, name);
        return {};
    }
    return Errno{ENFILE};
}

} // namespace

NetDeviceList& net_devices() { return devices; }

Result<void> register_netdev(net_device& dev) {
    TRY(choose_name(dev));
    dev.ifindex = ++last_index;
    devices.push_back(dev);
    netdev_state_change(dev);
    return {};
}

void unregister_netdev(net_device& dev) {
    dev_close(dev);
    notify(dev, NetdevEvent::unregister);
    NetDeviceList::remove(dev);
}

net_device* dev_get_by_name(const char* name) {
    for (net_device& dev : devices)
        if (std::string_view(dev.name) == name) return &dev;
    return nullptr;
}

net_device* dev_get_by_index(int ifindex) {
    for (net_device& dev : devices)
        if (dev.ifindex == ifindex) return &dev;
    return nullptr;
}

void register_netdevice_notifier(NetdevNotifier& notifier) { notifiers.push_back(notifier); }
void netdev_state_change(net_device& dev) { notify(dev, NetdevEvent::other); }

Result<void> dev_open(net_device& dev) {
    if (dev.flags & IFF_UP) return {};
    if (dev.ops->open) TRY(dev.ops->open(dev));
    dev.flags |= IFF_UP;
    rx_mode_changed(dev);
    notify(dev, NetdevEvent::up);
    return {};
}

void dev_close(net_device& dev) {
    if (!(dev.flags & IFF_UP)) return;
    notify(dev, NetdevEvent::down);
    dev.flags &= ~static_cast<u32>(IFF_UP);
    if (dev.ops->stop) dev.ops->stop(dev);
    dev.tx_queue.purge();
    dev.queue_stopped = false;
    netdev_state_change(dev);
}

u32 dev_get_flags(const net_device& dev) {
    u32 flags = dev.flags & ~static_cast<u32>(IFF_RUNNING | IFF_LOWER_UP);
    if (dev.flags & IFF_UP) {
        if (dev.carrier) flags |= IFF_RUNNING | IFF_LOWER_UP;
    }
    return flags;
}

Result<void> dev_change_flags(net_device& dev, u32 flags) {
    constexpr u32 changeable = IFF_DEBUG | IFF_NOTRAILERS | IFF_NOARP | IFF_DYNAMIC |
                               IFF_MULTICAST | IFF_PORTSEL | IFF_AUTOMEDIA | IFF_PROMISC |
                               IFF_ALLMULTI;
    const u32 old = dev.flags;
    // Without a link header there are no link addresses to ask for.
    if (dev.hard_header_len == 0) flags |= old & IFF_NOARP;
    dev.flags = (dev.flags & ~changeable) | (flags & changeable);
    if ((old ^ flags) & IFF_UP) {
        if (flags & IFF_UP)
            TRY(dev_open(dev));
        else
            dev_close(dev);
    }
    if ((old ^ dev.flags) & (IFF_PROMISC | IFF_ALLMULTI | IFF_MULTICAST)) rx_mode_changed(dev);
    if ((old ^ dev.flags) & changeable) netdev_state_change(dev);
    return {};
}

Result<void> dev_mc_add(net_device& dev, const u8* address) {
    for (u32 i = 0; i < dev.multicast_count; i++) {
        if (memcmp(dev.multicast[i].address, address, ETH_ALEN) != 0) continue;
        dev.multicast[i].users++;
        return {};
    }
    if (dev.multicast_count == std::size(dev.multicast)) return Errno{ENOBUFS};
    MulticastAddress& fresh = dev.multicast[dev.multicast_count++];
    memcpy(fresh.address, address, ETH_ALEN);
    fresh.users = 1;
    rx_mode_changed(dev);
    return {};
}

void dev_mc_del(net_device& dev, const u8* address) {
    for (u32 i = 0; i < dev.multicast_count; i++) {
        if (memcmp(dev.multicast[i].address, address, ETH_ALEN) != 0) continue;
        if (--dev.multicast[i].users > 0) return;
        dev.multicast[i] = dev.multicast[--dev.multicast_count];
        rx_mode_changed(dev);
        return;
    }
}

void dev_set_promiscuity(net_device& dev, int change) {
    const bool before = dev.promiscuity > 0;
    dev.promiscuity += static_cast<u32>(change);
    if (before != (dev.promiscuity > 0)) rx_mode_changed(dev);
}

void dev_set_allmulti(net_device& dev, int change) {
    const bool before = dev.allmulti > 0;
    dev.allmulti += static_cast<u32>(change);
    if (before != (dev.allmulti > 0)) rx_mode_changed(dev);
}

void netif_carrier_on(net_device& dev) {
    if (std::exchange(dev.carrier, true)) return;
    notify(dev, NetdevEvent::carrier);
}

void netif_carrier_off(net_device& dev) {
    if (!std::exchange(dev.carrier, false)) return;
    notify(dev, NetdevEvent::carrier);
}

Result<void> dev_set_mtu(net_device& dev, u32 mtu) {
    if (dev.mtu == mtu) return {};
    if (dev.ops->change_mtu) {
        TRY(dev.ops->change_mtu(dev, mtu));
    } else if (mtu < 68 || mtu > ETH_DATA_LEN) {
        return Errno{EINVAL};
    }
    dev.mtu = mtu;
    notify(dev, NetdevEvent::mtu);
    return {};
}

Result<void> dev_set_mac_address(net_device& dev, const u8* address) {
    if (!dev.ops->set_mac_address) return Errno{EOPNOTSUPP};
    TRY(dev.ops->set_mac_address(dev, address));
    memcpy(dev.dev_addr, address, ETH_ALEN);
    notify(dev, NetdevEvent::address);
    return {};
}

bool dev_valid_name(std::string_view name) {
    if (name.empty() || name.size() >= IFNAMSIZ || name == "." || name == "..") return false;
    for (char c : name)
        if (c == '/' || c == ':' || c == ' ' || (c >= 9 && c <= 13)) return false;
    return true;
}

Result<void> dev_change_name(net_device& dev, std::string_view name) {
    if (dev.flags & IFF_UP) return Errno{EBUSY};
    if (!dev_valid_name(name)) return Errno{EINVAL};
    char fresh[IFNAMSIZ];
    copy_string(fresh, sizeof fresh, name);
    if (dev_get_by_name(fresh)) return Errno{EEXIST};
    copy_string(dev.name, sizeof dev.name, name);
    notify(dev, NetdevEvent::name);
    return {};
}
