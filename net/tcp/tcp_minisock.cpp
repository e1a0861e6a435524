// From a half-open record to a full socket.
#include "kernel/base/math.h"
#include "net/filter.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_congestion.h"
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_ipv6.h"
#include "net/tcp/tcp_listen.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_timer.h"

namespace {

// accept(2): what the program set on the listener holds for its connections.
void inherit(tcp_sock& child, const tcp_sock& from) {
    child.reuse_address = from.reuse_address;
    child.reuse_port = from.reuse_port;
    child.keepalive = from.keepalive;
    child.linger = from.linger;
    child.linger_seconds = from.linger_seconds;
    child.timestamps = from.timestamps;
    child.timestamps_ns = from.timestamps_ns;
    child.oob_inline = from.oob_inline;
    child.receive_timeout = from.receive_timeout;
    child.send_timeout = from.send_timeout;
    child.receive_low_water = from.receive_low_water;
    child.receive_buffer = from.receive_buffer;
    child.send_buffer = from.send_buffer;
    child.receive_buffer_locked = from.receive_buffer_locked;
    child.send_buffer_locked = from.send_buffer_locked;
    child.priority = from.priority;
    child.mark = from.mark;
    child.uid = from.uid;
    child.filter = from.filter;
    child.filter_locked = from.filter_locked;
    child.ttl = from.ttl;
    child.tos = from.tos;
    child.path_mtu_discovery = from.path_mtu_discovery;
    child.nonagle = from.nonagle;
    child.user_mss = from.user_mss;
    child.window_clamp = from.window_clamp;
    child.keep_idle = from.keep_idle;
    child.keep_interval = from.keep_interval;
    child.keep_count = from.keep_count;
    child.syn_retries = from.syn_retries;
    child.linger2 = from.linger2;
    child.user_timeout = from.user_timeout;
    child.notsent_low_water = from.notsent_low_water;
}

void set_names(tcp_sock& child, const TcpTuple& tuple) {
    child.tuple = tuple;
    child.local_address = child.receive_address = tuple.local_address;
    child.remote_address = tuple.remote_address;
    child.local_port = tuple.local_port;
    child.remote_port = tuple.remote_port;
}

void set_sequences(tcp_sock& child, const tcp_request_sock& request) {
    child.initial_send = request.initial_send;
    child.send_unacknowledged = child.send_next = child.write_next = child.last_push =
        child.small_sent = request.initial_send + 1;
    child.initial_receive = request.initial_receive;
    child.receive_next = child.copied = child.window_update = child.last_ack_sent =
        request.initial_receive + 1;
    child.receive_window = request.window;
    child.send_window = child.max_send_window = request.peer_window;
    child.window_sequence = request.initial_receive;
}

} // namespace

Ref<sock> tcp_create_child(tcp_sock& listener, const tcp_request_sock& request) {
    TRACE_STATION(tcp, "sk", listener);
    auto made = listener.family == AF_INET ? tcp_make_sock(IPPROTO_TCP)
                                           : tcp_v6_make_child(listener, request.tuple);
    if (!made.ok()) return {};
    Ref<sock> result = std::move(made).value();
    tcp_sock& child = tcp_sk(*result);
    inherit(child, listener);
    child.bound_device = request.device;
    set_names(child, request.tuple);
    set_sequences(child, request);
    child.use_timestamps = request.use_timestamps;
    child.use_sack = request.use_sack;
    child.use_scaling = request.use_scaling;
    child.send_scale = request.send_scale;
    child.receive_scale = request.receive_scale;
    if (!child.use_scaling) child.window_clamp = min(child.window_clamp, tcp_max_window);
    child.timestamp_offset = request.timestamp_offset;
    child.recent_timestamp = request.recent_timestamp;
    child.recent_timestamp_at = request.use_timestamps ? clock_monotonic() : 0;
    child.peer_mss = max<u32>(request.peer_mss, tcp_min_mss);
    if (!tcp_update_route(child).ok()) return {};
    child.advertised_mss = tcp_advertised_mss(child);
    child.receive_mss = min(child.mss, max(child.receive_window / 2, tcp_default_mss));
    child.state = TCP_SYN_RECV;
    if (request.sent_at && request.timeouts == 0)
        tcp_rtt_sample(child, clock_monotonic() - request.sent_at);
    tcp_inherit_port(child, listener);
    return result;
}

bool tcp_add_child(tcp_sock& listener, Ref<sock> held, SkbPtr skb) {
    tcp_sock& child = tcp_sk(*held);
    child.listener = Ref<sock>(listener);
    tcp_ehash_insert(child);
    // The queue's reference; accept hands it on.
    listener.accept_queue->ready.push_back(*Ref<tcp_sock>(child).release());
    listener.backlog++;
    tcp_mib.PassiveOpens++;
    const bool reset = tcp_rcv_state_process(child, std::move(skb));
    listener.wake(POLLIN | POLLRDNORM);
    return reset;
}
