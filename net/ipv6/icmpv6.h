// ICMPv6 (RFC 4443): the header, errors that we send and what they mean, the counters.
#pragma once

#include "net/ipv6/ip6.h"

struct icmp6hdr {
    u8 type, code;
    u16 check; // in memory order
    union {
        struct {
            be16 id, sequence;
        } echo;
        be32 info;
    };
};
static_assert(sizeof(icmp6hdr) == 8);

// What /proc/net/snmp6 counts, under the names there.
struct Icmp6Mib {
    u64 InMsgs, InErrors, OutMsgs, InCsumErrors, InDestUnreachs, InPktTooBigs, InTimeExcds,
        InParmProblems, InEchos, InEchoReplies, InRouterAdvertisements, InNeighborSolicits,
        InNeighborAdvertisements, InRedirects, OutEchoReplies, OutRateLimited;
};
extern Icmp6Mib icmp6_mib;

// An error in answer to `skb` (network_header valid), limited in rate (section 2.4, f).
void icmpv6_send(const sk_buff& skb, u8 type, u8 code, u32 info);
// The errno that an error means for the socket, and whether it is fatal (Linux:
// icmpv6_err_convert).
IcmpError icmpv6_error_of(u8 type, u8 code);
// Sends a message that stands ready (data at the ICMPv6 header): the checksum, and off.
void icmpv6_push(SkbPtr message, const Route6& route, const Ip6Send& send);

// Ping sockets' look at an echo reply (data at the header) and at an error about an echo.
extern void (*pingv6_rcv)(const sk_buff& skb);
extern void (*pingv6_error)(sk_buff& skb, u8 type, u8 code, u32 info);

void icmpv6_init();
