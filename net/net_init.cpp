// The order in which the rooms of net/ are furnished.
#include "net/net_init.h"
#include "net/arp.h"
#include "net/ipv4/inet_verbs.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/route.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/af_inet6.h"
#include "net/netlink/netlink.h"
#include "net/packet/packet.h"
#include "net/unix/unix.h"

namespace {

bool is_ours(const net_device& dev, be32 address) {
    const FibEntry* entry = fib_lookup(address);
    return entry && entry->type == rtn_local && !is_loopback(address) &&
           !(dev.flags & IFF_LOOPBACK);
}

be32 source_for(const net_device& dev, be32 target) { return inet_select_address(dev, target); }

net_device* device_for(be32 target) {
    auto route = ip_route_output(target, be32(0));
    return route.ok() ? route->dev : nullptr;
}

// Comes back to our own socket as an ICMP error, or to who had us forward it. The link header isn't
// there yet; the packet stands at its IP header.
void unreachable(SkbPtr skb) {
    skb->packet_type = PacketType::host;
    icmp_send(*skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
}

} // namespace

Result<void> net_init() {
    netlink_init(); // first: it hears of devices before those who act upon them
    loopback_init();
    devinet_init();
    arp_init({is_ours, source_for, device_for, unreachable});
    ip_input_init();
    inet_init();
    icmp_init();
    igmp_init();
    ping_init();
    udp_init();
    raw_init();
    if (ipv6_enabled) TRY(inet6_init());
    unix_init();
    packet_init();
    TRY(inet_set_address(loopback_dev, be32(INADDR_LOOPBACK), mask_of(8)));
    return dev_open(loopback_dev);
}
