// RFC 9293, section 3.6, with what programs expect of Linux: unread data turns a close into a
// reset, SO_LINGER, orphans that are bounded in number and in time.
#include "net/tcp/tcp_close.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_connect.h"
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_listen.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_timer.h"
#include "net/tcp/tcp_timewait.h"

namespace {

// The state after a close by the program; true when a FIN is to be sent.
bool close_state(tcp_sock& sk) {
    switch (sk.state) {
    case TCP_SYN_RECV:
    case TCP_ESTABLISHED:
        sk.state = TCP_FIN_WAIT1;
        return true;
    case TCP_CLOSE_WAIT:
        sk.state = TCP_LAST_ACK;
        return true;
    case TCP_SYN_SENT:
        tcp_done(sk);
        return false;
    default:
        return false;
    }
}

// A port that bind(2) didn't ask for goes with the connection.
void release_port(tcp_sock& sk) {
    if (sk.port_locked) return;
    sk.port_user.release();
    sk.bound_port = 0;
}

void linger(tcp_sock& sk) {
    if (!sk.linger || !sk.owner || !sk.in(tcpf_fin_wait1 | tcpf_closing | tcpf_last_ack)) return;
    const Nanoseconds deadline = clock_monotonic() + s_to_ns(sk.linger_seconds);
    (void)wait_until(sk.owner->wait, deadline,
                     [&sk] { return !sk.in(tcpf_fin_wait1 | tcpf_closing | tcpf_last_ack); });
}

// Nobody holds the descriptor any more. The caller's reference becomes the connection's own.
void orphan(tcp_sock& sk) {
    sk.dead = true;
    sk.owner = nullptr;
    tcp_memory.orphans++;
    if (sk.state == TCP_FIN_WAIT2) {
        if (sk.linger2 < 0) {
            tcp_mib.TCPAbortOnLinger++;
            tcp_send_active_reset(sk);
            tcp_done(sk);
            return;
        }
        tcp_start_fin_wait2(sk);
    }
    if (sk.state == TCP_CLOSE) {
        tcp_done(sk);
    } else if (tcp_memory.orphans > tcp_memory.orphans_max || tcp_memory.exhausted() ||
               sk.memory_failed) {
        tcp_mib.TCPAbortOnMemory++;
        tcp_send_active_reset(sk);
        tcp_done(sk);
    }
}

} // namespace

void tcp_start_fin_wait2(tcp_sock& sk) {
    const Nanoseconds wait =
        sk.linger2 > 0 ? s_to_ns(static_cast<u32>(sk.linger2)) : tcp_fin_timeout;
    sk.keepalive_timer.set(clock_monotonic() + wait);
}

void tcp_after_early_close(tcp_sock& sk) {
    // close() went to FIN_WAIT_1 already when it could; shutdown() in SYN_RECV left it to us.
    if (sk.state == TCP_ESTABLISHED && close_state(sk)) tcp_send_fin(sk);
}

void tcp_done(tcp_sock& sk) {
    TRACE_STATION(tcp, "sk", sk);
    if (sk.state != TCP_CLOSE) {
        sk.state = TCP_CLOSE;
        tcp_stop_timers(sk);
        sk.unhash();
        release_port(sk);
        sk.shutdown = shutdown_receive | shutdown_send;
        if (!sk.dead) {
            sk.wake(POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
            return;
        }
    }
    if (!sk.dead) return;
    // An orphan's own reference.
    tcp_write_queue_purge(sk);
    tcp_receive_queues_purge(sk);
    sk.port_user.release();
    tcp_memory.orphans--;
    sk.dead = false;
    Ref<tcp_sock>::adopt(&sk).reset();
}

void tcp_close(sock& base) {
    TRACE_STATION(tcp, "sk", base, "state", base.state);
    tcp_sock& sk = tcp_sk(base);
    Ref<tcp_sock> held(sk);
    sk.shutdown = shutdown_receive | shutdown_send;
    if (sk.state == TCP_LISTEN) {
        tcp_listen_stop(sk);
        return orphan(sk);
    }
    const u32 fin = sk.done ? 1 : 0;
    const bool unread = sk.unread() > fin && !sk.receive_queue.empty();
    tcp_receive_queues_purge(sk);
    if (sk.state == TCP_CLOSE) return orphan(sk);
    if (unread) {
        // RFC 2525, section 2.17: data is lost, the peer should know.
        tcp_mib.TCPAbortOnClose++;
        tcp_send_active_reset(sk);
        tcp_done(sk);
    } else if (sk.linger && sk.linger_seconds == 0) {
        (void)tcp_disconnect(sk);
    } else if (close_state(sk)) {
        tcp_send_fin(sk);
    }
    linger(sk);
    orphan(sk);
}

Result<void> tcp_shutdown(sock& base, int how) {
    TRACE_STATION(tcp, "sk", base, "how", how);
    tcp_sock& sk = tcp_sk(base);
    if (sk.state == TCP_SYN_SENT || (sk.state == TCP_LISTEN && (how & shutdown_receive)))
        return tcp_disconnect(sk);
    if (!(how & shutdown_send)) return {};
    Ref<tcp_sock> held(sk);
    sk.shutdown |= shutdown_send;
    if (sk.in(tcpf_established | tcpf_close_wait | tcpf_syn_recv) && close_state(sk))
        tcp_send_fin(sk);
    return {};
}

Result<void> tcp_disconnect(sock& base) {
    TRACE_STATION(tcp, "sk", base);
    tcp_sock& sk = tcp_sk(base);
    Ref<tcp_sock> held(sk);
    const u8 before = sk.state;
    if (before == TCP_LISTEN) {
        tcp_listen_stop(sk);
    } else if (sk.in(tcpf_established | tcpf_fin_wait1 | tcpf_fin_wait2 | tcpf_close_wait |
                     tcpf_syn_recv)) {
        tcp_send_active_reset(sk);
        sk.error = ECONNRESET;
    } else if (before == TCP_SYN_SENT) {
        sk.error = ECONNRESET;
    }
    if (before != TCP_CLOSE) {
        sk.state = TCP_CLOSE;
        tcp_stop_timers(sk);
        sk.unhash();
    }
    release_port(sk);
    tcp_receive_queues_purge(sk);
    tcp_write_queue_purge(sk);
    tcp_reset_connection(sk);
    sk.wake(POLLERR | POLLIN | POLLOUT | POLLHUP);
    return {};
}

void tcp_abort_child(tcp_sock& child) {
    Ref<tcp_sock> held(child);
    if (child.in(tcpf_established | tcpf_close_wait | tcpf_syn_recv | tcpf_fin_wait1 |
                 tcpf_fin_wait2))
        tcp_send_active_reset(child);
    child.dead = true;
    tcp_memory.orphans++;
    tcp_receive_queues_purge(child);
    tcp_done(child);
}

// The peer's FIN (RFC 9293, section 3.10.7.4, eighth check).
void tcp_fin(tcp_sock& sk) {
    TRACE_STATION(tcp, "sk", sk);
    sk.shutdown |= shutdown_receive;
    sk.done = true;
    while (SkbPtr skb = sk.out_of_order.pop_front()) tcp_uncharge_receive(sk, *skb);
    sk.sack_count = 0;
    sk.ack_scheduled = true;
    switch (sk.state) {
    case TCP_SYN_RECV:
    case TCP_ESTABLISHED:
        sk.state = TCP_CLOSE_WAIT;
        sk.ping_pong = true;
        break;
    case TCP_FIN_WAIT1:
        tcp_send_ack(sk);
        sk.state = TCP_CLOSING;
        break;
    case TCP_FIN_WAIT2:
        tcp_send_ack(sk);
        tcp_time_wait(sk);
        break;
    default:
        break;
    }
    const bool both = sk.shutdown == (shutdown_receive | shutdown_send) || sk.state == TCP_CLOSE;
    sk.wake(POLLIN | POLLRDNORM | POLLRDHUP | (both ? POLLHUP : 0));
}
