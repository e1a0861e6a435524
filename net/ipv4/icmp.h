// ICMP (RFC 792): the header, and the counters of /proc/net/snmp.
#pragma once

#include "net/ipv4/ip.h"

struct icmphdr {
    u8 type, code;
    u16 check; // in memory order
    union {
        struct {
            be16 id, sequence;
        } echo;
        be32 info;
    };
};
static_assert(sizeof(icmphdr) == 8);

struct IcmpMib {
    u64 InMsgs, InErrors, InCsumErrors, InDestUnreachs, InTimeExcds, InParmProbs, InEchos,
        InEchoReps, InTimestamps, OutMsgs, OutErrors, OutRateLimited, OutDestUnreachs, OutTimeExcds,
        OutParmProbs, OutEchoReps, OutTimestampReps;
};
extern IcmpMib icmp_mib;

// Ping sockets' look at an echo reply (data at the ICMP header) and at an error about an echo.
extern void (*ping_rcv)(const sk_buff& skb);
extern void (*ping_error)(sk_buff& skb, u8 type, u8 code, u32 info);
