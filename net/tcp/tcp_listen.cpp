// Passive open: RFC 9293, section 3.10.7.2, and its SYN-RECEIVED for what isn't a full socket yet.
#include "net/tcp/tcp_listen.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_close.h"
#include "net/tcp/tcp_isn.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"

namespace {

constexpr u32 least_requests = 8; // before cookies, however small the backlog
constexpr Nanoseconds cookies_valid = s_to_ns(128);

bool accept_queue_full(const tcp_sock& sk) { return sk.backlog > sk.max_backlog; }

// The SYN-ACK wasn't answered: send it again, 1 s, 2 s, 4 s …
void request_timeout(Timer& timer) {
    tcp_request_sock& request = static_cast<TcpRequestTimer&>(timer).request;
    if (request.timeouts >= tcp_synack_retries) return tcp_drop_request(request);
    request.timeouts++;
    tcp_mib.RetransSegs++;
    tcp_send_synack(request, 0);
    kernel_timers().set(timer, clock_monotonic() + (tcp_rto_initial << request.timeouts));
}

// What we offer in the SYN-ACK.
void offer(tcp_request_sock& request) {
    const tcp_sock& sk = request.listener;
    tcp_initial_receive_window(sk.receive_buffer, sk.window_clamp, request.use_scaling,
                               request.receive_scale, request.window);
}

void read_syn(tcp_request_sock& request, const sk_buff& skb) {
    const TcpCb& cb = tcp_cb(skb);
    const TcpOptions options = tcp_parse_options(
        {skb.transport() + sizeof(tcphdr), cb.header_length - sizeof(tcphdr)}, true);
    request.initial_receive = cb.sequence;
    request.peer_window = cb.window;
    request.peer_mss = options.mss ? options.mss : tcp_default_mss;
    request.use_timestamps = options.has_timestamp;
    request.recent_timestamp = options.timestamp;
    request.use_sack = options.sack_permitted;
    request.use_scaling = options.has_window_scale;
    request.send_scale = options.window_scale;
    request.timestamp_offset = tcp_timestamp_offset(request.tuple);
}

void name(tcp_request_sock& request, const sk_buff& skb) {
    request.tuple = tcp_tuple_of(skb);
    request.device = tcp_device_for(skb, request.tuple, request.listener.bound_device);
}

void send_cookie(tcp_sock& sk, const sk_buff& skb) {
    tcp_request_sock request(sk);
    name(request, skb);
    read_syn(request, skb);
    u32 timestamp = 0;
    request.initial_send = tcp_cookie_make(request, timestamp);
    offer(request);
    sk.accept_queue->last_overflow = clock_monotonic();
    tcp_mib.SyncookiesSent++;
    tcp_mib.TCPReqQFullDoCookies++;
    tcp_send_synack(request, timestamp);
}

// RFC 9293, section 3.10.7.2, third: a SYN.
void tcp_conn_request(tcp_sock& sk, const sk_buff& skb, SeqNumber isn) {
    TRACE_STATION(tcp, "sk", sk, "skb", skb);
    TcpAcceptQueue& queue = *sk.accept_queue;
    if (accept_queue_full(sk)) {
        tcp_mib.ListenOverflows++;
        tcp_mib.ListenDrops++;
        sk.drops++;
        return;
    }
    if (queue.request_count >= max(sk.max_backlog, least_requests) || tcp_memory.exhausted())
        return send_cookie(sk, skb);
    auto made = make_box<tcp_request_sock>(sk);
    if (!made.ok()) return send_cookie(sk, skb);
    tcp_request_sock& request = *std::move(made).value().release();
    name(request, skb);
    read_syn(request, skb);
    request.initial_send = isn.raw() ? isn : tcp_initial_sequence(request.tuple);
    offer(request);
    request.sent_at = clock_monotonic();
    request.queued = true;
    queue.requests.push_back(request);
    queue.request_count++;
    tcp_memory.requests++;
    tcp_ehash_insert(request);
    kernel_timers().set(request.timer, request.sent_at + tcp_rto_initial);
    tcp_send_synack(request, 0);
}

// An ACK out of the blue: perhaps the answer to a cookie. True: RST.
bool cookie_ack(tcp_sock& sk, SkbPtr skb) {
    const TcpCb& cb = tcp_cb(*skb);
    const Nanoseconds overflow = sk.accept_queue->last_overflow;
    if (!overflow || clock_monotonic() - overflow > cookies_valid) return true;
    tcp_request_sock request(sk);
    name(request, *skb);
    const TcpOptions options = tcp_parse_options(
        {skb->transport() + sizeof(tcphdr), cb.header_length - sizeof(tcphdr)}, false);
    if ((cb.flags & th_syn) || !tcp_cookie_check(request, cb, options)) {
        tcp_mib.SyncookiesFailed++;
        return true;
    }
    if (accept_queue_full(sk)) {
        tcp_mib.ListenOverflows++;
        return false;
    }
    offer(request);
    tcp_mib.SyncookiesRecv++;
    Ref<sock> child = tcp_create_child(sk, request);
    if (!child) return false;
    return tcp_add_child(sk, std::move(child), std::move(skb));
}

} // namespace

tcp_request_sock::tcp_request_sock(tcp_sock& listener)
    : TcpHashed(TcpKind::request), timer(request_timeout, *this), listener(listener) {}

void tcp_send_synack(const tcp_request_sock& request, u32 timestamp) {
    const tcp_sock& sk = request.listener;
    const u32 mss = tcp_path_mss(request.tuple, request.device);
    if (mss == 0) return;
    TcpReply reply{.tuple = request.tuple,
                   .sequence = request.initial_send,
                   .acknowledgment = request.initial_receive + 1,
                   .flags = th_syn | th_ack,
                   .window = static_cast<u16>(min(request.window, tcp_max_window)),
                   .tos = sk.tos,
                   .ttl = sk.ttl,
                   .options = {},
                   .device = request.device};
    reply.options.mss = static_cast<u16>(sk.user_mss ? min(mss, sk.user_mss) : mss);
    reply.options.sack_permitted = request.use_sack;
    reply.options.has_window_scale = request.use_scaling;
    reply.options.window_scale = request.receive_scale;
    if (request.use_timestamps) {
        reply.options.has_timestamp = true;
        reply.options.timestamp =
            timestamp ? timestamp
                      : static_cast<u32>(clock_monotonic() / 1'000'000) + request.timestamp_offset;
        reply.options.timestamp_echo = request.recent_timestamp;
    }
    (void)tcp_send_reply(reply);
}

void tcp_drop_request(tcp_request_sock& request) {
    if (request.queued) {
        request.listener.accept_queue->request_count--;
        tcp_memory.requests--;
    }
    Box<tcp_request_sock> last(&request);
}

Result<void> tcp_listen(sock& base) {
    TRACE_STATION(tcp, "sk", base);
    tcp_sock& sk = tcp_sk(base);
    if (sk.state == TCP_LISTEN) return {};
    TRY(tcp_check_port(sk));
    Box<TcpAcceptQueue> queue = TRY(make_box<TcpAcceptQueue>());
    sk.accept_queue = queue.release();
    sk.backlog = 0;
    sk.state = TCP_LISTEN;
    tcp_listen_insert(sk);
    return {};
}

void tcp_listen_stop(tcp_sock& sk) {
    tcp_listen_remove(sk);
    Box<TcpAcceptQueue> queue(sk.accept_queue);
    while (tcp_request_sock* request = queue->requests.front()) tcp_drop_request(*request);
    while (tcp_sock* child = queue->ready.pop_front()) {
        child->listener.reset();
        tcp_abort_child(*child);
    }
    sk.accept_queue = nullptr;
    sk.backlog = 0;
    sk.state = TCP_CLOSE;
}

Result<Ref<sock>> tcp_accept(sock& base, bool nonblock) {
    TRACE_STATION(tcp, "sk", base, "nonblock", nonblock);
    tcp_sock& sk = tcp_sk(base);
    if (sk.state != TCP_LISTEN) return Errno{EINVAL};
    if (sk.accept_queue->ready.empty()) {
        if (nonblock) return Errno{EAGAIN};
        const auto waited = wait_until(
            sk.owner->wait, sock_deadline(sk.receive_timeout, false),
            [&sk] { return sk.state != TCP_LISTEN || !sk.accept_queue->ready.empty(); }, true,
            true);
        if (!waited.ok()) return sock_wait_error(waited.error(), sk.receive_timeout);
        if (sk.state != TCP_LISTEN) return Errno{EINVAL};
    }
    tcp_sock* child = sk.accept_queue->ready.pop_front();
    sk.backlog--;
    child->listener.reset();
    return Ref<sock>::adopt(child);
}

bool tcp_listen_rcv(tcp_sock& sk, SkbPtr skb, SeqNumber isn) {
    const TcpCb& cb = tcp_cb(*skb);
    if (cb.flags & th_rst) return false;
    if (cb.flags & th_ack) return cookie_ack(sk, std::move(skb));
    if ((cb.flags & (th_syn | th_fin)) != th_syn) return false;
    tcp_conn_request(sk, *skb, isn);
    return false;
}

bool tcp_check_req(tcp_request_sock& request, SkbPtr skb) {
    TRACE_STATION(tcp, "skb", skb);
    const TcpCb& cb = tcp_cb(*skb);
    tcp_sock& sk = request.listener;
    const TcpOptions options = tcp_parse_options(
        {skb->transport() + sizeof(tcphdr), cb.header_length - sizeof(tcphdr)}, cb.flags & th_syn);
    const bool old = request.use_timestamps && options.has_timestamp &&
                     static_cast<i32>(options.timestamp - request.recent_timestamp) < 0;
    const u8 kind = cb.flags & (th_rst | th_syn | th_ack);
    if (cb.sequence == request.initial_receive && kind == th_syn && !old) {
        tcp_send_synack(request, 0); // its SYN again
        return false;
    }
    if ((cb.flags & th_ack) && cb.acknowledgment != request.initial_send + 1)
        return !(cb.flags & th_rst);
    if (old || !seq_acceptable(cb.sequence, cb.end_sequence, request.initial_receive + 1,
                               max(request.window, 1u))) {
        if (!(cb.flags & th_rst) && tcp_challenge_allowed()) tcp_send_synack(request, 0);
        return false;
    }
    if (cb.flags & (th_rst | th_syn)) {
        const bool reset = !(cb.flags & th_rst);
        tcp_mib.AttemptFails++;
        tcp_drop_request(request);
        return reset;
    }
    if (!(cb.flags & th_ack)) return false;
    // TCP_DEFER_ACCEPT: the bare ACK doesn't count, data does.
    const Nanoseconds waited = clock_monotonic() - request.sent_at;
    if (sk.defer_accept && waited < s_to_ns(sk.defer_accept) && cb.end_sequence == cb.sequence &&
        cb.sequence == request.initial_receive + 1) {
        request.acked = true;
        return false;
    }
    if (accept_queue_full(sk)) {
        tcp_mib.ListenOverflows++;
        request.acked = true;
        return false;
    }
    if (options.has_timestamp) request.recent_timestamp = options.timestamp;
    Ref<sock> child = tcp_create_child(sk, request);
    if (!child) {
        tcp_mib.ListenDrops++;
        return false;
    }
    tcp_drop_request(request);
    Ref<sock> held(sk);
    return tcp_add_child(sk, std::move(child), std::move(skb));
}
