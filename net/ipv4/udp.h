// UDP (RFC 768).
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/ipv4/inet.h"

struct udphdr {
    be16 source, destination, length;
    u16 check; // in memory order; 0: none
};
static_assert(sizeof(udphdr) == 8);

struct UdpMib {
    u64 InDatagrams, NoPorts, InErrors, OutDatagrams, RcvbufErrors, SndbufErrors, InCsumErrors;
};
extern UdpMib udp_mib;

struct udp_sock : inet_sock {
    bool corked = false; // UDP_CORK
    // A datagram that is being put together with UDP_CORK or MSG_MORE: data at the payload.
    SkbPtr pending;
    Route pending_route{};
    be32 pending_destination{};
    be16 pending_port{};

    using inet_sock::inet_sock;
};

// Sends what is pending. Errors: as sendmsg.
Result<void> udp_push_pending(udp_sock& sk);
Result<usize> udp_sendmsg(sock& sk, msghdr& message, usize size);
// /proc/net/udp; the count for /proc/net/sockstat.
void udp4_seq_show(TextBuffer& out);
u32 udp_sockets();
