// The fifth check of a segment: its acknowledgment (RFC 9293, section 3.10.7.4; RFC 5961, section
// 5).
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_congestion.h"
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_timer.h"

namespace {

// SND.WL1 alone orders updates: SND.WL2 adds nothing to an ACK that is acceptable.
bool update_window(tcp_sock& sk, const TcpCb& cb, u32 window) {
    const bool newer = cb.acknowledgment > sk.send_unacknowledged ||
                       cb.sequence > sk.window_sequence ||
                       (cb.sequence == sk.window_sequence && window > sk.send_window);
    if (!newer) return false;
    sk.window_sequence = cb.sequence;
    const bool changed = window != sk.send_window;
    sk.send_window = window;
    sk.max_send_window = max(sk.max_send_window, window);
    return changed;
}

// Takes what is acknowledged off the retransmit queue. Returns when the newest of it was sent if it
// was sent only once (Karn), 0 otherwise.
Nanoseconds clean_retransmit_queue(tcp_sock& sk) {
    Nanoseconds sent_at = 0;
    bool retransmitted = false;
    while (sk_buff* skb = sk.retransmit_queue.front()) {
        TcpCb& cb = tcp_cb(*skb);
        if (cb.sequence >= sk.send_unacknowledged) break;
        retransmitted |= cb.ever_retransmitted;
        if (!cb.sacked) sent_at = cb.sent_at;
        tcp_scoreboard_forget(sk, *skb);
        if (cb.end_sequence > sk.send_unacknowledged) {
            // Part of it: the rest stays, with its marks.
            u32 bytes = seq_length(cb.sequence, sk.send_unacknowledged);
            if (cb.flags & th_syn) bytes--;
            skb->pull(bytes);
            sk.retransmit_queue.bytes -= bytes;
            cb.sequence = sk.send_unacknowledged;
            const u32 span = tcp_span(*skb);
            if (cb.sacked && sk.use_sack) sk.sacked_bytes += span;
            if (cb.lost) sk.lost_bytes += span;
            if (cb.retransmitted) sk.retransmitted_bytes += span;
            break;
        }
        tcp_uncharge_send(sk, *skb);
        sk.retransmit_queue.pop_front();
    }
    return retransmitted ? 0 : sent_at;
}

void sample_rtt(tcp_sock& sk, Nanoseconds sent_at, Nanoseconds now) {
    if (sent_at) return tcp_rtt_sample(sk, now - sent_at);
    // Retransmitted: only the timestamp tells which transmission is answered (RFC 7323, section 4).
    if (!sk.use_timestamps || !sk.saw_timestamp || !sk.received_echo) return;
    const i32 elapsed = static_cast<i32>(tcp_timestamp(sk, now) - sk.received_echo);
    if (elapsed >= 0) tcp_rtt_sample(sk, ms_to_ns(static_cast<u32>(max(elapsed, 1))));
}

void advance(tcp_sock& sk, SeqNumber to, Nanoseconds now) {
    const u32 bytes = seq_length(sk.send_unacknowledged, to);
    sk.send_unacknowledged = to;
    sk.bytes_acknowledged += bytes;
    if (sk.urgent_mode && sk.send_urgent <= to) sk.urgent_mode = false;
    const Nanoseconds sent_at = clean_retransmit_queue(sk);
    sk.backoff = sk.retransmits = 0;
    sk.soft_error = 0;
    sample_rtt(sk, sent_at, now);
    tcp_rearm_rto(sk);
}

// An answer to a zero-window probe, or the window's opening.
void ack_probe(tcp_sock& sk) {
    const sk_buff* first = sk.write_queue.front();
    if (!first || !sk.retransmit_queue.empty()) return;
    if (sk.send_window_end() > tcp_cb(*first).sequence) {
        sk.backoff = 0;
        if (sk.probing) sk.retransmit_timer.stop();
        sk.probing = false;
    } else {
        tcp_arm_probe(sk);
    }
}

} // namespace

void tcp_init_send_window(tcp_sock& sk, const TcpCb& cb) {
    sk.send_window = cb.flags & th_syn ? cb.window : cb.window << sk.send_scale;
    sk.max_send_window = max(sk.max_send_window, sk.send_window);
    sk.window_sequence = cb.sequence;
}

AckVerdict tcp_ack(tcp_sock& sk, const sk_buff& skb, const TcpOptions& options) {
    TRACE_STATION(tcp, "sk", sk, "skb", skb);
    const TcpCb& cb = tcp_cb(skb);
    const SeqNumber ack = cb.acknowledgment;
    if (ack < sk.send_unacknowledged) {
        // RFC 5961, section 5.2: no older than the largest window ever.
        if (ack < sk.send_unacknowledged - max(sk.max_send_window, 1u)) {
            tcp_send_challenge_ack(sk);
            return AckVerdict::invalid;
        }
        if (sk.use_sack && options.sack_count && tcp_sack_update(sk, options))
            tcp_congestion_ack(sk, {.newly_sacked = 1, .flight_before = sk.in_flight()});
        return AckVerdict::old;
    }
    if (ack > sk.send_next) return AckVerdict::invalid;

    const Nanoseconds now = clock_monotonic();
    TcpAckNews news{.acknowledged = seq_length(sk.send_unacknowledged, ack),
                    .flight_before = sk.in_flight()};
    const bool outstanding = !sk.retransmit_queue.empty();
    const u32 window = cb.flags & th_syn ? cb.window : cb.window << sk.send_scale;
    const bool window_changed = update_window(sk, cb, window);
    sk.last_ack_received = now;
    sk.probes_out = 0;
    if (news.acknowledged) advance(sk, ack, now);
    if (sk.use_sack && options.sack_count) news.newly_sacked = tcp_sack_update(sk, options);
    const bool has_text = cb.end_sequence != cb.sequence;
    news.duplicate = outstanding && !news.acknowledged && !has_text && !window_changed;
    if (news.acknowledged || news.newly_sacked || news.duplicate) tcp_congestion_ack(sk, news);
    ack_probe(sk);
    if (news.acknowledged) tcp_check_space(sk);
    return AckVerdict::acceptable;
}
