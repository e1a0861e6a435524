// The routing table: where packets go, by longest prefix, then least metric.
#pragma once

#include "kernel/base/text_buffer.h"
#include "kernel/uapi/netlink.h"
#include "net/ipv4/ip.h"

struct FibRoute {
    be32 prefix{}, mask{};
    u8 type = rtn_unicast;
    u8 protocol = RTPROT_BOOT; // RTPROT_KERNEL: follows from a device's address
    u8 scope = RT_SCOPE_UNIVERSE;
    bool on_link = false; // the gateway is a neighbour, whatever the tables say
    u32 metric = 0;
    be32 gateway{};
    be32 source{}; // 0: the device's address
    net_device* dev = nullptr;
    u32 mtu = 0; // 0: the device's
};
struct FibEntry : FibRoute {
    ListNode node;
    explicit FibEntry(const FibRoute& route) : FibRoute(route) {}
    u8 prefix_length = 0;
};
using FibTable = List<FibEntry, &FibEntry::node>;

// What becomes of a route whose destination and metric are in the table already: the other is
// replaced, it is an error, or both are there, the new one first or last.
struct FibInsert {
    bool create = true; // add it when there is none
    bool exclusive = false, replace = false, append = false;
};
// Adds a route. With a gateway the device may be null: found by the way to the gateway. Errors:
// EEXIST, ENOENT (not `create`), EINVAL (gateway is ours; bits outside the mask), ENETUNREACH (no
// way to the gateway), ENETDOWN, ENODEV, ENOMEM.
Result<void> fib_add(const FibRoute& route, FibInsert how = {});
// Which route to delete; what is 0 (RT_SCOPE_NOWHERE, null) isn't compared, but prefix and mask.
struct FibMatch {
    be32 prefix{}, mask{};
    u8 table = RT_TABLE_MAIN;
    u8 type = RTN_UNSPEC, protocol = RTPROT_UNSPEC, scope = RT_SCOPE_NOWHERE;
    u32 metric = 0;
    be32 gateway{}, source{};
    const net_device* dev = nullptr;
};
// Deletes the first that fits. ESRCH.
Result<void> fib_delete(const FibMatch& match);
// Routes that follow from addresses, and everything through a device.
Result<void> fib_add_automatic(const FibRoute& route);
void fib_delete_automatic(const FibRoute& route);
void fib_delete_device(const net_device& dev);
// RT_TABLE_LOCAL holds what is ours, RT_TABLE_MAIN the rest.
const FibTable& fib_table(u8 table);
u8 fib_table_of(u8 type);

// Told of routes that programs or addresses add and delete; not of those that go down with their
// device, for which its own event stands.
enum class FibEvent : u8 { added, replaced, deleted };
struct FibNotifier {
    ListNode node;
    void (*notify)(const FibEntry& entry, FibEvent event);
};
void register_fib_notifier(FibNotifier& notifier);

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
