// Interfaces whose other end is a program.
#include "net/tun.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/if_tun.h"
#include "net/sock.h"

struct TunDevice {
    ListNode node;
    net_device netdev;
    SkbQueue queue; // for the program
    TunEnd* end;    // who reads it; null: a persistent one that nobody holds
    u16 flags;      // IFF_TUN, IFF_TAP, IFF_NO_PI, IFF_PERSIST
    u32 owner, group;

    bool is_tap() const { return flags & IFF_TAP; }
    bool has_info() const { return !(flags & IFF_NO_PI); }
};

namespace {

constexpr u32 nobody = ~0u;
constexpr usize most_bytes = 65535 + ETH_HLEN;
// More room in front of an Ethernet frame: what follows its header is aligned.
constexpr u32 ether_align = 2;
constexpr u32 modes = IFF_TUN | IFF_TAP;
// What a program chooses anew whenever it takes an interface. IFF_ONE_QUEUE has no effect since
// Linux 3.8.
constexpr u32 choices = IFF_NO_PI | IFF_ONE_QUEUE;
// What Linux has and we don't; other bits mean nothing.
constexpr u32 unavailable = IFF_NAPI | IFF_NAPI_FRAGS | IFF_MULTI_QUEUE | IFF_VNET_HDR;

// struct tun_pi
struct PacketInfo {
    u16 flags;
    be16 protocol;
};

// Interfaces that have gone. Their memory is kept for the next one, since a packet that waits in
// somebody's queue still points at the device that it came by.
List<TunDevice, &TunDevice::node> spare;

TunDevice& tun_of(net_device& dev) { return *static_cast<TunDevice*>(dev.driver); }

Result<void> tun_open(net_device& dev) {
    if (TunEnd* end = tun_of(dev).end) end->wait.wake_up(POLLOUT | POLLWRNORM);
    return {};
}

// The socket that sent it isn't made to wait for the program.
NetdevTx tun_xmit(sk_buff& skb, net_device& dev, bool) {
    SkbPtr owned(&skb);
    TunDevice& tun = tun_of(dev);
    if (!tun.end || tun.queue.count >= dev.tx_queue_len) {
        dev.stats.tx_dropped++;
        return NetdevTx::ok;
    }
    skb_orphan(skb);
    dev.stats.tx_packets++;
    dev.stats.tx_bytes += skb.len();
    tun.queue.push_back(std::move(owned));
    tun.end->wait.wake_up(POLLIN | POLLRDNORM);
    return NetdevTx::ok;
}

Result<void> tun_change_mtu(net_device& dev, u32 mtu) {
    if (mtu < 68 || mtu > 65535u - dev.hard_header_len) return Errno{EINVAL};
    dev.mtu = mtu;
    return {};
}

void tun_remove(net_device& dev);

Result<void> tap_set_mac_address(net_device&, const u8* address) {
    u8 any = 0;
    for (u32 i = 0; i < ETH_ALEN; i++) any |= address[i];
    return any == 0 || (address[0] & 1) ? Result<void>(Errno{EADDRNOTAVAIL}) : Result<void>();
}

constexpr net_device_ops ops_of(Result<void> (*set_mac_address)(net_device&, const u8*)) {
    return {.open = tun_open,
            .stop = nullptr,
            .start_xmit = tun_xmit,
            .set_rx_mode = nullptr,
            .set_mac_address = set_mac_address,
            .change_mtu = tun_change_mtu,
            .poll = nullptr,
            .arm_interrupt = nullptr,
            .update_stats = nullptr,
            .remove = tun_remove};
}
constexpr net_device_ops tun_ops = ops_of(nullptr), tap_ops = ops_of(tap_set_mac_address);

Result<TunDevice*> blank_device() {
    TunDevice* tun = spare.pop_front();
    if (!tun) tun = static_cast<TunDevice*>(kmalloc(sizeof(TunDevice)));
    if (!tun) return Errno{ENOMEM};
    return new (tun) TunDevice{};
}

void set_up_ether(net_device& dev) {
    dev.flags = IFF_BROADCAST | IFF_MULTICAST;
    random_bytes(dev.dev_addr);
    dev.dev_addr[0] = static_cast<u8>((dev.dev_addr[0] & 0xfe) | 2); // one station, made up locally
    dev.ops = &tap_ops;
}

void set_up_point_to_point(net_device& dev) {
    dev.flags = IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST;
    dev.type = ARPHRD_NONE;
    dev.hard_header_len = 0;
    memset(dev.broadcast, 0, sizeof dev.broadcast);
    dev.tx_queue_len = 500;
    dev.ops = &tun_ops;
}

Result<TunDevice*> create(const IfRequest& request, u32 flags) {
    if (!(flags & modes)) return Errno{EINVAL};
    const bool tap = !(flags & IFF_TUN);
    const std::string_view wanted(request.name);
    TunDevice* tun = TRY(blank_device());
    tun->flags = static_cast<u16>((tap ? IFF_TAP : IFF_TUN) | (flags & choices));
    tun->owner = tun->group = nobody;
    net_device& dev = tun->netdev;
    tap ? set_up_ether(dev) : set_up_point_to_point(dev);
    dev.driver = tun;
    dev.driver_name = "tun";
    copy_string(dev.name, sizeof dev.name, !wanted.empty() ? wanted : tap ? "tap%d" : "tun%d");
    if (auto registered = register_netdev(dev); !registered.ok()) {
        spare.push_back(*tun);
        return registered.error();
    }
    return tun;
}

void destroy(TunDevice& tun) {
    unregister_netdev(tun.netdev);
    tun.queue.purge();
    spare.push_back(tun);
}

void tun_remove(net_device& dev) {
    TunDevice& tun = tun_of(dev);
    if (TunEnd* end = std::exchange(tun.end, nullptr)) end->cut_off();
    destroy(tun);
}

bool may_attach(const TunDevice& tun) {
    const SocketCredentials who = socket_credentials();
    if (who.net_admin) return true;
    return (tun.owner == nobody || tun.owner == who.uid) &&
           (tun.group == nobody || tun.group == who.gid);
}

// An interface that is there already: a persistent one whose program has gone.
Result<TunDevice*> existing(net_device& dev, u32 flags) {
    const bool fits =
        (flags & IFF_TUN && dev.ops == &tun_ops) || (flags & IFF_TAP && dev.ops == &tap_ops);
    if (flags & IFF_TUN_EXCL) return Errno{EBUSY};
    if (!fits) return Errno{EINVAL};
    TunDevice& tun = tun_of(dev);
    if (!may_attach(tun)) return Errno{EPERM};
    if (tun.end) return Errno{EBUSY};
    tun.flags = static_cast<u16>((tun.flags & ~choices) | (flags & choices));
    return &tun;
}

// What the first bytes of a bare packet say that it is; 0: not IP.
be16 protocol_of(const sk_buff& skb) {
    const u8 version = skb.len() ? *skb.data >> 4 : 0;
    const u16 protocol = version == 4 ? ETH_P_IP : version == 6 ? ETH_P_IPV6 : 0;
    return be16(protocol);
}

} // namespace

TunEnd::~TunEnd() {
    if (!tun_) return;
    tun_->end = nullptr;
    tun_->queue.purge();
    if (tun_->flags & IFF_PERSIST)
        netif_carrier_off(tun_->netdev);
    else
        destroy(*tun_);
}

void TunEnd::cut_off() {
    tun_ = nullptr;
    wait.wake_all(POLLIN | POLLOUT | POLLERR);
}

Result<void> TunEnd::attach(IfRequest& request) {
    const u32 flags = static_cast<u16>(request.flags);
    if (flags & unavailable) return Errno{EINVAL};
    net_device* dev = request.name[0] ? dev_get_by_name(request.name) : nullptr;
    if (!dev && !socket_credentials().net_admin) return Errno{EPERM};
    tun_ = dev ? TRY(existing(*dev, flags)) : TRY(create(request, flags));
    tun_->end = this;
    netif_carrier_on(tun_->netdev);
    memset(request.name, 0, sizeof request.name);
    copy_string(request.name, sizeof request.name, tun_->netdev.name);
    return {};
}

Result<usize> TunEnd::read(IovIter& to, bool nonblock) {
    if (!tun_) return Errno{EBADFD};
    const usize room = to.remaining();
    if (room == 0) return usize{0};
    if (tun_->queue.empty() && nonblock) return Errno{EAGAIN};
    auto waited = wait_until(
        wait, no_deadline, [&] { return !tun_ || !tun_->queue.empty(); }, true, true);
    if (!waited.ok()) return sock_wait_error(waited.error());
    if (!tun_) return Errno{EFAULT};
    const SkbPtr skb = tun_->queue.pop_front();
    usize whole = skb->len();
    if (tun_->has_info()) {
        PacketInfo info{0, skb->protocol};
        if (room < sizeof info) return Errno{EINVAL};
        whole += sizeof info;
        if (room < whole) info.flags = TUN_PKT_STRIP;
        if (to.copy_to(&info, sizeof info) < sizeof info) return Errno{EFAULT};
    }
    const usize bytes = min(usize{skb->len()}, to.remaining());
    if (to.copy_to(skb->data, bytes) < bytes) return Errno{EFAULT};
    return min(whole, room);
}

Result<usize> TunEnd::write(IovIter& from) {
    if (!tun_) return Errno{EBADFD};
    net_device& dev = tun_->netdev;
    const usize whole = from.remaining();
    PacketInfo info{};
    if (tun_->has_info()) {
        if (whole < sizeof info) return Errno{EINVAL};
        if (from.copy_from(&info, sizeof info) < sizeof info) return Errno{EFAULT};
    }
    const usize bytes = from.remaining();
    if (tun_->is_tap() && bytes < ETH_HLEN) return Errno{EINVAL};
    if (bytes > most_bytes) return Errno{EMSGSIZE};
    SkbPtr skb(alloc_skb(static_cast<u32>(bytes), max_header + (tun_->is_tap() ? ether_align : 0)));
    if (!skb) return Errno{ENOMEM};
    if (from.copy_from(skb->put(static_cast<u32>(bytes)), bytes) < bytes) return Errno{EFAULT};
    skb->protocol = info.protocol;
    const bool bare = !tun_->is_tap() && !tun_->has_info();
    if (bare) skb->protocol = protocol_of(*skb);
    const bool unknown = bare && skb->protocol == be16(0);
    if (unknown || !(dev.flags & IFF_UP)) {
        dev.stats.rx_dropped++;
        return Errno{unknown ? EINVAL : EIO};
    }
    skb->dev = &dev;
    dev.stats.rx_packets++;
    dev.stats.rx_bytes += bytes;
    netif_receive_skb(std::move(skb));
    net_drain();
    return whole;
}

u32 TunEnd::poll(PollTable* table) {
    if (table) table->add(wait);
    if (!tun_) return POLLERR;
    u32 events = 0;
    if (!tun_->queue.empty()) events |= POLLIN | POLLRDNORM;
    if (tun_->netdev.flags & IFF_UP) events |= POLLOUT | POLLWRNORM;
    return events;
}

SysResult TunEnd::set_interface(uptr argument, bool compat) {
    IfRequest request = TRY(get_ifreq(argument, compat));
    if (tun_) return Errno{EEXIST};
    TRY(attach(request));
    return put_ifreq(argument, request, compat);
}

SysResult TunEnd::get_interface(uptr argument, bool compat) {
    IfRequest request = TRY(get_ifreq(argument, compat));
    memset(request.name, 0, sizeof request.name);
    copy_string(request.name, sizeof request.name, tun_->netdev.name);
    request.flags = static_cast<i16>(tun_->flags | IFF_NOFILTER); // nobody filters what is read
    return put_ifreq(argument, request, compat);
}

SysResult TunEnd::hardware_address(bool set, uptr argument, bool compat) {
    IfRequest request = TRY(get_ifreq(argument, compat));
    net_device& dev = tun_->netdev;
    if (set) {
        if (request.address.family != dev.type) return Errno{EINVAL};
        TRY(dev_set_mac_address(dev, request.address.data));
        return 0;
    }
    memset(request.address.data, 0, sizeof request.address.data);
    memcpy(request.address.data, dev.dev_addr, ETH_ALEN);
    request.address.family = dev.type;
    return put_ifreq(argument, request, compat);
}

// Those whose argument is the value itself.
SysResult TunEnd::change(u32 command, uptr argument) {
    const auto value = static_cast<u32>(argument);
    switch (command) {
    case TUNSETNOCSUM: // without effect since Linux 2.6.27
        return 0;
    case TUNSETPERSIST:
        tun_->flags =
            static_cast<u16>(value ? tun_->flags | IFF_PERSIST : tun_->flags & ~IFF_PERSIST);
        return 0;
    case TUNSETOWNER:
    case TUNSETGROUP:
        if (value == nobody) return Errno{EINVAL}; // nobody's number
        (command == TUNSETOWNER ? tun_->owner : tun_->group) = value;
        return 0;
    case TUNSETLINK:
        if (tun_->netdev.flags & IFF_UP) return Errno{EBUSY};
        tun_->netdev.type = static_cast<u16>(value);
        return 0;
    case TUNSETOFFLOAD: // the program gets whole packets with checksums
        return value == 0 ? SysResult(0) : SysResult(Errno{EINVAL});
    default:
        return Errno{EINVAL};
    }
}

SysResult TunEnd::ioctl(u32 command, uptr argument, bool compat) {
    if (command == TUNSETIFF) return set_interface(argument, compat);
    if (command == TUNGETFEATURES) return put_user_object(argument, u32{modes | choices});
    if (command == TUNSETQUEUE) { // only one of several can be laid aside, or taken up again
        TRY(get_ifreq(argument, compat));
        return Errno{EINVAL};
    }
    if (!tun_) return Errno{EBADFD};
    switch (command) {
    case TUNGETIFF:
        return get_interface(argument, compat);
    case SIOCGIFHWADDR:
    case SIOCSIFHWADDR:
        return hardware_address(command == SIOCSIFHWADDR, argument, compat);
    case TUNSETCARRIER:
        TRY(get_user_object<u32>(argument)) ? netif_carrier_on(tun_->netdev)
                                            : netif_carrier_off(tun_->netdev);
        return 0;
    default:
        return change(command, argument);
    }
}
