// Where a segment comes in from IP: is it whole, and whose is it?
#include "kernel/base/math.h"
#include "net/filter.h"
#include "net/security.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_close.h"
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_listen.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_timewait.h"

namespace {

bool checksum_good(const sk_buff& skb, const TcpTuple& tuple) {
    if (skb.ip_summed == Checksum::unnecessary) return true;
    const u32 pseudo = tcp_pseudo_checksum(tuple, skb.len());
    return checksum_fold(checksum_partial(skb.data, skb.len(), pseudo)) == 0;
}

u32 sequence_length(const sk_buff& skb, const TcpCb& cb) {
    return (skb.len() - cb.header_length) + (cb.flags & th_syn ? 1 : 0) +
           (cb.flags & th_fin ? 1 : 0);
}

void note_header(const sk_buff& skb, const tcphdr& header) {
    TcpCb& cb = tcp_cb(skb);
    cb.sequence = SeqNumber(header.sequence.host());
    cb.header_length = static_cast<u8>(header.header_length());
    cb.flags = header.flags;
    cb.end_sequence = cb.sequence + sequence_length(skb, cb);
    cb.acknowledgment = SeqNumber(header.acknowledgment.host());
    cb.window = header.window.host();
    cb.urgent = header.urgent.host();
    cb.sacked = cb.lost = cb.retransmitted = cb.ever_retransmitted = false;
    cb.sent_at = 0;
}

// The security policy's word; then the socket's filter, which may cut the payload.
bool wanted(tcp_sock& sk, sk_buff& skb) {
    if (!security_sock_rcv_skb(sk, skb).ok()) return false;
    if (!sk.filter) [[likely]]
        return true;
    TcpCb& cb = tcp_cb(skb);
    if (!sk_filter(sk, skb, cb.header_length)) {
        sk.drops++;
        return false;
    }
    cb.end_sequence = cb.sequence + sequence_length(skb, cb);
    return true;
}

// The rest of the way when no connection has it.
void to_listener(const TcpTuple& tuple, SkbPtr skb, SeqNumber isn) {
    tcp_sock* listener = tcp_listen_lookup(tuple, skb->dev ? skb->dev->ifindex : 0);
    const TcpReply reset = tcp_reset_of(*skb);
    if (!listener) return tcp_send_reset(reset);
    Ref<tcp_sock> held(*listener);
    if (!wanted(*listener, *skb)) return;
    if (tcp_listen_rcv(*listener, std::move(skb), isn)) tcp_send_reset(reset);
}

void to_request(tcp_request_sock& request, SkbPtr skb) {
    Ref<tcp_sock> held(request.listener);
    if (!wanted(*held, *skb)) return;
    const TcpReply reset = tcp_reset_of(*skb);
    if (tcp_check_req(request, std::move(skb))) tcp_send_reset(reset);
}

void to_time_wait(TcpTimeWait& record, const TcpTuple& tuple, SkbPtr skb) {
    // Only a listener can take a new connection.
    SeqNumber isn;
    const bool is_syn = (tcp_cb(*skb).flags & (th_syn | th_ack)) == th_syn;
    if (is_syn && !tcp_listen_lookup(tuple, skb->dev ? skb->dev->ifindex : 0)) return;
    if (tcp_timewait_process(record, *skb, isn)) to_listener(tuple, std::move(skb), isn);
}

} // namespace

void tcp_do_rcv(tcp_sock& sk, SkbPtr skb) {
    TRACE_STATION(tcp, "sk", sk, "skb", skb, "state", sk.state);
    Ref<tcp_sock> held(sk);
    sk.segments_in++;
    if (sk.state == TCP_ESTABLISHED) [[likely]]
        return tcp_rcv_established(sk, std::move(skb));
    const TcpReply reset = tcp_reset_of(*skb);
    if (tcp_rcv_state_process(sk, std::move(skb))) tcp_send_reset(reset);
}

namespace {

// From here on the way is the same for both families.
void tcp_rcv(SkbPtr skb) {
    if (skb->packet_type != PacketType::host) return;
    tcp_mib.InSegs++;
    const tcphdr* header = tcp_checked_header({skb->data, skb->len()});
    if (!header) {
        tcp_mib.InErrs++;
        return;
    }
    const TcpTuple tuple = tcp_tuple_of(*skb);
    if (!checksum_good(*skb, tuple)) {
        tcp_mib.InCsumErrors++;
        tcp_mib.InErrs++;
        return;
    }
    note_header(*skb, *header);
    TcpHashed* found = tcp_ehash_lookup(tuple);
    if (!found) return to_listener(tuple, std::move(skb), SeqNumber());
    switch (found->kind) {
    case TcpKind::full: {
        auto& sk = static_cast<tcp_sock&>(*found);
        return wanted(sk, *skb) ? tcp_do_rcv(sk, std::move(skb)) : void();
    }
    case TcpKind::request:
        return to_request(static_cast<tcp_request_sock&>(*found), std::move(skb));
    case TcpKind::time_wait:
        return to_time_wait(static_cast<TcpTimeWait&>(*found), tuple, std::move(skb));
    }
}

Result<void> tcp_v4_find_route(tcp_sock& sk) {
    sk.path = TRY(ip_route_output(sk.remote_address.v4(), sk.local_address.v4(), sk.bound_device));
    return {};
}

Result<void> tcp_v4_queue_xmit(tcp_sock& sk, SkbPtr skb) {
    const IpSend send{.source = sk.tuple.local_address.words[3],
                      .destination = sk.tuple.remote_address.words[3],
                      .protocol = IPPROTO_TCP,
                      .tos = sk.tos,
                      .ttl = sk.ttl,
                      .dont_fragment = sk.path_mtu_discovery != IP_PMTUDISC_DONT,
                      .options = sk.options_length ? sk.options : nullptr,
                      .options_length = sk.options_length};
    return ip_queue_xmit(std::move(skb), sk.path, send);
}

} // namespace

const TcpAfOps tcp_ipv4_ops = {.header_length = sizeof(iphdr),
                               .find_route = tcp_v4_find_route,
                               .queue_xmit = tcp_v4_queue_xmit};

void tcp_v4_rcv(SkbPtr skb) {
    TRACE_STATION(tcp, "skb", skb, "length", skb->len());
    tcp_rcv(std::move(skb));
}
void tcp_v6_rcv(SkbPtr skb) {
    TRACE_STATION(tcp, "skb", skb, "length", skb->len());
    tcp_rcv(std::move(skb));
}
