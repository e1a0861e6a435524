// tcp_v4_connect: route, names, sequence numbers, SYN.
#include "net/tcp/tcp_connect.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_congestion.h"
#include "net/tcp/tcp_isn.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_timer.h"

namespace {

void set_initial_values(tcp_sock& sk) {
    const SeqNumber isn = sk.initial_send.raw() ? sk.initial_send : tcp_initial_sequence(sk.tuple);
    sk.initial_send = isn;
    sk.send_unacknowledged = sk.send_next = sk.write_next = sk.last_push = sk.small_sent = isn;
    sk.timestamp_offset = tcp_timestamp_offset(sk.tuple);
    sk.path_mtu = 0;
    sk.peer_mss = 65535;
    tcp_sync_mss(sk);
    sk.congestion_window = tcp_initial_window_segments * sk.mss;
    tcp_initial_receive_window(sk.receive_buffer, sk.window_clamp, true, sk.receive_scale,
                               sk.receive_window);
    sk.rto = tcp_rto_initial;
    sk.retransmits = sk.backoff = 0;
    sk.done = false;
    sk.shutdown = 0;
    sk.error = sk.soft_error = 0;
}

Result<void> send_syn(tcp_sock& sk) {
    SkbPtr syn = tcp_alloc_write(sk, 0);
    if (!syn) return Errno{ENOBUFS};
    TcpCb& cb = tcp_cb(*syn);
    cb.flags = th_syn;
    cb.end_sequence = cb.sequence + 1;
    sk.send_next = sk.write_next = cb.end_sequence;
    tcp_charge_send(sk, *syn);
    sk_buff& raw = *syn;
    sk.retransmit_queue.push_back(std::move(syn));
    tcp_mib.ActiveOpens++;
    // A SYN that couldn't leave is sent again by the timer.
    (void)tcp_transmit_queued(sk, raw);
    tcp_rearm_rto(sk);
    return {};
}

// Undoes what a failed connect began.
void forget_names(tcp_sock& sk, bool was_bound, const in6_addr& source) {
    sk.unhash();
    sk.state = TCP_CLOSE;
    sk.remote_address = {};
    sk.remote_port = {};
    sk.route_valid = false;
    sk.local_address = source;
    if (!was_bound) {
        sk.port_user.release();
        sk.bound_port = 0;
        sk.local_port = {};
    }
}

} // namespace

Result<void> tcp_v4_connect(sock& base, const SockaddrStorage& address, u32 length) {
    TRACE_STATION(tcp, "sk", base);
    tcp_sock& sk = tcp_sk(base);
    const sockaddr_in to = TRY(inet_address(address, length));
    if (sk.state != TCP_CLOSE) return Errno{EISCONN};
    be32 destination = to.sin_addr;
    const be32 bound = sk.local_address.v4(); // 0 also when bound to a broadcast address
    if (destination.raw == 0)                 // this host
        destination = bound.raw ? bound : be32(INADDR_LOOPBACK);
    const Route route = TRY(ip_route_output(destination, bound, sk.bound_device));
    if (sk.dont_route && has_gateway(route, destination)) return Errno{ENETUNREACH};
    if (route.type == rtn_multicast || route.type == rtn_broadcast) return Errno{ENETUNREACH};
    sk.af_ops = &tcp_ipv4_ops;
    sk.path = route;
    return tcp_connect(sk, bound.raw ? bound : route.source, destination, to.sin_port);
}

Result<void> tcp_connect(tcp_sock& sk, const in6_addr& source, const in6_addr& destination,
                         be16 port) {
    const bool was_bound = sk.bound_port != 0;
    const in6_addr source_before = sk.local_address;
    sk.route_generation = ip_route_generation();
    sk.route_valid = true;
    sk.local_address = source;
    sk.remote_address = destination;
    sk.remote_port = port;
    sk.initial_send = SeqNumber();
    sk.recent_timestamp = 0;
    sk.recent_timestamp_at = 0;
    sk.state = TCP_SYN_SENT;
    auto done = tcp_hash_connect(sk);
    if (done.ok()) {
        set_initial_values(sk);
        done = send_syn(sk);
    }
    if (!done.ok()) {
        forget_names(sk, was_bound, source_before);
        return done.error();
    }
    sk.receive_address = sk.local_address;
    return {};
}

void tcp_finish_connect(tcp_sock& sk) {
    TRACE_STATION(tcp, "sk", sk);
    sk.state = TCP_ESTABLISHED;
    tcp_init_congestion(sk);
    if (sk.keepalive) tcp_arm_keepalive(sk);
    sk.wake(POLLOUT | POLLWRNORM);
}

void tcp_reset_connection(tcp_sock& sk) {
    sk.remote_address = {};
    sk.remote_port = {};
    if (!sk.address_locked) sk.local_address = sk.receive_address = {};
    sk.shutdown = 0;
    sk.done = sk.urgent_mode = sk.ping_pong = false;
    sk.use_timestamps = sk.use_sack = sk.use_scaling = false;
    sk.send_scale = sk.receive_scale = 0;
    sk.urgent_data = 0;
    sk.sack_count = 0;
    sk.duplicate_sack = false;
    sk.smoothed_rtt = sk.rtt_variance = sk.min_rtt = 0;
    sk.rto = tcp_rto_initial;
    sk.backoff = sk.retransmits = sk.probes_out = 0;
    sk.congestion = CongestionState::open;
    sk.slow_start_threshold = infinite_ssthresh;
    sk.duplicate_acks = 0;
    sk.send_window = sk.max_send_window = 0;
    sk.total_retransmits = 0;
    sk.last_send = sk.last_receive = sk.last_ack_received = 0;
    sk.copied = sk.receive_next;
    sk.route_valid = false;
    sk.path_mtu = 0;
}
