// IPv4 addresses of devices, the routes that follow from them, and the ioctls that set and show
// them.
#pragma once

#include "kernel/uapi/netlink.h"
#include "net/ipv4/ip.h"
#include <bit>
#include <string_view>

// An address of a device.
struct InAddress {
    net_device* dev = nullptr;
    be32 local{}, mask{}, broadcast{}; // broadcast 0: none
    be32 destination{};                // the other end of a point-to-point link; else local
    u8 scope = RT_SCOPE_UNIVERSE;
    u32 flags = IFA_F_PERMANENT; // IFA_F_*
    char label[IFNAMSIZ] = {};   // the device's name, or that and ":something"

    // The net that it is in: the peer's, on a point-to-point link.
    be32 prefix() const { return be32::from_raw(destination.raw & mask.raw); }
};
// The same in the device's list (Linux: in_ifaddr).
struct InIfaddr : InAddress {
    ListNode node;
    explicit InIfaddr(const InAddress& address) : InAddress(address) {}
};
using InIfaddrList = List<InIfaddr, &InIfaddr::node>;

struct InDevice {
    InIfaddrList addresses; // those that have no elder one in the same net come first
};
// Null when the device never had an address.
inline InDevice* in_device(const net_device& dev) { return static_cast<InDevice*>(dev.ipv4); }

constexpr bool is_multicast(be32 address) { return address.host() >> 28 == 0xe; }
constexpr bool is_loopback(be32 address) { return address.host() >> 24 == 127; }
// Contiguous ones from the left.
constexpr bool valid_mask(be32 mask) {
    const u32 inverse = ~mask.host();
    return (inverse & (inverse + 1)) == 0;
}
constexpr u8 mask_length(be32 mask) { return static_cast<u8>(std::countl_one(mask.host())); }
constexpr be32 mask_of(u32 length) { return be32(length == 0 ? 0 : ~u32{0} << (32 - length)); }

void devinet_init();
// Gives a device one more address (IFA_F_SECONDARY and an empty label are filled in), with the
// routes that follow from it. Errors: EINVAL, EEXIST, ENOMEM.
Result<void> inet_insert_ifaddr(const InAddress& address);
// Takes an address of a device away, and with the eldest of a net the others of that net.
void inet_del_ifaddr(InIfaddr& address);
// Gives a device this address instead of those that it has (0: none). `broadcast` 0: all ones in
// the host part. Errors: EINVAL (mask), ENOMEM.
Result<void> inet_set_address(net_device& dev, be32 local, be32 mask, be32 broadcast = be32(0));
// The address to speak from on this device to `target`: one in its net, else its first, else
// another device's; 0: none.
be32 inet_select_address(const net_device& dev, be32 target = be32(0));
// The device that has this address; null when none.
net_device* ip_dev_find(be32 address);

// Told when an address has come (`added`) or is about to go.
struct InetaddrNotifier {
    ListNode node;
    void (*notify)(const InAddress& address, bool added);
};
void register_inetaddr_notifier(InetaddrNotifier& notifier);
// Counts every change.
u32 inet_address_generation();

// SIOC[GS]IF{ADDR,NETMASK,BRDADDR,DSTADDR}, and SIOCSIFFLAGS of a label. ENOIOCTLCMD for others.
SysResult devinet_ioctl(u32 command, uptr argument, bool compat);
// What SIOCGIFCONF shows of a device: one request an address. Returns how many.
struct IfRequest;
u32 inet_gifconf(net_device& dev, IfRequest* to, u32 room);
