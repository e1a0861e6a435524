// IPv6 (RFC 8200): the face that transport protocols see: a route, sending, receiving, the
// pseudo-header's checksum.
#pragma once

#include "kernel/base/checksum.h"
#include "net/in6.h"
#include "net/ipv4/ip.h"

// The fixed header on the wire (section 3). Only through ipv6_hdr() of a buffer that ipv6_rcv has
// checked or ip6_xmit has built.
struct ipv6hdr {
    be32 version_class_flow; // 4 bits version, 8 bits traffic class, 20 bits flow label
    be16 payload_length;
    u8 next_header;
    u8 hop_limit;
    in6_addr source, destination;

    u8 traffic_class() const { return static_cast<u8>(version_class_flow.host() >> 20); }
    u32 flow_label() const { return version_class_flow.host() & 0xf'ffff; }
};
static_assert(sizeof(ipv6hdr) == 40);
inline ipv6hdr& ipv6_hdr(const sk_buff& skb) { return *reinterpret_cast<ipv6hdr*>(skb.network()); }

constexpr u32 ipv6_min_mtu = 1280; // section 5
constexpr in6_addr in6_loopback{0, 0, 0, 1}, in6_all_nodes{0xff02'0000, 0, 0, 1},
    in6_all_routers{0xff02'0000, 0, 0, 2};

// The transport header of a quoted or built packet: steps over extension headers without judging
// them. `bytes` begins behind the fixed header; returns the offset in it, or −1; `next_header` is
// what stands there. `fragment_offset`: not 0 when the rest isn't the packet's beginning.
int ipv6_skip_extensions(std::span<const u8> bytes, u8& next_header, u16& fragment_offset);

// What IPv6 keeps of a received packet in sk_buff::cb until the transport protocol has it.
struct Ip6Control {
    u8 address_type;        // rtn_* of the destination
    u8 next_header;         // of what data stands at
    u16 next_header_offset; // from the IP header: where that number was read
    u16 outer_header;       // an ICMPv6 error's own IP header, once its quote is open
};

// Where packets to a destination go.
struct Route6 {
    net_device* dev = nullptr;
    in6_addr source;   // the address of ours that fits
    in6_addr next_hop; // the destination itself when it is on the link
    u8 type = 0;       // rtn_*
    u32 mtu = 0;
};

// Longest prefix first (`source` ::: any; `oif` 0: any device). Errors: ENETUNREACH, EHOSTUNREACH,
// EINVAL, ENODEV. Stale when ip_route_generation() has changed.
Result<Route6> ip6_route_output(const in6_addr& destination, const in6_addr& source, int oif = 0);
// rtn_local: one of ours; rtn_multicast; else rtn_unicast.
u8 ipv6_addr_type(const in6_addr& address);

// A transport protocol registers for its number, as in IPv4. In an error `skb` has network_header
// at the quoted IPv6 header and data at the quoted transport header, at least 8 bytes of which are
// there. `info`: the MTU of ICMPV6_PKT_TOOBIG, the pointer of ICMPV6_PARAMPROB.
Result<void> inet6_add_protocol(const net_protocol& protocol, u8 number);

// What to put into the header.
struct Ip6Send {
    in6_addr source, destination;
    u8 protocol = 0, traffic_class = 0;
    u8 hop_limit = 0; // 0: the default of the device
    bool dont_fragment = false;
    bool zero_hop_limit = false; // hop_limit 0 is meant
    bool router_alert = false;   // a hop-by-hop header with that option in front (RFC 2711)
    u32 flow_label = 0;
};
// Puts the IPv6 header before `skb->data` (transport_header set, sk possibly set), passes LOCAL_OUT
// and POST_ROUTING, fragments where needed and allowed, resolves the link address and queues.
// Errors: EMSGSIZE, ENETUNREACH, EHOSTUNREACH, ENOBUFS, EPERM.
Result<void> ip6_xmit(SkbPtr skb, const Route6& route, const Ip6Send& send);
// The second half of that: a packet whose header is complete (network_header set).
Result<void> ip6_local_out(SkbPtr skb, const Route6& route);

// The partial sum of the pseudo-header (section 8.1).
inline u32 ipv6_pseudo_checksum(const in6_addr& source, const in6_addr& destination, u8 protocol,
                                u32 length) {
    const be32 rest[2] = {be32(length), be32(protocol)};
    u32 sum = checksum_partial(&source, sizeof source, 0);
    sum = checksum_partial(&destination, sizeof destination, sum);
    return checksum_partial(rest, sizeof rest, sum);
}

// Linux's struct sockaddr_in6.
struct sockaddr_in6 {
    u16 sin6_family = 0; // host order
    be16 sin6_port{u16{0}};
    be32 sin6_flowinfo{u32{0}};
    in6_addr sin6_addr;
    u32 sin6_scope_id = 0;
};
static_assert(sizeof(sockaddr_in6) == 28);
