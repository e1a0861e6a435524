// The state machine outside of ESTABLISHED (RFC 9293, section 3.10.7): SYN_SENT, SYN_RECEIVED and
// all the ways of closing.
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_close.h"
#include "net/tcp/tcp_congestion.h"
#include "net/tcp/tcp_connect.h"
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_listen.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_timer.h"
#include "net/tcp/tcp_timewait.h"

namespace {

// What a SYN's options settle for the connection.
void agree(tcp_sock& sk, const TcpCb& cb, const TcpOptions& options) {
    sk.use_sack = options.sack_permitted;
    sk.use_timestamps = options.has_timestamp;
    sk.use_scaling = options.has_window_scale;
    sk.send_scale = options.window_scale;
    if (!sk.use_scaling) {
        sk.send_scale = sk.receive_scale = 0;
        sk.window_clamp = min(sk.window_clamp, tcp_max_window);
    }
    if (options.has_timestamp) {
        sk.recent_timestamp = options.timestamp;
        sk.recent_timestamp_at = clock_monotonic();
    }
    sk.peer_mss = options.mss ? max<u32>(options.mss, tcp_min_mss) : tcp_default_mss;
    sk.initial_receive = cb.sequence;
    sk.receive_next = sk.copied = sk.window_update = sk.last_ack_sent = cb.sequence + 1;
    tcp_init_send_window(sk, cb);
    tcp_sync_mss(sk);
    sk.receive_mss = min(sk.mss, max(sk.receive_window / 2, tcp_default_mss));
}

// Both SYNs crossed: ours is answered by a SYN-ACK now (RFC 9293, section 3.5, figure 7).
void simultaneous_open(tcp_sock& sk) {
    sk.state = TCP_SYN_RECV;
    sk_buff* syn = sk.retransmit_queue.front();
    if (!syn) return;
    tcp_cb(*syn).flags |= th_ack;
    tcp_cb(*syn).ever_retransmitted = true;
    (void)tcp_transmit_queued(sk, *syn);
}

// RFC 9293, section 3.10.7.3. True: the peer is to get a RST.
bool syn_sent(tcp_sock& sk, SkbPtr skb) {
    const TcpCb& cb = tcp_cb(*skb);
    const TcpOptions options = tcp_read_options(sk, *skb);
    if (cb.flags & th_ack) {
        if (cb.acknowledgment <= sk.initial_send || cb.acknowledgment > sk.send_next) return true;
        if (options.has_timestamp && options.timestamp_echo &&
            static_cast<i32>(tcp_timestamp(sk, clock_monotonic()) - options.timestamp_echo) < 0) {
            tcp_mib.PAWSActive++;
            return true;
        }
        if (cb.flags & th_rst) {
            tcp_reset(sk);
            return false;
        }
        if (!(cb.flags & th_syn)) return false;
        agree(sk, cb, options);
        tcp_ack(sk, *skb, options);
        tcp_finish_connect(sk);
        skb->pull(cb.header_length);
        if (skb->len() > 0 || (cb.flags & th_fin)) {
            tcp_cb(*skb).sequence += 1; // the SYN's place
            tcp_data_queue(sk, std::move(skb));
        }
        if (!sk.write_queue.empty() || sk.ping_pong) {
            // The program speaks first: its data carries the ACK.
            tcp_schedule_delayed_ack(sk, clock_monotonic());
            tcp_push_pending_frames(sk);
        } else {
            tcp_send_ack(sk);
        }
        return false;
    }
    if ((cb.flags & th_rst) || !(cb.flags & th_syn)) return false;
    agree(sk, cb, options);
    simultaneous_open(sk);
    return false;
}

// Fifth check in SYN_RECEIVED: the handshake is done.
void syn_recv_acked(tcp_sock& sk, const TcpCb& cb) {
    sk.state = TCP_ESTABLISHED;
    if (!(cb.flags & th_syn)) tcp_init_send_window(sk, cb);
    tcp_init_congestion(sk);
    if (sk.keepalive) tcp_arm_keepalive(sk);
    if (sk.shutdown & shutdown_send) tcp_after_early_close(sk);
    sk.wake(POLLOUT | POLLWRNORM);
}

// Our FIN was acknowledged.
void fin_acked(tcp_sock& sk) {
    switch (sk.state) {
    case TCP_FIN_WAIT1:
        sk.state = TCP_FIN_WAIT2;
        sk.shutdown |= shutdown_send;
        if (sk.dead)
            tcp_start_fin_wait2(sk);
        else
            sk.wake(POLLOUT | POLLHUP);
        break;
    case TCP_CLOSING:
        tcp_time_wait(sk);
        break;
    case TCP_LAST_ACK:
        tcp_done(sk);
        break;
    }
}

// Data for somebody who has closed, or shut down both ways: RFC 9293, section 3.6.1: reset.
bool text_for_nobody(tcp_sock& sk, const sk_buff& skb) {
    const TcpCb& cb = tcp_cb(skb);
    if (!(sk.shutdown & shutdown_receive) || !sk.in(tcpf_fin_wait1 | tcpf_fin_wait2)) return false;
    const u32 fin = cb.flags & th_fin ? 1 : 0;
    return cb.end_sequence != cb.sequence && cb.end_sequence - fin > sk.receive_next;
}

} // namespace

bool tcp_rcv_state_process(tcp_sock& sk, SkbPtr skb) {
    TRACE_STATION(tcp, "sk", sk, "skb", skb, "state", sk.state);
    if (sk.state == TCP_CLOSE) return false;
    if (sk.state == TCP_SYN_SENT) return syn_sent(sk, std::move(skb));
    const TcpCb cb = tcp_cb(*skb);
    const TcpOptions options = tcp_read_options(sk, *skb);
    if (!tcp_validate_incoming(sk, *skb)) return false;
    if (!(cb.flags & th_ack)) return false;

    const AckVerdict verdict = tcp_ack(sk, *skb, options);
    if (sk.state == TCP_SYN_RECV) {
        if (verdict == AckVerdict::invalid || sk.send_unacknowledged <= sk.initial_send)
            return true;
        syn_recv_acked(sk, cb);
    } else if (verdict == AckVerdict::invalid) {
        if (cb.acknowledgment > sk.send_next) tcp_send_challenge_ack(sk);
        return false;
    }
    const bool all_acked = sk.send_unacknowledged == sk.write_next && sk.write_queue.empty();
    if (all_acked && (sk.shutdown & shutdown_send)) fin_acked(sk);
    if (sk.state == TCP_CLOSE) return false; // TIME_WAIT or done

    if (text_for_nobody(sk, *skb)) {
        tcp_mib.TCPAbortOnData++;
        tcp_reset(sk);
        return true;
    }
    const bool text = cb.sequence != cb.end_sequence || (cb.flags & th_urg);
    if (text && sk.in(tcpf_established | tcpf_fin_wait1 | tcpf_fin_wait2 | tcpf_close_wait |
                      tcpf_closing | tcpf_last_ack))
        tcp_take_text(sk, std::move(skb));
    if (sk.state == TCP_CLOSE) return false;
    if (!sk.write_queue.empty()) tcp_push_pending_frames(sk);
    if (text) tcp_ack_snd_check(sk);
    return false;
}
