// IPv4 addresses of devices: one a device; the ioctls that set and show them.
#pragma once

#include "net/ipv4/ip.h"
#include <bit>

struct InDevice {
    net_device* dev = nullptr;
    be32 local{}, mask{}, broadcast{}; // local 0: none
    be32 destination{};                // the other end of a point-to-point link
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
// Gives a device its address (0 takes it away), with the routes that follow from it. `broadcast` 0:
// all ones in the host part. Errors: EINVAL (mask), ENOMEM.
Result<void> inet_set_address(net_device& dev, be32 local, be32 mask, be32 broadcast = be32(0));
// The address to speak from on this device to `target`: its own, else another device's; 0: none.
be32 inet_select_address(const net_device& dev);
// The device that has this address; null when none.
net_device* ip_dev_find(be32 address);
// SIOC[GS]IF{ADDR,NETMASK,BRDADDR,DSTADDR}. ENOIOCTLCMD for others.
SysResult devinet_ioctl(u32 command, uptr argument, bool compat);
