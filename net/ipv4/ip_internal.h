// What the files of IPv4 share among themselves.
#pragma once

#include "net/ipv4/devinet.h"
#include "net/ipv4/ip.h"

// What /proc/net/snmp counts, under the names there.
struct IpMib {
    u64 InReceives, InHdrErrors, InAddrErrors, ForwDatagrams, InUnknownProtos, InDiscards,
        InDelivers, OutRequests, OutDiscards, OutNoRoutes, ReasmTimeout, ReasmReqds, ReasmOKs,
        ReasmFails, FragOKs, FragFails, FragCreates;
};
extern IpMib ip_mib;

// Knobs of /proc/sys/net/ipv4.
struct IpKnobs {
    u32 ip_forward = 0;
    u32 send_redirects = 1;
    u32 ip_default_ttl = 64;
    u32 icmp_echo_ignore_all = 0;
    u32 icmp_echo_ignore_broadcasts = 1;
    u32 ping_group_low = 1, ping_group_high = 0; // nobody
    u32 port_range_low = 32768, port_range_high = 60999;
};
extern IpKnobs ip_knobs;

// A received packet's record while IPv4 has it.
struct IpControl {
    u8 options_length; // bytes of options in the header
    bool source_routed;
    u8 address_type; // rtn_* of the destination
    u16 outer_header =
        0; // an ICMP error's own IP header (offset from head), once its quote is open
    u16 largest_fragment = 0; // bytes, with its header; 0: the packet came in one piece
};

void ip_input_init();
// A whole datagram that is for us, from ip_rcv or from reassembly.
void ip_local_deliver(SkbPtr skb);
void ip_forward(SkbPtr skb);
// A fragment, kept; the whole datagram when this was the last one missing.
SkbPtr ip_defrag(SkbPtr skb);
// Bytes of memory that incomplete datagrams hold; how many there are.
u32 ip_fragment_memory();
u32 ip_fragment_queues();

// Routing has been done: POST_ROUTING, fragments, link. `skb` stands at its IP header.
Result<void> ip_output(SkbPtr skb, const Route& route);
// Cuts a packet for `mtu` and hands on each piece. Errors: EMSGSIZE (DF is set), ENOBUFS.
Result<void> ip_fragment(SkbPtr skb, const Route& route,
                         Result<void> (*output)(SkbPtr, const Route&));
u16 ip_select_id(be32 source, be32 destination, u16 count);
// Sets the header checksum.
void ip_send_check(iphdr& header);

// Checks the options of a received header (RFC 791, section 3.1). False when malformed: then
// `bad_byte` is the offset for ICMP's pointer.
bool ip_options_check(std::span<const u8> options, u8& bad_byte, bool& source_routed);
// Checks what a program wants to send: no source routes, and what we don't know from root alone.
// Errors: EINVAL, EPERM.
Result<void> ip_options_check_outgoing(std::span<const u8> options);
// Up to the option that ends them: what is behind it doesn't count.
usize ip_options_length(std::span<const u8> options);
// Writes our address and the time into record-route and timestamp options of a packet that we
// receive or forward. `options` is writable.
void ip_options_fill(std::span<u8> options, be32 address);
// The options that a fragment but the first carries: those with the copied flag. Returns the new
// length, a multiple of 4.
u8 ip_options_for_fragment(std::span<u8> options);

// Raw sockets' look at every packet for us, before its protocol. True when one took a copy.
extern bool (*raw_local_deliver)(const sk_buff& skb, u8 protocol);
extern void (*raw_icmp_error)(sk_buff& skb, u8 type, u8 code, u32 info);
const net_protocol* inet_protocol(u8 number);

void icmp_init();
void udp_init();
void raw_init();
void ping_init();
void igmp_init();
