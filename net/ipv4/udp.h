// UDP (RFC 768).
#pragma once

#include "net/ipv4/datagram.h"
#include <optional>

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
    DatagramTarget pending_target;

    using inet_sock::inet_sock;
};

// --- what both families' UDP share ---
// A datagram's payload on its way out, and its sum; none where nobody looks at a checksum.
struct UdpPayload {
    SkbPtr skb;
    std::optional<u32> sum;
};
// Both in one pass over the program's bytes. Errors: ENOBUFS, EFAULT.
Result<UdpPayload> udp_take_message(msghdr& message, usize size, bool summed);
// Puts more behind what is pending, and sends it unless more is to come. Errors: EMSGSIZE, ENOBUFS,
// EFAULT, those of sending.
Result<usize> udp_append_pending(udp_sock& sk, msghdr& message, usize size);
UdpPayload udp_take_pending(udp_sock& sk, bool summed);
// The header in front of the payload, without a checksum; and that. `pseudo`: the sum of the
// pseudo-header.
void udp_put_header(sk_buff& skb, const inet_sock& sk, be16 port);
void udp_set_checksum(sk_buff& skb, u32 pseudo, std::optional<u32> payload_sum);

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
Result<void> udp_setsockopt(sock& sk, int level, int name, std::span<const u8> value);
Result<u32> udp_getsockopt(sock& sk, int level, int name, std::span<u8> value);
Result<usize> udp_sendmsg(sock& sk, msghdr& message, usize size);
// /proc/net/udp; the count for /proc/net/sockstat.
void udp4_seq_show(TextBuffer& out);
u32 udp_sockets();
