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
