// IPv4 (RFC 791): the face that transport protocols see: a route, sending, receiving, the
// pseudo-header's checksum.
#pragma once

#include "kernel/base/checksum.h"
#include "kernel/base/endian.h"
#include "net/netdevice.h"
#include "net/sock.h"

// The fixed header on the wire (RFC 791, section 3.1). Only through ip_hdr() of a buffer that
// ip_rcv has checked or ip_queue_xmit has built.
struct iphdr {
    u8 version_length; // 4 bits version, 4 bits header length in 32-bit words
    u8 tos;
    be16 total_length;
    be16 id;
    be16 fragment; // flags (3 bits) and offset in units of 8 bytes
    u8 ttl;
    u8 protocol;
    u16 check; // in memory order
    be32 source, destination;
    u32 header_length() const { return (version_length & 15u) * 4; }
};
static_assert(sizeof(iphdr) == 20);
inline iphdr& ip_hdr(const sk_buff& skb) { return *reinterpret_cast<iphdr*>(skb.network()); }

constexpr u16 ip_flag_df = 0x4000, ip_flag_mf = 0x2000, ip_offset_mask = 0x1fff;
constexpr u8 ip_default_ttl = 64;

// Where packets to a destination go.
struct Route {
    net_device* dev;
    be32 source;   // the address of ours that fits
    be32 next_hop; // the destination itself when it is on the link
    u8 type;       // rtn_*
    u32 mtu;
};
constexpr u8 rtn_unicast = 1, rtn_local = 2, rtn_broadcast = 3, rtn_multicast = 5,
             rtn_blackhole = 6, rtn_unreachable = 7, rtn_prohibit = 8;

// Longest prefix first (`source` any: 0; `oif` 0: any device). Errors: ENETUNREACH, ENODEV;
// EHOSTUNREACH, EACCES, EINVAL by routes that say so.
Result<Route> ip_route_output(be32 destination, be32 source, int oif = 0);
inline bool has_gateway(const Route& route, be32 destination) {
    return route.type == rtn_unicast && route.next_hop != destination;
}
// Changes whenever routes, addresses or devices do: a Route kept from before is stale.
u32 ip_route_generation();
// Is the address one of ours (loopback net included) / a broadcast address of one of our nets?
u8 inet_addr_type(be32 address);

// A transport protocol registers for its number. The handler gets data = transport header.
struct net_protocol {
    void (*handler)(SkbPtr skb);
    // An ICMP error about a packet that we sent: `skb` has network_header at the quoted IP header
    // and data at the quoted transport header, at least 8 bytes of which are there. `info`: the
    // next-hop MTU of ICMP_FRAG_NEEDED.
    void (*error)(sk_buff& skb, u8 type, u8 code, u32 info);
};
Result<void> inet_add_protocol(const net_protocol& protocol, u8 number);

// What to put into the header.
struct IpSend {
    be32 source, destination;
    u8 protocol, tos, ttl; // ttl 0: the default
    bool dont_fragment;
    const u8* options = nullptr; // IP options, `options_length` bytes (a multiple of 4)
    u8 options_length = 0;
    u16 id = 0; // 0: the stack picks one
};
// Puts the IP header before `skb->data` (transport_header set, sk possibly set), passes LOCAL_OUT
// and POST_ROUTING, fragments where needed and allowed, resolves the link address and queues.
// Errors: EMSGSIZE, ENETUNREACH, EHOSTUNREACH, ENOBUFS, EPERM.
Result<void> ip_queue_xmit(SkbPtr skb, const Route& route, const IpSend& send);

// The second half of that: a packet whose IP header is complete (network_header set).
Result<void> ip_local_out(SkbPtr skb, const Route& route);

// The partial sum of the pseudo-header (RFC 9293, section 3.1): source, destination, protocol,
// length.
u32 ip_pseudo_checksum(be32 source, be32 destination, u8 protocol, u32 length);

// An ICMP error in answer to `skb` (network_header valid), limited in rate (RFC 1812,
// section 4.3.2.8).
void icmp_send(const sk_buff& skb, u8 type, u8 code, u32 info);
// The errno that an ICMP error means for the socket, and whether it is fatal for a connection (RFC
// 1122, section 4.2.3.9).
struct IcmpError {
    int error;
    bool fatal;
};
IcmpError icmp_error_of(u8 type, u8 code);
