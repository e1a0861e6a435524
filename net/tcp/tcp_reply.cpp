// Segments that are sent without a full socket behind them: resets, SYN-ACKs of half-open
// connections, ACKs of TIME_WAIT.
#include "kernel/base/math.h"
#include "net/ipv6/ip6.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_ipv6.h"
#include "net/tcp/tcp_output.h"

void tcp_put_header(sk_buff& skb, const TcpTuple& tuple, SeqNumber sequence,
                    SeqNumber acknowledgment, u8 flags, u16 window, u16 urgent,
                    const TcpOptions& options) {
    u8 bytes[tcp_max_options];
    const u32 length = sizeof(tcphdr) + tcp_build_options(bytes, options);
    auto& header = *reinterpret_cast<tcphdr*>(skb.push(length));
    memcpy(&header + 1, bytes, length - sizeof(tcphdr));
    header.source = tuple.local_port;
    header.destination = tuple.remote_port;
    header.sequence = be32(sequence.raw());
    header.acknowledgment = be32(acknowledgment.raw());
    header.data_offset = static_cast<u8>(length / 4 << 4);
    header.flags = flags;
    header.window = be16(window);
    header.urgent = be16(urgent);
    skb.set_transport_header();
    // The device or dev_queue_xmit completes it from the pseudo-header's sum on.
    header.check = static_cast<u16>(~checksum_fold(tcp_pseudo_checksum(tuple, skb.len())));
    skb.ip_summed = Checksum::partial;
    skb.csum_start = skb.transport_header;
    skb.csum_offset = tcp_checksum_offset;
}

u32 tcp_pseudo_checksum(const TcpTuple& tuple, u32 length) {
    if (tuple.is_v4()) [[likely]]
        return ip_pseudo_checksum(tuple.local_address.words[3], tuple.remote_address.words[3],
                                  IPPROTO_TCP, length);
    return ipv6_pseudo_checksum(tuple.local_address, tuple.remote_address, IPPROTO_TCP, length);
}

TcpTuple tcp_tuple_of(const sk_buff& skb) {
    const auto& header = *reinterpret_cast<const tcphdr*>(skb.transport());
    if (skb.protocol == be16(ETH_P_IPV6)) {
        const ipv6hdr& ip = ipv6_hdr(skb);
        return {ip.destination, ip.source, header.destination, header.source};
    }
    const iphdr& ip = ip_hdr(skb);
    return {ip.destination, ip.source, header.destination, header.source};
}

int tcp_device_for(const sk_buff& skb, const TcpTuple& tuple, int bound) {
    return tuple.remote_address.is_linklocal() && skb.dev ? skb.dev->ifindex : bound;
}

u32 tcp_path_mss(const TcpTuple& tuple, int device) {
    u32 mtu, headers = sizeof(tcphdr);
    if (tuple.is_v4()) {
        auto route = ip_route_output(tuple.remote_address.v4(), tuple.local_address.v4(), device);
        if (!route.ok()) return 0;
        mtu = route->mtu;
        headers += sizeof(iphdr);
    } else {
        auto route = ip6_route_output(tuple.remote_address, tuple.local_address, device);
        if (!route.ok()) return 0;
        mtu = route->mtu;
        headers += sizeof(ipv6hdr);
    }
    mtu = min(mtu, 65535u);
    return max(mtu > headers ? mtu - headers : 0, tcp_min_mss);
}

Result<void> tcp_send_reply(const TcpReply& reply) {
    SkbPtr skb(alloc_skb(0));
    if (!skb) return Errno{ENOBUFS};
    tcp_put_header(*skb, reply.tuple, reply.sequence, reply.acknowledgment, reply.flags,
                   reply.window, 0, reply.options);
    if (!reply.tuple.is_v4()) return tcp_v6_send_reply(reply, std::move(skb));
    const be32 source = reply.tuple.local_address.v4();
    const be32 destination = reply.tuple.remote_address.v4();
    const Route route = TRY(ip_route_output(destination, source, reply.device));
    tcp_mib.OutSegs++;
    const IpSend send{.source = source,
                      .destination = destination,
                      .protocol = IPPROTO_TCP,
                      .tos = reply.tos,
                      .ttl = reply.ttl,
                      .dont_fragment = true};
    return ip_queue_xmit(std::move(skb), route, send);
}

TcpReply tcp_reset_of(const sk_buff& skb) {
    const TcpCb& cb = tcp_cb(skb);
    TcpReply reply;
    reply.tuple = tcp_tuple_of(skb);
    reply.device = tcp_device_for(skb, reply.tuple, 0);
    if (cb.flags & th_rst) return reply; // no flags: not to be sent
    reply.flags = th_rst;
    if (cb.flags & th_ack) {
        reply.sequence = cb.acknowledgment;
    } else {
        reply.flags |= th_ack;
        reply.acknowledgment = cb.end_sequence;
    }
    return reply;
}

void tcp_send_reset(const TcpReply& reset) {
    if (!reset.flags) return;
    const in6_addr& local = reset.tuple.local_address;
    const bool ours = reset.tuple.is_v4() ? inet_addr_type(local.v4()) == rtn_local
                                          : ipv6_addr_type(local) == rtn_local;
    if (!ours) return;
    tcp_mib.OutRsts++;
    (void)tcp_send_reply(reset);
}
