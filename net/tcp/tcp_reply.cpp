// Segments that are sent without a full socket behind them: resets, SYN-ACKs of half-open
// connections, ACKs of TIME_WAIT.
#include "net/tcp/tcp.h"
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
    header.check = static_cast<u16>(~checksum_fold(
        ip_pseudo_checksum(tuple.local_address, tuple.remote_address, IPPROTO_TCP, skb.len())));
    skb.ip_summed = Checksum::partial;
    skb.csum_start = skb.transport_header;
    skb.csum_offset = tcp_checksum_offset;
}

Result<void> tcp_send_reply(const TcpReply& reply) {
    const Route route =
        TRY(ip_route_output(reply.tuple.remote_address, reply.tuple.local_address, reply.device));
    SkbPtr skb(alloc_skb(0));
    if (!skb) return Errno{ENOBUFS};
    tcp_put_header(*skb, reply.tuple, reply.sequence, reply.acknowledgment, reply.flags,
                   reply.window, 0, reply.options);
    tcp_mib.OutSegs++;
    const IpSend send{.source = reply.tuple.local_address,
                      .destination = reply.tuple.remote_address,
                      .protocol = IPPROTO_TCP,
                      .tos = reply.tos,
                      .ttl = reply.ttl,
                      .dont_fragment = true};
    return ip_queue_xmit(std::move(skb), route, send);
}

TcpReply tcp_reset_of(const sk_buff& skb) {
    const TcpCb& cb = tcp_cb(skb);
    const iphdr& ip = ip_hdr(skb);
    const auto& header = *reinterpret_cast<const tcphdr*>(skb.transport());
    TcpReply reply;
    reply.tuple = {ip.destination, ip.source, header.destination, header.source};
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

void tcp_v4_send_reset(const TcpReply& reset) {
    if (!reset.flags || inet_addr_type(reset.tuple.local_address) != rtn_local) return;
    tcp_mib.OutRsts++;
    (void)tcp_send_reply(reset);
}
