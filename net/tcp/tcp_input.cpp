// Segments of an established connection, and the checks that every state shares.
#include "net/tcp/tcp_input.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_close.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_timer.h"

namespace {

constexpr Nanoseconds paws_idle_limit = s_to_ns(24 * 24 * 3600); // RFC 7323, section 5.5

std::span<const u8> option_bytes(const sk_buff& skb) {
    return {skb.transport() + sizeof(tcphdr), tcp_cb(skb).header_length - sizeof(tcphdr)};
}

// TS.Recent follows segments that cover what was last acknowledged (RFC 7323, section 4.3).
void keep_timestamp(tcp_sock& sk, const TcpCb& cb) {
    if (!sk.saw_timestamp || cb.sequence > sk.last_ack_sent) return;
    const i32 ahead = static_cast<i32>(sk.received_timestamp - sk.recent_timestamp);
    const Nanoseconds now = clock_monotonic();
    if (ahead < 0 && sk.recent_timestamp_at && now - sk.recent_timestamp_at < paws_idle_limit)
        return;
    sk.recent_timestamp = sk.received_timestamp;
    sk.recent_timestamp_at = now;
}

// RFC 7323, section 5.3, R1: older than the last one, and not a mere reordered ACK (Linux's
// tcp_disordered_ack).
bool paws_rejects(const tcp_sock& sk, const sk_buff& skb) {
    if (!sk.use_timestamps || !sk.saw_timestamp || !sk.recent_timestamp_at) return false;
    const TcpCb& cb = tcp_cb(skb);
    if (static_cast<i32>(sk.received_timestamp - sk.recent_timestamp) >= 0) return false;
    if (clock_monotonic() - sk.recent_timestamp_at >= paws_idle_limit) return false;
    const bool pure_ack = (cb.flags & th_ack) && cb.sequence == cb.end_sequence &&
                          cb.sequence == sk.receive_next &&
                          cb.acknowledgment == sk.send_unacknowledged;
    return !(pure_ack && !(cb.flags & th_rst));
}

// How large the peer's segments are, so that an ACK goes for every second full one.
void measure_segment(tcp_sock& sk, u32 bytes) {
    if (bytes >= sk.receive_mss)
        sk.receive_mss = min(bytes, 65535u);
    else if (bytes > tcp_default_mss && bytes * 4 < sk.receive_mss)
        sk.receive_mss = bytes; // the path shrank
}

void note_data_received(tcp_sock& sk, u32 bytes) {
    const Nanoseconds now = clock_monotonic();
    measure_segment(sk, bytes);
    sk.data_in++;
    if (sk.last_receive == 0) {
        tcp_enter_quick_ack(sk); // slow start of the peer wants every ACK
        sk.ack_timeout = tcp_delack_min;
        sk.tuning_since = now;
    }
    sk.last_receive = now;
    if (sk.saw_timestamp && sk.received_echo && bytes >= sk.receive_mss) {
        const u32 rtt = max(tcp_timestamp(sk, now) - sk.received_echo, 1u);
        if (rtt < 1u << 20)
            sk.receive_rtt_ms = sk.receive_rtt_ms ? min(sk.receive_rtt_ms * 2, rtt) : rtt;
    }
}

// RST: exactly in place resets, elsewhere in the window asks back (RFC 5961, section 3.2).
void check_reset(tcp_sock& sk, const TcpCb& cb) {
    if (cb.sequence == sk.receive_next || (sk.sack_count && cb.sequence == sk.sacks[0].end))
        tcp_reset(sk);
    else
        tcp_send_challenge_ack(sk);
}

// The fast path: exactly what is expected next, nothing special about it (header prediction).
bool as_predicted(const tcp_sock& sk, const sk_buff& skb, u32& timestamp, u32& echo) {
    const TcpCb& cb = tcp_cb(skb);
    if ((cb.flags & ~th_psh) != th_ack || cb.sequence != sk.receive_next) return false;
    if (cb.acknowledgment > sk.send_next || cb.acknowledgment < sk.send_unacknowledged)
        return false;
    if (cb.window << sk.send_scale != sk.send_window || !sk.out_of_order.empty()) return false;
    if (sk.congestion != CongestionState::open || sk.urgent_data) return false;
    if (!sk.use_timestamps) return cb.header_length == sizeof(tcphdr);
    return tcp_parse_timestamp_only(option_bytes(skb), timestamp, echo) &&
           static_cast<i32>(timestamp - sk.recent_timestamp) >= 0;
}

} // namespace

TcpOptions tcp_read_options(tcp_sock& sk, const sk_buff& skb) {
    TcpOptions options;
    const auto bytes = option_bytes(skb);
    if (!bytes.empty()) options = tcp_parse_options(bytes, tcp_cb(skb).flags & th_syn);
    sk.saw_timestamp = options.has_timestamp;
    if (options.has_timestamp) {
        sk.received_timestamp = options.timestamp;
        sk.received_echo = options.timestamp_echo;
    }
    return options;
}

void tcp_enter_quick_ack(tcp_sock& sk) {
    const u32 segments = sk.receive_window_left() / max(2 * sk.receive_mss, 1u);
    sk.quick_acks = static_cast<u8>(max<u32>(sk.quick_acks, clamp(segments, 2u, 16u)));
    sk.ping_pong = false;
    sk.ack_timeout = tcp_delack_min;
}

void tcp_data_ready(tcp_sock& sk) {
    TRACE_STATION(tcp, "sk", sk);
    if (!sk.owner || sk.owner->wait.empty()) return;
    if (sk.unread() < sk.receive_low_water && !sk.shutdown && !sk.error && !sk.done) return;
    sk.wake(POLLIN | POLLRDNORM);
}

void tcp_ack_snd_check(tcp_sock& sk) {
    if (sk.in(tcpf_close)) return;
    const i32 pending = sk.receive_next - sk.window_update;
    if (pending <= 0 && !sk.ack_now) return;
    // More than one full segment, and the window keeps up (else the reader's drain will tell).
    const bool two = pending > static_cast<i32>(sk.receive_mss) &&
                     tcp_offer_window(sk) >= sk.receive_window_left();
    const bool enough = two && pending >= static_cast<i32>(tcp_ack_gather_bytes);
    if (enough || sk.ack_now || (sk.quick_acks && !sk.ping_pong)) return tcp_send_ack(sk);
    if (two) return tcp_gather_ack(sk, sk.last_receive);
    tcp_schedule_delayed_ack(sk, sk.last_receive);
}

void tcp_reset(tcp_sock& sk) {
    TRACE_STATION(tcp, "sk", sk);
    switch (sk.state) {
    case TCP_SYN_SENT:
        sk.error = ECONNREFUSED;
        break;
    case TCP_CLOSE_WAIT:
        sk.error = EPIPE;
        break;
    case TCP_CLOSE:
        return;
    default:
        sk.error = ECONNRESET;
    }
    if (sk.in(tcpf_syn_sent | tcpf_syn_recv))
        tcp_mib.AttemptFails++;
    else if (sk.in(tcpf_established | tcpf_close_wait))
        tcp_mib.EstabResets++;
    tcp_write_queue_purge(sk);
    tcp_done(sk);
    sk.wake(POLLERR | POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
}

bool tcp_validate_incoming(tcp_sock& sk, const sk_buff& skb) {
    const TcpCb& cb = tcp_cb(skb);
    if (paws_rejects(sk, skb) && !(cb.flags & th_rst)) {
        tcp_mib.PAWSEstab++;
        tcp_enter_quick_ack(sk);
        tcp_send_challenge_ack(sk);
        return false;
    }
    // First: the sequence number.
    if (!seq_acceptable(cb.sequence, cb.end_sequence, sk.window_update,
                        static_cast<u32>(sk.receive_next - sk.window_update) +
                            sk.receive_window_left())) {
        if (cb.flags & th_rst) return false;
        if (cb.flags & th_syn) {
            tcp_mib.TCPSYNChallenge++;
            tcp_send_challenge_ack(sk);
        } else {
            tcp_enter_quick_ack(sk);
            if (cb.sequence < sk.receive_next && sk.use_sack && skb.len() > 0) {
                sk.duplicate_sack = true;
                sk.duplicate = {cb.sequence, seq_min(cb.end_sequence, sk.receive_next)};
            }
            tcp_send_ack(sk);
        }
        return false;
    }
    // Second: RST.
    if (cb.flags & th_rst) {
        check_reset(sk, cb);
        return false;
    }
    keep_timestamp(sk, cb);
    // Fourth: SYN (RFC 5961, section 4.2). A connection to itself meets its own SYN-ACK here.
    if (cb.flags & th_syn) {
        if (sk.state == TCP_SYN_RECV && (cb.flags & th_ack) && !sk.listener &&
            cb.sequence + 1 == cb.end_sequence && cb.end_sequence == sk.receive_next &&
            cb.acknowledgment == sk.send_next)
            return true;
        tcp_mib.TCPSYNChallenge++;
        tcp_send_challenge_ack(sk);
        return false;
    }
    return true;
}

void tcp_take_text(tcp_sock& sk, SkbPtr skb) {
    tcp_urgent(sk, *skb);
    const u32 bytes = skb->len();
    const SeqNumber before = sk.receive_next;
    skb->pull(tcp_cb(*skb).header_length);
    const u32 payload = bytes - tcp_cb(*skb).header_length;
    if (payload) note_data_received(sk, payload);
    tcp_data_queue(sk, std::move(skb));
    if (sk.receive_next != before) tcp_data_ready(sk);
}

void tcp_rcv_established(tcp_sock& sk, SkbPtr skb) {
    TRACE_STATION(tcp, "sk", sk, "skb", skb);
    const TcpCb& cb = tcp_cb(*skb);
    u32 timestamp = 0, echo = 0;
    TcpOptions none;
    if (as_predicted(sk, *skb, timestamp, echo)) [[likely]] {
        if (sk.use_timestamps) {
            sk.saw_timestamp = true;
            sk.received_timestamp = timestamp;
            sk.received_echo = echo;
            keep_timestamp(sk, cb);
        }
        tcp_mib.TCPHPHits++;
        // A pure ACK that acknowledges nothing may be a duplicate: tcp_ack tells.
        if (cb.acknowledgment != sk.send_unacknowledged || cb.sequence == cb.end_sequence)
            tcp_ack(sk, *skb, none);
    } else {
        const TcpOptions options = tcp_read_options(sk, *skb);
        if (!tcp_validate_incoming(sk, *skb)) return;
        if (!(cb.flags & th_ack)) return;
        const AckVerdict verdict = tcp_ack(sk, *skb, options);
        if (verdict == AckVerdict::invalid) {
            if (cb.acknowledgment > sk.send_next) tcp_send_challenge_ack(sk);
            return;
        }
    }
    const bool text = cb.sequence != cb.end_sequence || (cb.flags & th_urg);
    if (text) tcp_take_text(sk, std::move(skb));
    if (!sk.write_queue.empty()) tcp_push_pending_frames(sk);
    if (text) tcp_ack_snd_check(sk);
}
