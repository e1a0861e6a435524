// All records have the same lifetime, so that one list in order of entry and one timer do.
#include "net/tcp/tcp_timewait.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_close.h"
#include "net/tcp/tcp_isn.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"

namespace {

List<TcpTimeWait, &TcpTimeWait::node> records;

void remove(TcpTimeWait& record) {
    tcp_memory.time_wait--;
    Box<TcpTimeWait> last(&record);
}

void expire(Timer& timer) {
    const Nanoseconds now = clock_monotonic();
    while (TcpTimeWait* oldest = records.front()) {
        if (oldest->since + tcp_timewait_length > now) {
            kernel_timers().set(timer, oldest->since + tcp_timewait_length);
            return;
        }
        tcp_mib.TW++;
        remove(*oldest);
    }
}

Timer expiry_timer(expire);

void restart(TcpTimeWait& record) {
    record.since = clock_monotonic();
    record.node.unlink();
    records.push_back(record);
    if (!expiry_timer.armed())
        kernel_timers().set(expiry_timer, record.since + tcp_timewait_length);
}

void answer(const TcpTimeWait& record) {
    TcpReply reply{.tuple = record.tuple,
                   .sequence = record.send_next,
                   .acknowledgment = record.receive_next,
                   .flags = th_ack,
                   .window = static_cast<u16>(record.receive_window >> record.receive_scale),
                   .tos = record.tos,
                   .options = {},
                   .device = record.device};
    if (record.use_timestamps) {
        reply.options.has_timestamp = true;
        reply.options.timestamp =
            static_cast<u32>(clock_monotonic() / 1'000'000) + record.timestamp_offset;
        reply.options.timestamp_echo = record.recent_timestamp;
    }
    (void)tcp_send_reply(reply);
}

} // namespace

void tcp_time_wait(tcp_sock& sk) {
    TRACE_STATION(tcp, "sk", sk);
    auto made = tcp_memory.time_wait < tcp_memory.time_wait_max
                    ? make_box<TcpTimeWait>()
                    : Result<Box<TcpTimeWait>>(Errno{ENOMEM});
    if (!made.ok()) {
        tcp_mib.TCPTimeWaitOverflow++;
        return tcp_done(sk);
    }
    TcpTimeWait& record = *std::move(made).value().release();
    record.tuple = sk.tuple;
    record.send_next = sk.send_next;
    record.receive_next = sk.receive_next;
    record.receive_window = sk.receive_window_left();
    record.receive_scale = sk.receive_scale;
    record.tos = sk.tos;
    record.use_timestamps = sk.use_timestamps;
    record.recent_timestamp = sk.recent_timestamp;
    record.timestamp_offset = sk.timestamp_offset;
    record.device = sk.bound_device;
    record.uid = sk.uid;
    record.v6 = sk.family == AF_INET6;
    record.port_user.reuse_address = sk.reuse_address;
    record.port_user.reuse_port = sk.reuse_port;
    record.port_user.binding = InetBinding(sk);
    record.port_user.take_over(sk.port_user);
    tcp_memory.time_wait++;
    sk.unhash();
    tcp_ehash_insert(record);
    restart(record);
    tcp_done(sk);
}

bool tcp_timewait_process(TcpTimeWait& record, const sk_buff& skb, SeqNumber& isn) {
    TRACE_STATION(tcp, "skb", skb);
    const TcpCb& cb = tcp_cb(skb);
    const TcpOptions options = tcp_parse_options(
        {skb.transport() + sizeof(tcphdr), cb.header_length - sizeof(tcphdr)}, cb.flags & th_syn);
    const bool stamped = record.use_timestamps && options.has_timestamp;
    const i32 later = stamped ? static_cast<i32>(options.timestamp - record.recent_timestamp) : 0;
    // RFC 6191: a SYN that can't be old: a later timestamp or a higher sequence number.
    if ((cb.flags & (th_syn | th_rst | th_ack)) == th_syn && later >= 0 &&
        (cb.sequence > record.receive_next || later > 0)) {
        isn = record.send_next + 65537;
        tcp_mib.TWRecycled++;
        remove(record);
        return true;
    }
    const bool in_window =
        seq_acceptable(cb.sequence, cb.end_sequence, record.receive_next, record.receive_window);
    if (cb.flags & th_rst) return false; // RFC 1337: not by a reset
    if (later < 0 || !in_window || cb.sequence != cb.end_sequence) {
        // The peer didn't see our last ACK.
        if (in_window && (cb.flags & th_fin) && cb.end_sequence == record.receive_next)
            restart(record);
        if (tcp_challenge_allowed()) answer(record);
        return false;
    }
    if (stamped) record.recent_timestamp = options.timestamp;
    return false;
}

bool tcp_timewait_unique(TcpTimeWait& record, tcp_sock& sk) {
    const Nanoseconds now = clock_monotonic();
    if (!record.use_timestamps || now - record.since < s_to_ns(1)) return false;
    sk.initial_send = record.send_next + 65537;
    sk.recent_timestamp = record.recent_timestamp;
    tcp_mib.TWRecycled++;
    remove(record);
    return true;
}
