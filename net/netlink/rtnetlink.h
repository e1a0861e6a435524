// NETLINK_ROUTE (rtnetlink(7)): who answers which message for which family. A family adds a table
// of handlers; links, which belong to none, are AF_UNSPEC's.
#pragma once

#include "net/netlink/netlink_sock.h"

// `doit` does what one message says, or answers one question; `dumpit` writes all there is. Either
// may be null.
struct RtnlHandler {
    u8 family;
    u16 type; // RTM_*
    Result<void> (*doit)(NlRequest& request);
    Result<bool> (*dumpit)(NlDump& dump, NlBuilder& out); // as NlDump::next
    u32 (*generation)();
};
struct RtnlTable {
    ListNode node;
    std::span<const RtnlHandler> handlers;
};
void rtnl_register(RtnlTable& table);
void rtnetlink_init();

// Answers a question, or tells a group, with what `fill` writes: one message, given its header.
using RtnlFill = void (*)(NlBuilder& out, NlHeader header, const void* what);
Result<void> rtnl_reply(const NlRequest& request, u16 type, RtnlFill fill, const void* what);
// With the port and number of the request that is being served, if any.
void rtnl_notify(u32 group, u16 type, u16 flags, RtnlFill fill, const void* what);

// --- the tables (each registers itself and listens to what it shows) ---
void rtnl_link_init();
void rtnl_addr_init();
void rtnl_route_init();
void rtnl_neigh_init();
void rtnl_addr6_init();
void rtnl_route6_init();

// The device of an index; ENODEV.
Result<net_device*> rtnl_device(i32 index);

// --- what the messages of IPv4 and IPv6 have in common ---
// struct ifaddrmsg.
struct AddressMessage {
    u8 family, prefix_length, flags, scope;
    u32 index;
};
static_assert(sizeof(AddressMessage) == 8);

// struct ifa_cacheinfo: seconds, and hundredths since the start.
struct AddressTimes {
    u32 preferred, valid, created, updated;
};
constexpr u32 for_ever = 0xffff'ffff;

// struct rtmsg.
struct RouteMessage {
    u8 family, destination_length, source_length, tos, table, protocol, scope, type;
    u32 flags;
};
static_assert(sizeof(RouteMessage) == 12);

// struct rta_cacheinfo; times in hundredths of a second.
struct RouteTimes {
    u32 references, last_use;
    i32 expires;
    u32 error, id, stamp, stamp_age;
};

// RTA_METRICS with the MTU, the only one that has an effect. Read: 0 when there are none;
// EOPNOTSUPP for others.
void rtnl_put_mtu(NlBuilder& out, u32 mtu);
Result<u32> rtnl_route_mtu(const NlAttributes& attributes);
// RTA_OIF's; null when it isn't said. ENODEV.
Result<net_device*> rtnl_route_device(const NlAttributes& attributes);
