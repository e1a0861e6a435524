// The last step of output: header, options, window, and off to IP.
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_timer.h"

Result<void> tcp_update_route(tcp_sock& sk) {
    const u32 generation = ip_route_generation();
    if (sk.route_valid && sk.route_generation == generation) [[likely]]
        return {};
    TRY(sk.af_ops->find_route(sk));
    sk.route_generation = generation;
    sk.route_valid = true;
    tcp_sync_mss(sk);
    return {};
}

u32 tcp_sync_mss(tcp_sock& sk) {
    u32 mtu = sk.path_mtu ? sk.path_mtu : 65535;
    if (sk.route_valid && sk.path.mtu < mtu) mtu = sk.path.mtu;
    const u32 headers = sk.af_ops->header_length + sk.options_length + sizeof(tcphdr);
    u32 mss = mtu > headers + tcp_min_mss ? mtu - headers : tcp_min_mss;
    mss = min(mss, sk.peer_mss);
    if (sk.user_mss) mss = min(mss, sk.user_mss);
    mss = max(mss, tcp_min_mss);
    if (sk.use_timestamps) mss -= 12;
    // A buffer of the write queue is a whole segment at least.
    sk.mss = min(mss, tcp_skb_payload);
    return sk.mss;
}

u32 tcp_advertised_mss(const tcp_sock& sk) {
    const u32 headers = sk.af_ops->header_length + sizeof(tcphdr);
    const u32 mtu = sk.route_valid ? min(sk.path.mtu, 65535u) : 576u;
    const u32 mss = mtu > headers + tcp_min_mss ? mtu - headers : tcp_min_mss;
    return sk.user_mss ? min(mss, sk.user_mss) : mss;
}

namespace {

void add_timestamp(tcp_sock& sk, TcpOptions& options, Nanoseconds now) {
    options.has_timestamp = true;
    options.timestamp = tcp_timestamp(sk, now);
    options.timestamp_echo = sk.recent_timestamp;
}

// A SYN offers what we can; a SYN-ACK only what the peer offered too.
void syn_options(tcp_sock& sk, TcpOptions& options, u8 flags, Nanoseconds now) {
    const bool answer = flags & th_ack;
    sk.advertised_mss = tcp_advertised_mss(sk);
    options.mss = static_cast<u16>(sk.advertised_mss);
    options.sack_permitted = !answer || sk.use_sack;
    options.has_window_scale = !answer || sk.use_scaling;
    options.window_scale = sk.receive_scale;
    if (!answer || sk.use_timestamps) add_timestamp(sk, options, now);
    if (!answer) options.timestamp_echo = 0;
}

void established_options(tcp_sock& sk, TcpOptions& options, Nanoseconds now) {
    if (sk.use_timestamps) add_timestamp(sk, options, now);
    if (!sk.use_sack) return;
    if (sk.duplicate_sack) {
        options.sack[options.sack_count++] = sk.duplicate;
        sk.duplicate_sack = false;
        tcp_mib.TCPDSACKOldSent++;
    }
    for (u8 i = 0; i < sk.sack_count && options.sack_count < 4; i++)
        options.sack[options.sack_count++] = sk.sacks[i];
}

// What went out carried an acknowledgment.
void ack_sent(tcp_sock& sk) {
    if (sk.quick_acks) sk.quick_acks--;
    sk.ack_scheduled = sk.ack_now = sk.ack_gathering = false;
    sk.ack_timer.stop();
    sk.last_ack_sent = sk.receive_next;
}

u16 urgent_pointer(const tcp_sock& sk, const TcpCb& cb, u8& flags) {
    if (!sk.urgent_mode || sk.send_urgent <= cb.sequence) return 0;
    const u32 ahead = seq_length(cb.sequence, sk.send_urgent);
    if (ahead > 0xffff) return 0;
    flags |= th_urg;
    return static_cast<u16>(ahead);
}

void count_sent(tcp_sock& sk, const sk_buff& skb, u32 payload, Nanoseconds now) {
    const u32 segments = skb.gso_size ? (payload + skb.gso_size - 1) / skb.gso_size : 1;
    tcp_mib.OutSegs += segments;
    sk.segments_out += segments;
    if (payload == 0) return;
    sk.data_out += segments;
    sk.bytes_sent += payload;
    // Data soon after data was received: a dialogue, whose ACKs can ride on the answers.
    if (sk.last_receive && now - sk.last_receive < sk.ack_timeout) sk.ping_pong = true;
    sk.last_send = now;
}

} // namespace

Result<void> tcp_transmit_skb(tcp_sock& sk, SkbPtr skb) {
    TRACE_STATION(tcp, "sk", sk, "skb", skb, "length", skb->len());
    TRY(tcp_update_route(sk));
    const TcpCb& cb = tcp_cb(*skb);
    const Nanoseconds now = clock_monotonic();
    const u32 payload = skb->len();
    u8 flags = cb.flags;
    TcpOptions options;
    u16 window;
    if (flags & th_syn) {
        syn_options(sk, options, flags, now);
        window = static_cast<u16>(min(sk.receive_window, tcp_max_window));
    } else {
        established_options(sk, options, now);
        window = tcp_select_window(sk);
    }
    const u16 urgent = urgent_pointer(sk, cb, flags);
    tcp_put_header(*skb, sk.tuple, cb.sequence, flags & th_ack ? sk.receive_next : SeqNumber(),
                   flags, window, urgent, options);
    count_sent(sk, *skb, payload, now);
    if (flags & th_ack) ack_sent(sk);
    skb->mark = sk.mark;
    skb->priority = sk.priority;
    return sk.af_ops->queue_xmit(sk, std::move(skb));
}

Result<void> tcp_transmit_queued(tcp_sock& sk, sk_buff& skb) {
    TcpCb& cb = tcp_cb(skb);
    const u32 payload = skb.len();
    // Headers lie at multiples of four: an acknowledgment may have cut the data at any byte.
    const u32 headroom = (skb.headroom() + 3) & ~3u;
    const bool shares = !skb.cloned() && headroom == skb.headroom();
    SkbPtr copy(shares ? skb_clone(skb) : skb_copy(skb, headroom));
    if (!copy) return Errno{ENOBUFS};
    tcp_cb(*copy) = cb;
    copy->gso_size = payload > sk.mss ? static_cast<u16>(sk.mss) : 0;
    cb.sent_at = clock_monotonic();
    return tcp_transmit_skb(sk, std::move(copy));
}

void tcp_send_empty(tcp_sock& sk, SeqNumber sequence, u8 flags) {
    SkbPtr skb(alloc_skb(0));
    if (!skb) {
        if (flags & th_rst) return;
        // Try again as a delayed ACK.
        sk.ack_scheduled = true;
        sk.ack_timer.set(clock_monotonic() + tcp_delack_max);
        return;
    }
    TcpCb& cb = tcp_cb(*skb);
    cb = TcpCb{};
    cb.sequence = cb.end_sequence = sequence;
    cb.flags = flags;
    (void)tcp_transmit_skb(sk, std::move(skb));
}

void tcp_send_ack(tcp_sock& sk) {
    TRACE_STATION(tcp, "sk", sk);
    if (sk.state == TCP_CLOSE) return;
    tcp_send_empty(sk, seq_max(sk.send_next, sk.send_unacknowledged), th_ack);
}

void tcp_send_active_reset(tcp_sock& sk) {
    tcp_mib.OutRsts++;
    tcp_send_empty(sk, sk.send_next, th_rst | th_ack);
}

// At most 1000 a second from the whole machine, as Linux.
bool tcp_challenge_allowed() {
    static u64 second;
    static u32 count;
    const u64 now = clock_monotonic() / 1'000'000'000;
    if (now != second) {
        second = now;
        count = 0;
    }
    return ++count <= 1000;
}

void tcp_send_challenge_ack(tcp_sock& sk) {
    if (!tcp_challenge_allowed()) return;
    tcp_mib.TCPChallengeACK++;
    tcp_send_ack(sk);
}
