// What a connection knows about itself.
#include "net/tcp/tcp_info.h"
#include "kernel/base/math.h"

namespace {

constexpr u8 option_timestamps = 1, option_sack = 2, option_scaling = 4;

u32 microseconds(Nanoseconds time) { return static_cast<u32>(time / 1000); }
u32 ms_since(Nanoseconds when, Nanoseconds now) {
    return static_cast<u32>((now - when) / 1'000'000);
}
u32 segments(const tcp_sock& sk, u32 bytes) { return static_cast<u32>(div_up(bytes, sk.mss)); }

void state_part(const tcp_sock& sk, tcp_info& info) {
    info.state = sk.state;
    info.ca_state = sk.congestion == CongestionState::open       ? 0
                    : sk.congestion == CongestionState::recovery ? 3
                                                                 : 4;
    info.retransmits = sk.retransmits;
    info.probes = sk.probes_out;
    info.backoff = sk.backoff;
    info.options =
        static_cast<u8>((sk.use_timestamps ? option_timestamps : 0) |
                        (sk.use_sack ? option_sack : 0) | (sk.use_scaling ? option_scaling : 0));
    info.scales = static_cast<u8>(sk.send_scale | sk.receive_scale << 4);
}

void window_part(const tcp_sock& sk, tcp_info& info) {
    info.snd_mss = sk.mss;
    info.rcv_mss = sk.receive_mss;
    info.advmss = sk.advertised_mss;
    info.pmtu = sk.path_mtu ? sk.path_mtu : sk.path.mtu;
    info.snd_cwnd = max(sk.congestion_window / sk.mss, 1u);
    info.snd_ssthresh = sk.slow_start_threshold == infinite_ssthresh
                            ? infinite_ssthresh
                            : sk.slow_start_threshold / sk.mss;
    info.rcv_ssthresh = sk.receive_buffer / 2;
    info.rcv_space = sk.receive_buffer / 2;
    info.snd_wnd = sk.send_window;
    info.reordering = 3;
    info.unacked = sk.state == TCP_LISTEN
                       ? sk.backlog
                       : segments(sk, seq_length(sk.send_unacknowledged, sk.send_next));
    info.sacked = sk.state == TCP_LISTEN ? sk.max_backlog : segments(sk, sk.sacked_bytes);
    info.lost = segments(sk, sk.lost_bytes);
    info.retrans = segments(sk, sk.retransmitted_bytes);
    info.notsent_bytes = seq_length(sk.send_next, sk.write_next);
}

void time_part(const tcp_sock& sk, tcp_info& info) {
    const Nanoseconds now = clock_monotonic();
    info.rto = microseconds(sk.rto);
    info.ato = microseconds(sk.ack_timeout);
    info.rtt = microseconds(sk.smoothed_rtt);
    info.rttvar = microseconds(sk.rtt_variance);
    info.min_rtt = microseconds(sk.min_rtt);
    info.rcv_rtt = sk.receive_rtt_ms * 1000;
    info.last_data_sent = ms_since(sk.last_send, now);
    info.last_data_recv = ms_since(sk.last_receive, now);
    info.last_ack_recv = ms_since(sk.last_ack_received, now);
}

} // namespace

void tcp_get_info(const tcp_sock& sk, tcp_info& info) {
    memset(&info, 0, sizeof info);
    state_part(sk, info);
    window_part(sk, info);
    time_part(sk, info);
    info.pacing_rate = info.max_pacing_rate = ~u64{0};
    info.total_retrans = sk.total_retransmits;
    info.bytes_acked = sk.bytes_acknowledged;
    info.bytes_received = sk.bytes_received;
    info.bytes_sent = sk.bytes_sent;
    info.bytes_retrans = sk.bytes_retransmitted;
    info.segs_out = sk.segments_out;
    info.segs_in = sk.segments_in;
    info.data_segs_in = sk.data_in;
    info.data_segs_out = sk.data_out;
}
