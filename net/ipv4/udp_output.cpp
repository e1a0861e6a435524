// UDP's way down: one datagram from a message, or from several put together (UDP_CORK, MSG_MORE).
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/datagram.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/udp.h"

namespace {

constexpr usize max_payload = 0xffff - sizeof(iphdr) - sizeof(udphdr);

bool needs_sum(const inet_sock& sk, const DatagramTarget& target) {
    return !(target.route.dev->features & netif_f_loopback) && !sk.no_check;
}

Result<void> send_datagram(UdpPayload payload, inet_sock& sk, const DatagramTarget& target) {
    sk_buff& skb = *payload.skb;
    const IpSend send = TRY(ip_send_of(sk, target.cookie, target.route, target.destination,
                                       IPPROTO_UDP, skb.len() + sizeof(udphdr)));
    udp_put_header(skb, sk, target.port);
    if (!sk.no_check)
        udp_set_checksum(
            skb,
            ip_pseudo_checksum(target.route.source, target.destination, IPPROTO_UDP, skb.len()),
            payload.sum);
    skb_set_owner_w(skb, sk);
    skb.priority = sk.priority;
    skb.mark = target.cookie.mark;
    udp_mib.OutDatagrams++;
    auto sent = ip_queue_xmit(std::move(payload.skb), target.route, send);
    if (sent.ok()) return {};
    // A frame lost here is like one lost on the wire, unless the program wants to know.
    if (sent.error().code == ENOBUFS && !sk.receive_errors) return {};
    return sent;
}

Result<void> push_pending(udp_sock& sk) {
    if (!sk.pending) return {};
    const DatagramTarget& target = sk.pending_target;
    return send_datagram(udp_take_pending(sk, needs_sum(sk, target)), sk, target);
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

void udp_put_header(sk_buff& skb, const inet_sock& sk, be16 port) {
    auto& header = *reinterpret_cast<udphdr*>(skb.push(sizeof(udphdr)));
    skb.set_transport_header();
    header = {sk.local_port, port, be16(static_cast<u16>(skb.len())), 0};
}

void udp_set_checksum(sk_buff& skb, u32 pseudo, std::optional<u32> payload_sum) {
    auto& header = *reinterpret_cast<udphdr*>(skb.data);
    if (!payload_sum) { // left open
        header.check = static_cast<u16>(~checksum_fold(pseudo));
        skb.ip_summed = Checksum::partial;
        skb.csum_start = static_cast<u16>(skb.headroom());
        skb.csum_offset = offsetof(udphdr, check);
        return;
    }
    const u32 sum = checksum_add(checksum_partial(&header, sizeof header, 0), *payload_sum);
    const u16 check = checksum_fold(checksum_add(sum, pseudo));
    header.check = check ? check : 0xffff;
}

Result<UdpPayload> udp_take_message(msghdr& message, usize size, bool summed) {
    UdpPayload payload;
    payload.skb = SkbPtr(alloc_skb(static_cast<u32>(size)));
    if (!payload.skb) return Errno{ENOBUFS};
    u8* at = payload.skb->put(static_cast<u32>(size));
    usize copied;
    if (summed)
        copied = message.iter.copy_from_checksum(at, size, payload.sum.emplace(0));
    else
        copied = message.iter.copy_from(at, size);
    if (copied < size) return Errno{EFAULT};
    return payload;
}

UdpPayload udp_take_pending(udp_sock& sk, bool summed) {
    UdpPayload payload;
    payload.skb = std::move(sk.pending);
    if (summed) payload.sum = checksum_partial(payload.skb->data, payload.skb->len(), 0);
    return payload;
}

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

// An address that is one of ours to judge, and has no port.
bool names_port_zero(const msghdr& message) {
    if (!message.name || message.namelen < sizeof(sockaddr_in)) return false;
    sockaddr_in address;
    memcpy(&address, message.name->bytes, sizeof address);
    const bool known = address.sin_family == AF_INET || address.sin_family == AF_UNSPEC;
    return known && address.sin_port == be16(0);
}

} // namespace

Result<usize> udp_sendmsg(sock& generic, msghdr& message, usize size) {
    TRACE_STATION(udp, "sk", generic, "size", size);
    auto& sk = static_cast<udp_sock&>(generic);
    if (size > 0xffff) return Errno{EMSGSIZE};
    if (message.flags & MSG_OOB) return Errno{EOPNOTSUPP};
    if (sk.pending) return udp_append_pending(sk, message, size);
    if (names_port_zero(message)) return Errno{EINVAL};
    const DatagramTarget target = TRY(datagram_target(sk, message));
    if (message.flags & MSG_PROBE) return size; // the way was all that it was about
    TRY(datagram_wait_for_space(sk, message.flags & MSG_DONTWAIT));
    if (size > max_payload) {
        ip_local_error(sk, EMSGSIZE, target.destination, target.route.mtu);
        return Errno{EMSGSIZE};
    }
    if (sk.corked || (message.flags & MSG_MORE)) [[unlikely]] {
        sk.push = push_pending;
        sk.pending_target = target;
        return udp_append_pending(sk, message, size);
    }
    TRY(send_datagram(TRY(udp_take_message(message, size, needs_sum(sk, target))), sk, target));
    return size;
}
