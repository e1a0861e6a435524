// The routing table: where packets go, by longest prefix, then least metric.
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/ipv4/ip.h"

struct FibEntry {
    ListNode node;
    be32 prefix{}, mask{};
    u8 type = rtn_unicast;
    u8 prefix_length = 0;
    bool automatic = false; // follows from a device's address
    u32 metric = 0;
    be32 gateway{};
    be32 source{}; // 0: the device's address
    net_device* dev = nullptr;
    u32 mtu = 0; // 0: the device's
};

// Adds a route. With a gateway the device may be null: found by the way to the gateway. Errors:
// EEXIST, EINVAL (gateway is ours; bits outside the mask), ENETUNREACH (no way to the gateway),
// ENETDOWN, ENODEV, ENOMEM.
Result<void> fib_add(const FibEntry& route);
// Deletes the first that fits: gateway, device and metric count only when given. ESRCH.
Result<void> fib_delete(const FibEntry& route);
// Routes that follow from addresses, and everything through a device.
Result<void> fib_add_automatic(const FibEntry& route);
void fib_delete_automatic(const net_device& dev);
void fib_delete_device(const net_device& dev);

// Null when there is none. `oif` 0: through any device.
const FibEntry* fib_lookup(be32 destination, int oif = 0);
void route_changed();
// A path's MTU by ICMP (RFC 1191), for ten minutes; never below 552, Linux's min_pmtu.
void ip_update_pmtu(be32 destination, u32 mtu);
// With the route kept in the socket while nothing changes.
Result<Route> inet_sock_route(inet_sock& sk, be32 destination, be32 source, int oif);

// SIOCADDRT and SIOCDELRT with struct rtentry (route(7)). Errors: EPERM, EFAULT, EAFNOSUPPORT,
// EINVAL, and those above.
SysResult ip_rt_ioctl(u32 command, uptr argument, bool compat);
// /proc/net/route.
void route_show(TextBuffer& out);
