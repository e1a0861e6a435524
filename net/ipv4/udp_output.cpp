// UDP's way down: one datagram from a message, or from several put together (UDP_CORK, MSG_MORE).
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/datagram.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/udp.h"

namespace {

constexpr usize max_payload = 0xffff - sizeof(iphdr) - sizeof(udphdr);

struct Destination {
    be32 address;
    be16 port;
};

// Fills in the header in front of the payload. `sum`: of the payload when `summed`; else the
// checksum is left open (to ourselves, nobody looks).
void put_header(sk_buff& skb, const inet_sock& sk, const Destination& to, be32 source, bool summed,
                u32 sum) {
    auto& header = *reinterpret_cast<udphdr*>(skb.push(sizeof(udphdr)));
    skb.set_transport_header();
    header = {sk.local_port, to.port, be16(static_cast<u16>(skb.len())), 0};
    if (sk.no_check) return;
    const u32 pseudo = ip_pseudo_checksum(source, to.address, IPPROTO_UDP, skb.len());
    if (!summed) {
        header.check = static_cast<u16>(~checksum_fold(pseudo));
        skb.ip_summed = Checksum::partial;
        skb.csum_start = static_cast<u16>(skb.headroom());
        skb.csum_offset = offsetof(udphdr, check);
        return;
    }
    sum = checksum_add(checksum_add(checksum_partial(&header, sizeof header, 0), sum), pseudo);
    const u16 check = checksum_fold(sum);
    header.check = check ? check : 0xffff;
}

Result<void> send_datagram(SkbPtr skb, inet_sock& sk, const DatagramTarget& target, bool summed,
                           u32 sum) {
    const IpSend send = TRY(ip_send_of(sk, target.cookie, target.route, target.destination,
                                       IPPROTO_UDP, skb->len() + sizeof(udphdr)));
    put_header(*skb, sk, {target.destination, target.port}, target.route.source, summed, sum);
    skb_set_owner_w(*skb, sk);
    skb->priority = sk.priority;
    skb->mark = sk.mark;
    udp_mib.OutDatagrams++;
    auto sent = ip_queue_xmit(std::move(skb), target.route, send);
    if (sent.ok()) return {};
    // A frame lost here is like one lost on the wire, unless the program wants to know.
    if (sent.error().code == ENOBUFS && !sk.receive_errors) return {};
    return sent;
}

// Makes room for `more` bytes behind what is pending.
Result<void> grow_pending(udp_sock& sk, u32 more) {
    if (sk.pending && sk.pending->tailroom() >= more) return {};
    const u32 used = sk.pending ? sk.pending->len() : 0;
    SkbPtr larger(alloc_skb(min(static_cast<u32>(max_payload), max(used + more, used * 2))));
    if (!larger) return Errno{ENOBUFS};
    if (used) memcpy(larger->put(used), sk.pending->data, used);
    sk.pending = std::move(larger);
    return {};
}

} // namespace

Result<usize> udp_append_pending(udp_sock& sk, msghdr& message, usize size) {
    const usize used = sk.pending ? sk.pending->len() : 0;
    if (used + size > max_payload) return Errno{EMSGSIZE};
    TRY(grow_pending(sk, static_cast<u32>(size)));
    u8* at = sk.pending->put(static_cast<u32>(size));
    if (message.iter.copy_from(at, size) < size) {
        sk.pending->trim(static_cast<u32>(used));
        if (used == 0) sk.pending.reset();
        return Errno{EFAULT};
    }
    if (!sk.corked && !(message.flags & MSG_MORE)) TRY(sk.push(sk));
    return size;
}

namespace {

Result<usize> send_now(udp_sock& sk, msghdr& message, usize size, const DatagramTarget& target) {
    SkbPtr skb(alloc_skb(static_cast<u32>(size)));
    if (!skb) return Errno{ENOBUFS};
    const bool summed = !(target.route.dev->features & netif_f_loopback) && !sk.no_check;
    u8* at = skb->put(static_cast<u32>(size));
    u32 sum = 0;
    const usize copied =
        summed ? message.iter.copy_from_checksum(at, size, sum) : message.iter.copy_from(at, size);
    if (copied < size) return Errno{EFAULT};
    TRY(send_datagram(std::move(skb), sk, target, summed, sum));
    return size;
}

// An address that is one of ours to judge, and has no port.
bool names_port_zero(const msghdr& message) {
    if (!message.name || message.namelen < sizeof(sockaddr_in)) return false;
    sockaddr_in address;
    memcpy(&address, message.name->bytes, sizeof address);
    const bool known = address.sin_family == AF_INET || address.sin_family == AF_UNSPEC;
    return known && address.sin_port == be16(0);
}

} // namespace

Result<void> udp_push_pending(udp_sock& sk) {
    SkbPtr skb = std::move(sk.pending);
    if (!skb) return {};
    DatagramTarget target;
    target.destination = sk.pending_destination;
    target.port = sk.pending_port;
    target.route = sk.pending_route;
    const bool summed = !(target.route.dev->features & netif_f_loopback);
    const u32 sum = summed ? checksum_partial(skb->data, skb->len(), 0) : 0;
    return send_datagram(std::move(skb), sk, target, summed, sum);
}

Result<usize> udp_sendmsg(sock& generic, msghdr& message, usize size) {
    TRACE_STATION(udp, "sk", generic, "size", size);
    auto& sk = static_cast<udp_sock&>(generic);
    if (size > 0xffff) return Errno{EMSGSIZE};
    if (message.flags & MSG_OOB) return Errno{EOPNOTSUPP};
    if (sk.pending) return udp_append_pending(sk, message, size);
    if (names_port_zero(message)) return Errno{EINVAL};
    const DatagramTarget target = TRY(datagram_target(sk, message));
    TRY(datagram_wait_for_space(sk, message.flags & MSG_DONTWAIT));
    if (size > max_payload) {
        ip_local_error(sk, EMSGSIZE, target.destination, target.route.mtu);
        return Errno{EMSGSIZE};
    }
    if (!sk.corked && !(message.flags & MSG_MORE)) [[likely]]
        return send_now(sk, message, size, target);
    sk.push = udp_push_pending;
    sk.pending_destination = target.destination;
    sk.pending_port = target.port;
    sk.pending_route = target.route;
    return udp_append_pending(sk, message, size);
}
