// The scoreboard and the congestion window.
#include "net/tcp/tcp_congestion.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"

namespace {

constexpr u32 duplicate_threshold = 3;

void mark_lost(tcp_sock& sk, sk_buff& skb) {
    TcpCb& cb = tcp_cb(skb);
    if (cb.lost || cb.sacked) return;
    cb.lost = true;
    sk.lost_bytes += tcp_span(skb);
}

// With plain duplicate ACKs only the first segment is known to be lost: cut it off.
void mark_head_lost(tcp_sock& sk) {
    sk_buff* first = sk.retransmit_queue.front();
    if (!first || tcp_cb(*first).sacked) return;
    if (first->len() > sk.mss && !tcp_cb(*first).lost &&
        tcp_fragment(sk, sk.retransmit_queue, *first, sk.mss))
        first = sk.retransmit_queue.front();
    mark_lost(sk, *first);
}

// IsLost (RFC 6675, section 4): three segments, or as many bytes, were SACKed above it.
void mark_lost_by_sack(tcp_sock& sk) {
    u32 above = 0, runs = 0;
    bool in_run = false;
    for (sk_buff* skb = sk.retransmit_queue.list.back(); skb;
         skb = sk.retransmit_queue.list.prev(*skb)) {
        if (tcp_cb(*skb).sacked) {
            above += tcp_span(*skb);
            if (!in_run) runs++;
            in_run = true;
            continue;
        }
        in_run = false;
        if (runs >= duplicate_threshold || above > (duplicate_threshold - 1) * sk.mss)
            mark_lost(sk, *skb);
    }
}

// Each duplicate ACK says that one segment has left the network.
void count_duplicate(tcp_sock& sk) {
    sk.duplicate_acks++;
    if (sk.use_sack) return;
    const u32 outstanding = seq_length(sk.send_unacknowledged, sk.send_next);
    const u32 most = outstanding > sk.mss ? outstanding - sk.mss : 0;
    sk.sacked_bytes = min(sk.sacked_bytes + sk.mss, most);
}

// NewReno: what a new ACK covers beyond the hole are segments that the duplicates stood for.
void deflate(tcp_sock& sk, u32 acknowledged) {
    if (sk.use_sack || sk.sacked_bytes == 0) return;
    const u32 beyond = acknowledged > sk.mss ? acknowledged - sk.mss : 0;
    sk.sacked_bytes -= min(sk.sacked_bytes, beyond);
    const u32 outstanding = seq_length(sk.send_unacknowledged, sk.send_next);
    sk.sacked_bytes = min(sk.sacked_bytes, outstanding > sk.mss ? outstanding - sk.mss : 0);
}

// The first hole is filled at once, whatever the window says (RFC 5681, section 3.2, step 3; RFC
// 6582, section 3.2, step 3; RFC 6675, section 5, step 4.3).
void retransmit_head(tcp_sock& sk) {
    mark_head_lost(sk);
    sk_buff* first = sk.retransmit_queue.front();
    if (!first || tcp_cb(*first).sacked || tcp_cb(*first).retransmitted) return;
    if (tcp_retransmit_skb(sk, *first, sk.mss).ok()) tcp_mib.TCPFastRetrans++;
}

u32 flight_size(const tcp_sock& sk) { return seq_length(sk.send_unacknowledged, sk.send_next); }

void enter_recovery(tcp_sock& sk) {
    sk.congestion = CongestionState::recovery;
    sk.recovery_point = sk.send_next;
    sk.slow_start_threshold = max(flight_size(sk) / 2, 2 * sk.mss);
    sk.congestion_window = sk.slow_start_threshold;
    sk.bytes_counted = 0;
    if (sk.use_sack)
        tcp_mib.TCPSackRecovery++;
    else
        tcp_mib.TCPRenoRecovery++;
    retransmit_head(sk);
}

void leave_recovery(tcp_sock& sk) {
    // RFC 6582, section 3.2, step 3: no burst.
    if (sk.congestion == CongestionState::recovery)
        sk.congestion_window =
            max(min(sk.slow_start_threshold, max(sk.in_flight(), sk.mss) + sk.mss), 2 * sk.mss);
    sk.congestion = CongestionState::open;
    sk.duplicate_acks = 0;
    if (!sk.use_sack) sk.sacked_bytes = 0;
}

void grow_send_buffer(tcp_sock& sk) {
    if (sk.send_buffer_locked || tcp_memory.pressure()) return;
    const u32 wanted =
        min(2 * sk.congestion_window + sk.congestion_window / 4, tcp_memory.send_buffer_max);
    sk.send_buffer = max(sk.send_buffer, wanted);
}

void grow_window(tcp_sock& sk, const TcpAckNews& news) {
    const bool slow_start = sk.congestion_window < sk.slow_start_threshold;
    // A window that isn't used says nothing about the network (RFC 7661).
    if (!sk.window_limited && !(slow_start && sk.congestion_window < 2 * news.flight_before))
        return;
    if (sk.congestion_window >= 2 * tcp_memory.send_buffer_max) return;
    if (slow_start) {
        sk.congestion_window += news.acknowledged;
    } else {
        sk.bytes_counted += news.acknowledged;
        if (sk.bytes_counted >= sk.congestion_window) {
            sk.bytes_counted -= sk.congestion_window;
            sk.congestion_window += sk.mss;
        }
    }
    if (sk.in_flight() < sk.congestion_window) sk.window_limited = false;
    grow_send_buffer(sk);
}

// A block inside the buffer: cut it so that its first piece is all in or all out. Returns that.
sk_buff* cut_at(tcp_sock& sk, sk_buff& skb, SeqNumber edge) {
    const TcpCb& cb = tcp_cb(skb);
    if (edge <= cb.sequence || edge >= cb.end_sequence) return &skb;
    const u32 bytes = seq_length(cb.sequence, edge);
    if (bytes >= skb.len()) return nullptr; // the edge is a FIN's
    if (!tcp_fragment(sk, sk.retransmit_queue, skb, bytes)) return nullptr;
    return sk.retransmit_queue.list.prev(skb);
}

u32 mark_sacked(tcp_sock& sk, sk_buff& skb) {
    TcpCb& cb = tcp_cb(skb);
    if (cb.sacked) return 0;
    const u32 span = tcp_span(skb);
    cb.sacked = true;
    sk.sacked_bytes += span;
    if (cb.lost) sk.lost_bytes -= span;
    if (cb.retransmitted) sk.retransmitted_bytes -= span;
    cb.lost = cb.retransmitted = false;
    return span;
}

u32 mark_block(tcp_sock& sk, const SackBlock& block) {
    u32 marked = 0;
    sk_buff* skb = sk.retransmit_queue.front();
    while (skb) {
        const TcpCb& cb = tcp_cb(*skb);
        if (cb.sequence >= block.end) break;
        sk_buff* next = sk.retransmit_queue.list.next(*skb);
        if (cb.end_sequence > block.begin && !cb.sacked) {
            if (cb.sequence < block.begin) { // the front piece is out, look at the rest again
                if (cut_at(sk, *skb, block.begin)) continue;
            } else {
                sk_buff* piece = cut_at(sk, *skb, block.end);
                if (piece && tcp_cb(*piece).end_sequence <= block.end)
                    marked += mark_sacked(sk, *piece);
            }
        }
        skb = next;
    }
    return marked;
}

} // namespace

void tcp_init_congestion(tcp_sock& sk) {
    // A lost SYN means a window of one segment (RFC 6928, section 2, by RFC 5681).
    sk.congestion_window = (sk.total_retransmits > 1 ? 1 : tcp_initial_window_segments) * sk.mss;
    sk.bytes_counted = 0;
    sk.last_send = clock_monotonic();
    grow_send_buffer(sk);
}

void tcp_restart_after_idle(tcp_sock& sk) {
    if (!sk.retransmit_queue.empty() || sk.last_send == 0) return;
    const Nanoseconds now = clock_monotonic();
    if (now - sk.last_send <= sk.rto) return;
    const u32 restart = tcp_initial_window_segments * sk.mss;
    sk.slow_start_threshold = max(sk.slow_start_threshold, sk.congestion_window / 4 * 3);
    for (Nanoseconds idle = now - sk.last_send; idle > sk.rto && sk.congestion_window > restart;
         idle -= sk.rto)
        sk.congestion_window /= 2;
    sk.congestion_window = max(sk.congestion_window, min(restart, sk.congestion_window * 2));
    sk.last_send = now;
}

u32 tcp_sack_update(tcp_sock& sk, const TcpOptions& options) {
    u32 marked = 0;
    for (u8 i = 0; i < options.sack_count; i++) {
        const SackBlock& block = options.sack[i];
        if (block.end <= block.begin || block.end > sk.send_next) continue; // nonsense
        if (block.begin < sk.send_unacknowledged) continue; // a duplicate's report (RFC 2883)
        marked += mark_block(sk, block);
    }
    return marked;
}

void tcp_scoreboard_forget(tcp_sock& sk, const sk_buff& skb) {
    const TcpCb& cb = tcp_cb(skb);
    const u32 span = tcp_span(skb);
    if (cb.sacked) sk.sacked_bytes -= min(sk.sacked_bytes, span);
    if (cb.lost) sk.lost_bytes -= span;
    if (cb.retransmitted) sk.retransmitted_bytes -= span;
}

void tcp_congestion_ack(tcp_sock& sk, const TcpAckNews& news) {
    if (sk.congestion != CongestionState::open && sk.send_unacknowledged >= sk.recovery_point)
        leave_recovery(sk);
    if (news.acknowledged) {
        if (sk.congestion == CongestionState::open) sk.duplicate_acks = 0;
        deflate(sk, news.acknowledged);
        if (!sk.use_sack && sk.congestion == CongestionState::open) sk.sacked_bytes = 0;
    }
    if (news.duplicate || (sk.use_sack && news.newly_sacked)) count_duplicate(sk);
    if (sk.use_sack && sk.sacked_bytes) mark_lost_by_sack(sk);

    switch (sk.congestion) {
    case CongestionState::open:
        if (sk.lost_bytes ||
            (sk.duplicate_acks >= duplicate_threshold && (!sk.use_sack || sk.sacked_bytes))) {
            enter_recovery(sk);
        } else if (news.acknowledged) {
            grow_window(sk, news);
        }
        break;
    case CongestionState::recovery:
        // A partial acknowledgment: the next hole begins here (RFC 6582, section 3.2, step 3).
        if (news.acknowledged && !sk.use_sack) retransmit_head(sk);
        break;
    case CongestionState::loss:
        if (news.acknowledged) {
            sk.window_limited = true;
            grow_window(sk, news);
        }
        break;
    }
    if (sk.congestion != CongestionState::open) tcp_xmit_retransmit_queue(sk);
}

void tcp_enter_loss(tcp_sock& sk) {
    // Once a flight, not for every time-out of the same data (RFC 5681, section 3.1, (4)).
    if (sk.congestion != CongestionState::loss || sk.retransmits == 0)
        sk.slow_start_threshold = max(flight_size(sk) / 2, 2 * sk.mss);
    sk.congestion = CongestionState::loss;
    sk.recovery_point = sk.send_next;
    sk.congestion_window = sk.mss;
    sk.bytes_counted = 0;
    sk.duplicate_acks = 0;
    sk.retransmitted_bytes = sk.lost_bytes = 0;
    // A first segment that was SACKed and yet not acknowledged: the peer has let go of what it
    // reported (RFC 2018, section 8).
    const sk_buff* first = sk.retransmit_queue.front();
    const bool reneged = first && tcp_cb(*first).sacked;
    if (!sk.use_sack || reneged) sk.sacked_bytes = 0;
    for (sk_buff& skb : sk.retransmit_queue.list) {
        TcpCb& cb = tcp_cb(skb);
        cb.retransmitted = cb.lost = false;
        if (reneged) cb.sacked = false;
        mark_lost(sk, skb);
    }
}
