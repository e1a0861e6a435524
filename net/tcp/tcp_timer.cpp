// Time-outs: RFC 6298 (retransmission), RFC 9293 sections 3.8.3 (connection failures), 3.8.4
// (keepalive), 3.8.6.1 (probes).
#include "net/tcp/tcp_timer.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_close.h"
#include "net/tcp/tcp_congestion.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"

void TcpTimer::set(Nanoseconds when) {
    deadline = when;
    if (!armed() || expires() > when) kernel_timers().set(*this, when);
}

bool TcpTimer::due() {
    if (deadline == no_deadline) return false;
    if (clock_monotonic() < deadline) {
        kernel_timers().set(*this, deadline);
        return false;
    }
    deadline = no_deadline;
    return true;
}

void tcp_rtt_sample(tcp_sock& sk, Nanoseconds rtt) {
    if (rtt == 0) rtt = 1;
    if (sk.min_rtt == 0 || rtt < sk.min_rtt) sk.min_rtt = rtt;
    if (sk.smoothed_rtt == 0) {
        sk.smoothed_rtt = rtt;
        sk.rtt_variance = rtt / 2;
    } else {
        const Nanoseconds off =
            rtt > sk.smoothed_rtt ? rtt - sk.smoothed_rtt : sk.smoothed_rtt - rtt;
        sk.rtt_variance = sk.rtt_variance - sk.rtt_variance / 4 + off / 4;
        sk.smoothed_rtt = sk.smoothed_rtt - sk.smoothed_rtt / 8 + rtt / 8;
    }
    tcp_set_rto(sk);
}

void tcp_set_rto(tcp_sock& sk) {
    if (sk.smoothed_rtt == 0) return;
    const Nanoseconds rto = sk.smoothed_rtt + max(4 * sk.rtt_variance, tcp_rto_min);
    sk.rto = min(rto, tcp_rto_max);
}

static Nanoseconds backed_off(const tcp_sock& sk) {
    Nanoseconds timeout = sk.rto;
    for (u8 i = 0; i < sk.backoff && timeout < tcp_rto_max; i++) timeout *= 2;
    return min(timeout, tcp_rto_max);
}

void tcp_rearm_rto(tcp_sock& sk) {
    if (sk.retransmit_queue.empty()) {
        if (!sk.probing) sk.retransmit_timer.stop();
        return;
    }
    sk.probing = false;
    sk.retransmit_timer.set(clock_monotonic() + backed_off(sk));
}

void tcp_arm_probe(tcp_sock& sk) {
    if (sk.probing && sk.retransmit_timer.deadline != no_deadline) return;
    sk.probing = true;
    sk.retransmit_timer.set(clock_monotonic() + max(backed_off(sk), tcp_rto_min));
}

void tcp_schedule_delayed_ack(tcp_sock& sk, Nanoseconds now) {
    if (sk.ack_scheduled && sk.ack_timer.deadline != no_deadline) return;
    sk.ack_scheduled = true;
    sk.ack_timer.set(now + sk.ack_timeout);
}

void tcp_gather_ack(tcp_sock& sk, Nanoseconds now) {
    if (sk.ack_gathering) return;
    sk.ack_scheduled = sk.ack_gathering = true;
    sk.ack_timer.set(now + tcp_ack_gather_time);
}

void tcp_arm_keepalive(tcp_sock& sk) {
    const Nanoseconds idle = sk.keep_idle ? s_to_ns(sk.keep_idle) : tcp_keepalive_time;
    sk.keepalive_timer.set(clock_monotonic() + idle);
}

void tcp_stop_timers(tcp_sock& sk) {
    for (TcpTimer* timer : {&sk.retransmit_timer, &sk.ack_timer, &sk.keepalive_timer}) {
        timer->stop();
        kernel_timers().cancel(*timer);
    }
    sk.probing = false;
}

namespace {

void give_up(tcp_sock& sk) {
    sk.error = sk.soft_error ? sk.soft_error : ETIMEDOUT;
    tcp_mib.TCPAbortOnTimeout++;
    tcp_write_queue_purge(sk);
    tcp_done(sk);
    sk.wake(POLLERR | POLLIN | POLLOUT | POLLHUP);
}

// Has the peer been silent for longer than the connection bears?
bool silent_too_long(const tcp_sock& sk, Nanoseconds now) {
    if (sk.in(tcpf_syn_sent | tcpf_syn_recv)) {
        const u8 most = sk.syn_retries ? sk.syn_retries : tcp_syn_retries;
        if (sk.user_timeout && sk.retransmit_since &&
            now - sk.retransmit_since >= ms_to_ns(sk.user_timeout))
            return true;
        return sk.retransmits >= most;
    }
    if (sk.retransmits == 0) return false;
    const Nanoseconds silence = now - sk.retransmit_since;
    if (sk.user_timeout) return silence >= ms_to_ns(sk.user_timeout);
    if (sk.dead && sk.retransmits >= tcp_orphan_retries) return true;
    return silence >= tcp_give_up;
}

void retransmit(tcp_sock& sk) {
    const Nanoseconds now = clock_monotonic();
    sk_buff* first = sk.retransmit_queue.front();
    if (!first) return;
    if (silent_too_long(sk, now)) return give_up(sk);
    tcp_mib.TCPTimeouts++;
    if (sk.retransmits == 0) sk.retransmit_since = tcp_cb(*first).sent_at;
    tcp_enter_loss(sk);
    if (sk.retransmits < 255) sk.retransmits++;
    if (sk.retransmits > 3) sk.route_valid = false; // the way may have changed
    if (tcp_retransmit_skb(sk, *first, sk.mss).ok()) tcp_mib.TCPSlowStartRetrans++;
    if (sk.backoff < 16) sk.backoff++;
    tcp_rearm_rto(sk);
}

void probe(tcp_sock& sk) {
    const Nanoseconds now = clock_monotonic();
    sk.probing = false;
    if (!sk.retransmit_queue.empty() || sk.write_queue.empty()) {
        sk.probes_out = 0;
        return;
    }
    if (sk.probes_out == 0) sk.retransmit_since = now;
    const Nanoseconds silence = now - sk.retransmit_since;
    const bool user_limit = sk.user_timeout && silence >= ms_to_ns(sk.user_timeout);
    if (user_limit || (sk.dead && sk.probes_out >= tcp_orphan_retries) ||
        (sk.probes_out > 0 && silence >= tcp_give_up))
        return give_up(sk);
    tcp_write_wakeup(sk);
    if (sk.probes_out < 255) sk.probes_out++;
    if (sk.backoff < 16) sk.backoff++;
    if (sk.retransmit_queue.empty() && sk.state != TCP_CLOSE) tcp_arm_probe(sk);
}

} // namespace

void tcp_retransmit_timeout(Timer& timer) {
    TRACE_STATION(tcp);
    auto& due = static_cast<TcpTimer&>(timer);
    if (!due.due()) return;
    Ref<tcp_sock> sk(due.sk);
    if (sk->probing)
        probe(*sk);
    else
        retransmit(*sk);
}

void tcp_ack_timeout(Timer& timer) {
    TRACE_STATION(tcp);
    auto& due = static_cast<TcpTimer&>(timer);
    if (!due.due()) return;
    Ref<tcp_sock> sk(due.sk);
    if (!sk->ack_scheduled) return;
    if (sk->ack_gathering) return tcp_send_ack(*sk);
    // The answer that the ACK should have ridden on didn't come: don't count on it, be quicker.
    if (sk->ping_pong) {
        sk->ping_pong = false;
        sk->ack_timeout = tcp_delack_min;
    } else {
        sk->ack_timeout = min(sk->ack_timeout * 2, tcp_delack_max);
    }
    tcp_mib.DelayedACKs++;
    tcp_send_ack(*sk);
}

void tcp_keepalive_timeout(Timer& timer) {
    TRACE_STATION(tcp);
    auto& due = static_cast<TcpTimer&>(timer);
    if (!due.due()) return;
    Ref<tcp_sock> sk(due.sk);
    if (sk->dead && sk->in(tcpf_fin_wait2)) {
        if (sk->linger2 < 0) tcp_send_active_reset(*sk);
        return tcp_done(*sk);
    }
    if (!sk->keepalive || sk->in(tcpf_close | tcpf_listen | tcpf_syn_sent)) return;
    const Nanoseconds now = clock_monotonic();
    const Nanoseconds idle = sk->keep_idle ? s_to_ns(sk->keep_idle) : tcp_keepalive_time;
    const Nanoseconds heard = max(sk->last_receive, sk->last_ack_received);
    if (!sk->retransmit_queue.empty() || !sk->write_queue.empty() || now - heard < idle) {
        sk->keepalive_timer.set(max(heard + idle, now + ms_to_ns(1)));
        return;
    }
    const u8 most = sk->keep_count ? sk->keep_count : tcp_keepalive_probes;
    const bool over = sk->user_timeout ? now - heard >= ms_to_ns(sk->user_timeout) && sk->probes_out
                                       : sk->probes_out >= most;
    if (over) {
        tcp_send_active_reset(*sk);
        return give_up(*sk);
    }
    tcp_mib.TCPKeepAlive++;
    sk->probes_out++;
    tcp_send_empty(*sk, sk->send_unacknowledged - 1, th_ack);
    const Nanoseconds interval =
        sk->keep_interval ? s_to_ns(sk->keep_interval) : tcp_keepalive_interval;
    sk->keepalive_timer.set(now + interval);
}
