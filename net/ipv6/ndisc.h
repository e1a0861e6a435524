// Neighbour discovery (RFC 4861): from a neighbour's IPv6 address to its link address; routers and
// what they advertise.
#pragma once

#include "net/ipv6/addrconf.h"
#include "net/neighbor.h"

extern neigh_table nd_tbl;

void ndisc_init();
// A message of types 133–137 (data at the ICMPv6 header, checksum good).
void ndisc_rcv(SkbPtr skb);
// A neighbour solicitation; `source` :: for duplicate address detection. `link`: to this one alone.
void ndisc_send_ns(net_device& dev, const in6_addr& target, const in6_addr& source, u32 nonce = 0,
                   const u8* link = nullptr);
void ndisc_send_rs(net_device& dev);
// A neighbour told its link address, unasked: it is kept, and asked about when it is used. Null: no
// room.
Neighbor* ndisc_hear(net_device& dev, const in6_addr& address, const u8* link);
// An unsolicited advertisement of an address of ours.
void ndisc_send_unsol_na(net_device& dev, const in6_addr& address);
