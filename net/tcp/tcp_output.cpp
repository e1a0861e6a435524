// What may be sent now: the peer's window, the congestion window, Nagle (RFC 9293, section 3.7.4,
// with Minshall's refinement), the cork, and no silly windows (section 3.8.6.2.1). A buffer goes
// down as one piece of many segments; the device or dev_queue_xmit cuts it.
#include "net/tcp/tcp_output.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_congestion.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_timer.h"

namespace {

// Must a piece that doesn't fill a segment wait?
bool nagle_holds(const tcp_sock& sk, u8 nonagle) {
    if (nonagle & nagle_cork) return true;
    if (nonagle & nagle_off) return false;
    return !sk.retransmit_queue.empty() && sk.small_sent > sk.send_unacknowledged &&
           sk.small_sent <= sk.send_next;
}

// How many bytes of `skb`, the first of the write queue, may go now; 0: none. A buffer that holds
// but a FIN is the caller's to see.
u32 sendable(tcp_sock& sk, const sk_buff& skb, u8 nonagle) {
    const TcpCb& cb = tcp_cb(skb);
    const u32 flight = sk.in_flight();
    if (flight >= sk.congestion_window) {
        sk.window_limited = true;
        return 0;
    }
    const i32 window = sk.send_window_end() - cb.sequence;
    if (window <= 0) return 0;
    const u32 by_congestion = max(sk.congestion_window - flight, sk.mss);
    const u32 room = min(static_cast<u32>(window), by_congestion);
    const bool last = sk.write_queue.list.next(skb) == nullptr;
    u32 take = skb.len();
    if (take > room) {
        take = room - room % sk.mss;
        if (take == 0) // RFC 9293, section 3.8.6.2.1, (3): half of the largest window
            return static_cast<u32>(window) == room && room * 2 >= sk.max_send_window ? room : 0;
        // Wait for more acknowledgments rather than cutting a buffer into crumbs.
        const u32 most = min(sk.congestion_window, sk.send_window);
        if (flight > 0 && take < most / 3 && take < skb.len() / 2) {
            sk.window_limited = true;
            return 0;
        }
        return take;
    }
    const u32 partial = take % sk.mss;
    if (partial && last && !(cb.flags & th_fin) && !sk.urgent_mode && nagle_holds(sk, nonagle))
        take -= partial;
    return take;
}

// It has been sent: on to the retransmit queue.
void move_to_sent(tcp_sock& sk, sk_buff& skb) {
    const TcpCb& cb = tcp_cb(skb);
    sk.send_next = cb.end_sequence;
    if (skb.len() % sk.mss) sk.small_sent = cb.end_sequence;
    const bool first = sk.retransmit_queue.empty();
    sk.retransmit_queue.push_back(sk.write_queue.remove(skb));
    if (first || sk.probing) {
        if (sk.probing) sk.backoff = sk.probes_out = 0;
        sk.probing = false;
        tcp_rearm_rto(sk);
    }
}

} // namespace

bool tcp_fragment(tcp_sock& sk, SkbQueue& queue, sk_buff& skb, u32 bytes) {
    ASSERT(bytes < skb.len());
    SkbPtr front(alloc_skb(bytes));
    if (!front) return false;
    memcpy(front->put(bytes), skb.data, bytes);
    TcpCb& cb = tcp_cb(skb);
    TcpCb& front_cb = tcp_cb(*front);
    front_cb = cb;
    front_cb.end_sequence = cb.sequence + bytes;
    front_cb.flags &= static_cast<u8>(~(th_fin | th_psh));
    cb.sequence = front_cb.end_sequence;
    skb.pull(bytes);
    tcp_charge_send(sk, *front);
    queue.count++;
    SkbQueueList::insert_before(skb, *front.release());
    return true;
}

bool tcp_write_xmit(tcp_sock& sk, u8 nonagle) {
    TRACE_STATION(tcp, "sk", sk);
    if (!tcp_update_route(sk).ok() && !sk.route_valid)
        return sk.retransmit_queue.empty() && !sk.write_queue.empty();
    tcp_restart_after_idle(sk);
    sk.memory_failed = false;
    while (sk_buff* skb = sk.write_queue.front()) {
        if (skb->len() > 0 || sk.send_window_end() < tcp_cb(*skb).sequence) {
            const u32 take = sendable(sk, *skb, nonagle);
            if (take == 0) break;
            if (take < skb->len()) {
                if (!tcp_fragment(sk, sk.write_queue, *skb, take)) {
                    sk.memory_failed = true;
                    break;
                }
                skb = sk.write_queue.front();
            }
        }
        if (!tcp_transmit_queued(sk, *skb).ok()) {
            sk.memory_failed = true;
            break;
        }
        move_to_sent(sk, *skb);
    }
    return sk.retransmit_queue.empty() && !sk.write_queue.empty();
}

void tcp_push(tcp_sock& sk, u8 nonagle) {
    TRACE_STATION(tcp, "sk", sk);
    if (sk.write_queue.empty()) return;
    if (sk.in(tcpf_syn_sent | tcpf_close | tcpf_listen)) return;
    // Held back by a cork or a closed window with nothing under way that would wake us: a timer
    // (200 ms bound a cork, as Linux's).
    if (tcp_write_xmit(sk, nonagle)) tcp_arm_probe(sk);
}

void tcp_push_pending_frames(tcp_sock& sk) { tcp_push(sk, sk.nonagle); }

void tcp_send_fin(tcp_sock& sk) {
    TRACE_STATION(tcp, "sk", sk);
    sk_buff* last = sk.write_queue.list.back();
    if (!last) {
        SkbPtr skb = tcp_alloc_write(sk, 0);
        if (!skb) { // nothing can be queued: the peer learns by a reset
            tcp_send_active_reset(sk);
            sk.memory_failed = true;
            return;
        }
        last = skb.get();
        tcp_queue_write(sk, std::move(skb));
    }
    TcpCb& cb = tcp_cb(*last);
    cb.flags |= th_fin;
    cb.end_sequence += 1;
    sk.write_next = cb.end_sequence;
    tcp_push(sk, nagle_off);
}

Result<void> tcp_retransmit_skb(tcp_sock& sk, sk_buff& skb, u32 limit) {
    TRACE_STATION(tcp, "sk", sk, "skb", skb);
    TcpCb* cb = &tcp_cb(skb);
    // Part of it may have been acknowledged since.
    sk_buff* piece = &skb;
    TRY(tcp_update_route(sk));
    const i32 window = sk.send_window_end() - cb->sequence;
    u32 most = max(limit - limit % sk.mss, sk.mss);
    if (window > 0 && static_cast<u32>(window) < most) most = static_cast<u32>(window);
    if (skb.len() > most) {
        if (!tcp_fragment(sk, sk.retransmit_queue, skb, most)) return Errno{ENOBUFS};
        piece = sk.retransmit_queue.list.prev(skb);
        cb = &tcp_cb(*piece);
    }
    TRY(tcp_transmit_queued(sk, *piece));
    const u32 span = tcp_span(*piece);
    if (!cb->retransmitted) sk.retransmitted_bytes += span;
    cb->retransmitted = cb->ever_retransmitted = true;
    sk.bytes_retransmitted += piece->len();
    sk.total_retransmits++;
    tcp_mib.RetransSegs++;
    return {};
}

void tcp_xmit_retransmit_queue(tcp_sock& sk) {
    for (sk_buff& skb : sk.retransmit_queue.list) {
        if (sk.lost_bytes == 0) return;
        const TcpCb& cb = tcp_cb(skb);
        if (!cb.lost || cb.sacked || cb.retransmitted) continue;
        // It goes in pieces that tcp_fragment cuts off its front; the last is the buffer itself.
        while (!cb.retransmitted) {
            const u32 flight = sk.in_flight();
            if (flight >= sk.congestion_window) return;
            if (!tcp_retransmit_skb(sk, skb, sk.congestion_window - flight).ok()) return;
            if (sk.congestion == CongestionState::recovery)
                tcp_mib.TCPFastRetrans++;
            else
                tcp_mib.TCPSlowStartRetrans++;
        }
    }
}

void tcp_write_wakeup(tcp_sock& sk) {
    tcp_mib.TCPWinProbe++;
    sk_buff* skb = sk.write_queue.front();
    if (skb && tcp_cb(*skb).sequence < sk.send_window_end()) {
        // The window is open but too small, or what held it back is past: send what fits.
        const u32 room = seq_length(tcp_cb(*skb).sequence, sk.send_window_end());
        const u32 most = min(room, sk.mss);
        if (skb->len() > most) {
            if (!tcp_fragment(sk, sk.write_queue, *skb, most)) return;
            skb = sk.write_queue.front();
        }
        tcp_cb(*skb).flags |= th_psh;
        if (tcp_transmit_queued(sk, *skb).ok()) move_to_sent(sk, *skb);
        return;
    }
    tcp_send_empty(sk, sk.send_unacknowledged - 1, th_ack);
}
