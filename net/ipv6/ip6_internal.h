// What the files of IPv6 share among themselves.
#pragma once

#include "net/ipv6/ip6.h"

// What /proc/net/snmp6 counts, under the names there.
struct Ip6Mib {
    u64 InReceives, InHdrErrors, InTooBigErrors, InNoRoutes, InAddrErrors, InUnknownProtos,
        InTruncatedPkts, InDiscards, InDelivers, OutForwDatagrams, OutRequests, OutDiscards,
        OutNoRoutes, ReasmTimeout, ReasmReqds, ReasmOKs, ReasmFails, FragOKs, FragFails,
        FragCreates, InMcastPkts, OutMcastPkts;
};
extern Ip6Mib ip6_mib;

// Knobs of /proc/sys/net/ipv6/conf/all.
struct Ip6Knobs {
    u32 forwarding = 0;
};
extern Ip6Knobs ip6_knobs;

constexpr u8 nexthdr_hop = 0, nexthdr_routing = 43, nexthdr_fragment = 44, nexthdr_esp = 50,
             nexthdr_auth = 51, nexthdr_none = 59, nexthdr_dest = 60;

// The fragment header (RFC 8200, section 4.5).
struct frag_hdr {
    u8 next_header, reserved;
    be16 offset; // in units of 8 bytes (13 bits), 2 reserved, 1: more follow
    be32 id;
};
static_assert(sizeof(frag_hdr) == 8);

// A group's Ethernet address (RFC 2464, section 7).
inline void ipv6_eth_mc_map(const in6_addr& group, u8* address) {
    address[0] = address[1] = 0x33;
    __builtin_memcpy(address + 2, &group.words[3], sizeof(be32));
}

// Does the checksum over pseudo-header and data (of transport protocol `protocol`) add up?
bool ipv6_checksum_good(const sk_buff& skb, u8 protocol);

void ipv6_input_init();
const net_protocol* inet6_protocol(u8 number);
// For us, whole: extension headers, then the protocol.
void ip6_input(SkbPtr skb);
// For somebody else.
void ip6_forward(SkbPtr skb);

// --- exthdrs.cpp ---
enum class ExtensionVerdict : u8 { skip, drop, fragment };
// data stands at an extension header of type control.next_header: steps over it.
ExtensionVerdict ipv6_parse_extension(SkbPtr& skb);
bool ipv6_is_extension(u8 next_header);

// --- ip6_reassembly.cpp ---
// A fragment (data at the fragment header), kept; the whole packet, data at what follows the
// headers, when this was the last one missing.
SkbPtr ipv6_frag_rcv(SkbPtr skb);

// --- ip6_output.cpp ---
Result<void> ip6_output(SkbPtr skb, const Route6& route);

// Raw sockets' look at every packet for us (data behind the extension headers). True when one took
// a copy.
extern bool (*raw6_local_deliver)(const sk_buff& skb, u8 protocol);
extern void (*raw6_icmp_error)(sk_buff& skb, u8 protocol, u8 type, u8 code, u32 info);

void udpv6_init();
void rawv6_init();
void pingv6_init();
