// UDP over IPv6 (RFC 768; RFC 8200, section 8.1: the checksum isn't optional). The table of sockets
// is IPv4's (net/ipv4/udp.cpp).
#include "net/ipv6/udp6.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv4/udp.h"
#include "net/ipv6/datagram6.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/mcast.h"

namespace {

constexpr usize max_payload = 0xffff - sizeof(udphdr);

struct udp6_sock : Inet6Sock<udp_sock> {
    Datagram6Target pending_target6;

    using Inet6Sock<udp_sock>::Inet6Sock;
};

bool checksum_good(const sk_buff& skb) {
    const auto& header = *reinterpret_cast<const udphdr*>(skb.data);
    if (header.check == 0 && skb.ip_summed == Checksum::none) return false;
    return ipv6_checksum_good(skb, IPPROTO_UDP);
}

bool wants(const inet_sock& sk, const UdpEnds& ends) {
    return sk.inet6 && inet6_mc_check(sk, ends.local, ends.ifindex);
}

void udpv6_rcv(SkbPtr skb) {
    TRACE_STATION(udp, "skb", skb, "length", skb->len());
    if (!udp_check_header(*skb)) return;
    if (!checksum_good(*skb)) {
        udp6_mib.InCsumErrors++;
        udp6_mib.InErrors++;
        return;
    }
    const auto& header = *reinterpret_cast<const udphdr*>(skb->data);
    const ipv6hdr& ip = ipv6_hdr(*skb);
    const UdpEnds ends{ip.destination, ip.source, header.destination, header.source,
                       skb->dev->ifindex};
    if (ip.destination.is_multicast()) return udp_deliver_to_all(std::move(skb), ends, wants);
    if (inet_sock* sk = udp_lookup(ends)) return udp_queue_rcv(*sk, std::move(skb));
    udp6_mib.NoPorts++;
    icmpv6_send(*skb, ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH, 0);
}

void udpv6_err(sk_buff& skb, u8 type, u8 code, u32 info) {
    const ipv6hdr& quoted = ipv6_hdr(skb);
    const auto& header = *reinterpret_cast<const udphdr*>(skb.data);
    const UdpEnds ends{quoted.source, quoted.destination, header.source, header.destination,
                       skb.dev->ifindex};
    if (inet_sock* sk = udp_lookup(ends); sk && sk->inet6)
        ipv6_datagram_error(*sk, skb,
                            {type, code, info, header.destination, skb.data + sizeof header});
}

const net_protocol udpv6_protocol{.handler = udpv6_rcv, .error = udpv6_err};

bool needs_sum(const Datagram6Target& target) {
    return !(target.route.dev->features & netif_f_loopback);
}

Result<void> send_datagram(UdpPayload payload, inet_sock& sk, const Datagram6Target& target) {
    sk_buff& skb = *payload.skb;
    const Ip6Send send = TRY(ip6_send_of(sk, target.cookie, target.route, target.destination,
                                         IPPROTO_UDP, skb.len() + u32{sizeof(udphdr)}));
    udp_put_header(skb, sk, target.port);
    udp_set_checksum(
        skb, ipv6_pseudo_checksum(target.route.source, target.destination, IPPROTO_UDP, skb.len()),
        payload.sum);
    skb_set_owner_w(skb, sk);
    skb.priority = sk.priority;
    skb.mark = target.cookie.mark;
    udp6_mib.OutDatagrams++;
    auto sent = ip6_xmit(std::move(payload.skb), target.route, send);
    if (sent.ok()) return {};
    // A frame lost here is like one lost on the wire, unless the program wants to know.
    if (sent.error().code == ENOBUFS && !sk.inet6->receive_errors) return {};
    return sent;
}

Result<void> push_pending(udp_sock& generic) {
    auto& sk = static_cast<udp6_sock&>(generic);
    if (!sk.pending) return {};
    const Datagram6Target& target = sk.pending_target6;
    return send_datagram(udp_take_pending(sk, needs_sum(target)), sk, target);
}

Result<usize> udpv6_sendmsg(sock& generic, msghdr& message, usize size) {
    TRACE_STATION(udp, "sk", generic, "size", size);
    auto& sk = static_cast<udp6_sock&>(generic);
    if (size > 0x7fff'ffff - sizeof(udphdr)) return Errno{EMSGSIZE};
    if (sk.pending) return udp_append_pending(sk, message, size);
    const Datagram6Target target = TRY(datagram6_target(sk, message));
    if (target.v4) return datagram6_send_v4(sk, message, size, udp_sendmsg);
    if (target.port == be16(0)) return Errno{EINVAL};
    if (message.flags & MSG_PROBE) return size; // the way was all that it was about
    TRY(datagram_wait_for_space(sk, message.flags & MSG_DONTWAIT));
    if (size > max_payload) {
        ipv6_local_error(sk, EMSGSIZE, target.destination, target.route.mtu);
        return Errno{EMSGSIZE};
    }
    if (sk.corked || (message.flags & MSG_MORE)) {
        sk.push = push_pending;
        sk.pending_target6 = target;
        return udp_append_pending(sk, message, size);
    }
    TRY(send_datagram(TRY(udp_take_message(message, size, needs_sum(target))), sk, target));
    return size;
}

Result<usize> udpv6_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags) {
    TRACE_STATION(udp, "sk", sk, "size", size);
    return datagram_receive(datagrams_of_v6, static_cast<inet_sock&>(sk), message, size, nonblock,
                            flags, sizeof(udphdr));
}

proto udpv6_prot = {
    .name = "UDPv6",
    .init = nullptr,
    .close = udp_close,
    .connect = ip6_datagram_connect,
    .disconnect = ip4_datagram_disconnect,
    .listen = nullptr,
    .accept = nullptr,
    .ioctl = datagram_ioctl<sizeof(udphdr)>,
    .shutdown = nullptr,
    .setsockopt = udp_setsockopt,
    .getsockopt = udp_getsockopt,
    .sendmsg = udpv6_sendmsg,
    .recvmsg = udpv6_recvmsg,
    .get_port = inet_bind_port,
    .poll = datagram_poll,
};

Result<Ref<sock>> make_udp(int protocol) {
    Ref<udp6_sock> sk = TRY(make_ref<udp6_sock>(udpv6_prot, SOCK_DGRAM, protocol));
    udp_sock_made();
    return Ref<sock>(std::move(sk));
}

inet_protosw udp_switch{.node = {},
                        .type = SOCK_DGRAM,
                        .protocol = IPPROTO_UDP,
                        .prot = &udpv6_prot,
                        .make = make_udp,
                        .ops = &inet6_dgram_ops,
                        .privileged = false};

} // namespace

void udpv6_init() {
    static_cast<void>(inet6_add_protocol(udpv6_protocol, IPPROTO_UDP));
    inet6_register_protosw(udp_switch);
}

void udp6_seq_show(TextBuffer& out) {
    out.print("%s", ip6_seq_header);
    for (u32 bucket = 0; bucket < 512; bucket++)
        for (inet_sock& sk : inet_port_bucket(static_cast<u16>(bucket)))
            if (sk.protocol == IPPROTO_UDP && sk.family == AF_INET6)
                ip6_dgram_show(out, sk, bucket, sk.bound_port, sk.remote_port.host());
}
