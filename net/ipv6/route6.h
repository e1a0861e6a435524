// The routing table of IPv6: by longest prefix, then least metric; the default routers; what was
// learnt of single destinations.
#pragma once

#include "kernel/base/text_buffer.h"
#include "kernel/uapi/netlink.h"
#include "net/ipv6/ip6.h"

struct Fib6Entry {
    ListNode node;
    in6_addr prefix;
    u8 prefix_length = 0;
    u8 type = rtn_unicast;     // or rtn_unreachable, rtn_blackhole, rtn_prohibit
    u8 protocol = RTPROT_BOOT; // who made it
    u32 metric = 1024;
    in6_addr gateway; // ::: on the link
    net_device* dev = nullptr;
    u32 mtu = 0;                           // 0: the device's
    Nanoseconds valid_until = no_deadline; // of a router's advertisement
    bool automatic = false;                // follows from the device or an advertisement
    bool from_address = false;             // the prefix of an address set by hand
};

// How it goes in when others to the same destination with the same metric are there.
struct Fib6How {
    bool create = true, exclusive = false, replace = false; // NLM_F_*
};
// Errors: EEXIST, ENOENT (nothing to replace), EINVAL, EHOSTUNREACH (no way to the gateway),
// ENETDOWN, ENODEV, ENOMEM.
Result<void> fib6_add(const Fib6Entry& route, Fib6How how = {});
// Deletes the first that fits: gateway, device and metric count only when given. ESRCH.
Result<void> fib6_delete(const Fib6Entry& route);
// Adds or renews what an advertisement or an address brings; `valid_until` in the past deletes it.
// A new one isn't taken when its device has `most` automatic ones already.
void fib6_update_automatic(const Fib6Entry& route, u32 most = ~u32{0});
void fib6_delete_device(const net_device& dev);
// Deletes the default routes that advertisements brought.
void fib6_delete_routers();
// Told of every route that comes or is about to go; null: nobody listens.
extern void (*fib6_changed)(const Fib6Entry& entry, bool gone);
// Calls for every route until it returns false.
using Fib6Visit = bool (*)(void* context, const Fib6Entry& entry);
void fib6_walk(Fib6Visit visit, void* context);
// A path's MTU by ICMPv6 (RFC 8201), for ten minutes; never below 1280.
void ip6_update_pmtu(const in6_addr& destination, u32 mtu);
// A router told a better first hop for a destination (RFC 4861, section 8.3); the destination
// itself: it is on the link. False: that router isn't the one that we use for it.
bool ip6_redirect(const in6_addr& destination, net_device& dev, const in6_addr& router,
                  const in6_addr& better);
// SIOCADDRT and SIOCDELRT with struct in6_rtmsg (linux/ipv6_route.h). Errors: EPERM, EFAULT and
// those above.
SysResult ipv6_route_ioctl(u32 command, uptr argument, bool compat);
// /proc/net/ipv6_route.
void ipv6_route_show(TextBuffer& out);
