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
extern UdpMib udp_mib, udp6_mib;
inline UdpMib& udp_mib_of(const sk_buff& skb) {
    return skb.protocol == be16(ETH_P_IPV6) ? udp6_mib : udp_mib;
}

struct udp_sock : inet_sock {
    bool corked = false; // UDP_CORK
    // A datagram that is being put together with UDP_CORK or MSG_MORE: data at the payload; and how
    // it goes out, by the family of its destination.
    SkbPtr pending;
    Result<void> (*push)(udp_sock& sk) = nullptr;
    Route pending_route{};
    be32 pending_destination{};
    be16 pending_port{};

    using inet_sock::inet_sock;
};

// Sends what is pending. Errors: as sendmsg.
Result<void> udp_push_pending(udp_sock& sk);
// Puts more behind it, and sends it unless more is to come. Errors: EMSGSIZE, ENOBUFS, EFAULT.
Result<usize> udp_append_pending(udp_sock& sk, msghdr& message, usize size);

// --- what both families' UDP share ---
// Who is asked for: the packet's two ends, seen from us.
struct UdpEnds {
    in6_addr local, remote;
    be16 local_port, remote_port;
    int ifindex;
};
// The socket that fits best; null: none.
inet_sock* udp_lookup(const UdpEnds& ends);
// The header is whole, and the data is cut to its length. False: counted as an error.
bool udp_check_header(sk_buff& skb);
void udp_queue_rcv(inet_sock& sk, SkbPtr skb);
// Everybody who `wants` it gets a copy.
void udp_deliver_to_all(SkbPtr skb, const UdpEnds& ends,
                        bool (*wants)(const inet_sock& sk, const UdpEnds& ends));
void udp_sock_made();
void udp_close(sock& sk);
SysResult udp_ioctl(sock& sk, u32 command, uptr argument);
Result<void> udp_setsockopt(sock& sk, int level, int name, std::span<const u8> value);
Result<u32> udp_getsockopt(sock& sk, int level, int name, std::span<u8> value);
Result<usize> udp_sendmsg(sock& sk, msghdr& message, usize size);
// /proc/net/udp; the count for /proc/net/sockstat.
void udp4_seq_show(TextBuffer& out);
u32 udp_sockets();
