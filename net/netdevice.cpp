// The registry of network devices: names, indexes, up and down, who listens to that, multicast
// lists.
#include "net/netdevice.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include <bit>

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

Result<void> make_multicast_room(net_device& dev) {
    if (dev.multicast_count < dev.multicast_room) return {};
    const u32 room = max(8u, dev.multicast_room * 2);
    auto* fresh = static_cast<MulticastAddress*>(kmalloc(room * sizeof(MulticastAddress)));
    if (!fresh) return Errno{ENOMEM};
    if (dev.multicast_count)
        memcpy(fresh, dev.multicast, dev.multicast_count * sizeof(MulticastAddress));
    kfree(dev.multicast);
    dev.multicast = fresh;
    dev.multicast_room = room;
    return {};
}

void forget_multicast(net_device& dev) {
    kfree(dev.multicast);
    dev.multicast = nullptr;
    dev.multicast_count = dev.multicast_room = 0;
}

// The numbers that a pattern's names have, found in one walk over the devices.
struct NumbersInUse {
    static constexpr u32 most = 32768; // as many as Linux tries
    u32 words[most / 32];
};

// `before` and `after` stand round the number.
Result<void> number_name(char (&name)[IFNAMSIZ], std::string_view before, std::string_view after) {
    auto numbered = [&](char(&out)[IFNAMSIZ], u32 number) {
        ksnprintf(out, sizeof out, "%.*s%u%.*s", static_cast<int>(before.size()), before.data(),
                  number, static_cast<int>(after.size()), after.data());
    };
    Box<NumbersInUse> used = TRY(make_box<NumbersInUse>());
    char candidate[IFNAMSIZ];
    for (net_device& dev : devices) {
        const std::string_view other(dev.name);
        if (!other.starts_with(before)) continue;
        u64 number = 0;
        for (char c : other.substr(before.size())) {
            if (c < '0' || c > '9' || number >= NumbersInUse::most) break;
            number = number * 10 + static_cast<u64>(c - '0');
        }
        if (number >= NumbersInUse::most) continue;
        numbered(candidate, static_cast<u32>(number)); // as it would be: no 01, nothing behind
        if (other == candidate) used->words[number / 32] |= u32{1} << number % 32;
    }
    u32 word = 0;
    while (word < std::size(used->words) && ~used->words[word] == 0) word++;
    if (word == std::size(used->words)) return Errno{ENFILE};
    numbered(candidate, word * 32 + static_cast<u32>(std::countr_one(used->words[word])));
    // A name cut to the room there is may be another's.
    if (dev_get_by_name(candidate)) return Errno{ENFILE};
    copy_string(name, sizeof name, candidate);
    return {};
}

// Into `name` what `wanted` asks for: itself, or with a number for its `%d`.
Result<void> choose_name(char (&name)[IFNAMSIZ], std::string_view wanted) {
    if (!dev_valid_name(wanted)) return Errno{EINVAL};
    if (const usize place = wanted.find('%'); place != wanted.npos) {
        const std::string_view rest = wanted.substr(place);
        if (!rest.starts_with("%d") || rest.find('%', 2) != rest.npos) return Errno{EINVAL};
        return number_name(name, wanted.substr(0, place), rest.substr(2));
    }
    char fresh[IFNAMSIZ];
    copy_string(fresh, sizeof fresh, wanted);
    if (dev_get_by_name(fresh)) return Errno{EEXIST};
    copy_string(name, sizeof name, fresh);
    return {};
}

} // namespace

NetDeviceList& net_devices() { return devices; }

Result<void> register_netdev(net_device& dev) {
    TRY(choose_name(dev.name, dev.name[0] ? dev.name : "eth%d"));
    dev.ifindex = ++last_index;
    devices.push_back(dev);
    netdev_state_change(dev);
    return {};
}

void unregister_netdev(net_device& dev) {
    dev_close(dev);
    notify(dev, NetdevEvent::unregister);
    forget_multicast(dev);
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
    TRY(make_multicast_room(dev));
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
        if (dev.multicast_count == 0) forget_multicast(dev);
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
    if (name == dev.name) return {};
    TRY(choose_name(dev.name, name));
    notify(dev, NetdevEvent::name);
    return {};
}
