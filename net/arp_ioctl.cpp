// The neighbour table as programs see and change it: /proc/net/arp and the ioctls of arp(7).
#include "kernel/base/string.h"
#include "net/arp.h"
#include "net/neighbor.h"
#include "net/sock.h"

namespace {

u32 arp_flags(const Neighbor& neighbor) {
    if (neighbor.state == NeighborState::permanent) return ATF_COM | ATF_PERM;
    return neighbor.has_link() ? ATF_COM : 0;
}

} // namespace

void arp_show(TextBuffer& out) {
    out.print("IP address       HW type     Flags       HW address            Mask     Device\n");
    for (const Neighbor* neighbor = neigh_table_next(arp_tbl, nullptr); neighbor;
         neighbor = neigh_table_next(arp_tbl, neighbor)) {
        char text[16];
        const u32 ip = neighbor->address.v4().host();
        ksnprintf(text, sizeof text, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255,
                  ip & 255);
        const u8* l = neighbor->link;
        out.print("%-16s 0x%-10x0x%-10x%02x:%02x:%02x:%02x:%02x:%02x     *        %s\n", text,
                  neighbor->dev->type, arp_flags(*neighbor), l[0], l[1], l[2], l[3], l[4], l[5],
                  neighbor->dev->name);
    }
}

namespace {

// struct arpreq of net/if_arp.h, alike for both ABIs.
struct ArpRequest {
    u16 protocol_family, port;
    be32 address;
    u8 zero[8];
    u16 link_family;
    u8 link[14];
    u32 flags;
    u8 netmask[16];
    char device[IFNAMSIZ];
};
static_assert(sizeof(ArpRequest) == 68);

Result<void> arp_set(net_device& dev, const ArpRequest& request) {
    if (request.link_family && request.link_family != dev.type) return Errno{EINVAL};
    const bool permanent = request.flags & ATF_PERM;
    return neigh_set(dev, request.address, request.link,
                     permanent ? NeighborState::permanent : NeighborState::stale);
}

SysResult arp_get(net_device& dev, ArpRequest& request, uptr argument) {
    const Neighbor* neighbor = neigh_lookup(dev, request.address);
    if (!neighbor || !neighbor->has_link()) return Errno{ENXIO};
    memcpy(request.link, neighbor->link, ETH_ALEN);
    request.link_family = dev.type;
    request.flags = arp_flags(*neighbor);
    copy_string(request.device, sizeof request.device, dev.name);
    return put_user_object(argument, request);
}

} // namespace

SysResult arp_ioctl(u32 command, uptr argument) {
    if (command != SIOCGARP && !socket_credentials().net_admin) return Errno{EPERM};
    auto request = TRY(get_user_object<ArpRequest>(argument));
    request.device[IFNAMSIZ - 1] = 0;
    if (request.protocol_family != AF_INET) return Errno{EPFNOSUPPORT};
    net_device* dev = nullptr;
    if (request.device[0])
        dev = dev_get_by_name(request.device);
    else if (command != SIOCGARP)
        dev = arp_device_for(request.address);
    if (!dev) return Errno{ENODEV};
    if (command == SIOCGARP) return arp_get(*dev, request, argument);
    if (command == SIOCSARP) {
        TRY(arp_set(*dev, request));
        return 0;
    }
    Neighbor* neighbor = neigh_lookup(*dev, request.address);
    if (!neighbor) return Errno{ENXIO};
    neigh_delete(*neighbor);
    return 0;
}
