// struct tcp_sock: one end of a connection, or a listener; and what TCP notes in a buffer's control
// block. Congestion control and the scoreboard count bytes of sequence space.
#pragma once

#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/inet.h"
#include "net/tcp/tcp_hash.h"
#include "net/tcp/tcp_ports.h"
#include "net/tcp/tcp_wire.h"

struct tcp_sock;
struct tcp_request_sock;

// --- constants (RFC 9293, 6298, 6928; values of Linux) ---
constexpr Nanoseconds tcp_rto_min = ms_to_ns(200), tcp_rto_max = s_to_ns(120),
                      tcp_rto_initial = s_to_ns(1);
// A stream that keeps coming is acknowledged once for as much as this, or for what came in this
// time, instead of once for every two segments: each ACK costs both ends as much as a data segment.
// (Linux gets the same sparing from GRO; RFC 9293, section 3.8.6.3 asks for every second segment as
// a "SHOULD".) Only past the first ACKs, on which the peer's slow start lives.
constexpr u32 tcp_ack_gather_bytes = 65536;
constexpr Nanoseconds tcp_ack_gather_time = us_to_ns(50);
constexpr Nanoseconds tcp_delack_min = ms_to_ns(40), tcp_delack_max = ms_to_ns(200);
constexpr Nanoseconds tcp_timewait_length = s_to_ns(60), tcp_fin_timeout = s_to_ns(60);
constexpr Nanoseconds tcp_keepalive_time = s_to_ns(7200), tcp_keepalive_interval = s_to_ns(75);
constexpr u8 tcp_keepalive_probes = 9, tcp_syn_retries = 6, tcp_synack_retries = 5,
             tcp_orphan_retries = 8;
// Fifteen doubling time-outs from 200 ms, none over 120 s: when a connection gives up (R2).
constexpr Nanoseconds tcp_give_up = ms_to_ns(924'600);
constexpr u32 tcp_min_mss = 48, tcp_default_mss = 536, tcp_max_window = 65535;
constexpr u32 tcp_initial_window_segments = 10;
constexpr u32 tcp_send_buffer_default = 16384, tcp_receive_buffer_default = 131072;
constexpr u32 tcp_send_buffer_max = 4 << 20, tcp_receive_buffer_max = 6 << 20;
constexpr u32 tcp_buffer_min = 2304;
constexpr u32 infinite_ssthresh = 0x7fff'ffff;
// The payload of a buffer whose allocation has `bytes` (alloc_skb rounds up to 16).
constexpr u32 tcp_payload_of(u32 bytes) {
    return static_cast<u32>(align_down(bytes - sizeof(SkbData), 16)) - max_header;
}
constexpr u32 tcp_skb_payload = tcp_payload_of(32768); // the most in the write queue
constexpr u32 tcp_small_payload = tcp_payload_of(2048);

// In sk_buff::cb. On the way in: what the header said; in the queues: which bytes.
struct TcpCb {
    SeqNumber sequence, end_sequence; // SYN and FIN count one each
    SeqNumber acknowledgment;         // in only
    u32 window;                       // in only, not scaled
    u16 urgent;                       // in only
    u8 flags;                         // tcp_*
    bool sacked, lost, retransmitted; // scoreboard, of the retransmit queue
    bool ever_retransmitted;
    u8 header_length;
    Nanoseconds sent_at; // 0: not sent yet
};
inline TcpCb& tcp_cb(const sk_buff& skb) { return const_cast<sk_buff&>(skb).control<TcpCb>(); }
// Sequence space that it takes.
inline u32 tcp_span(const sk_buff& skb) {
    return seq_length(tcp_cb(skb).sequence, tcp_cb(skb).end_sequence);
}

struct TcpTimer : Timer {
    TcpTimer(Callback callback, tcp_sock& sk) : Timer(callback), sk(sk) {}
    tcp_sock& sk;
    // When it is really due. The timer itself may be armed for earlier and then looks again, so
    // that pushing the deadline back on every segment costs nothing.
    Nanoseconds deadline = no_deadline;
    void set(Nanoseconds when);
    void stop() { deadline = no_deadline; }
    // In the callback: false when it isn't due yet (and is armed again).
    bool due();
};

enum class CongestionState : u8 { open, recovery, loss };

struct TcpAcceptQueue;

// What of a connection depends on the family that it speaks (Linux: inet_connection_sock_af_ops). A
// socket of AF_INET6 that speaks IPv4 has IPv4's.
struct TcpAfOps {
    u32 header_length; // of the IP header without options
    // Looks the way to the peer up: sets sk.path. Errors: those of routing.
    Result<void> (*find_route)(tcp_sock& sk);
    // Puts the IP header in front and sends.
    Result<void> (*queue_xmit)(tcp_sock& sk, SkbPtr skb);
};
extern const TcpAfOps tcp_ipv4_ops, tcp_ipv6_ops;

struct tcp_sock : inet_sock, TcpHashed {
    tcp_sock(proto& prot, int family, int type, int protocol);
    ~tcp_sock() override;

    const TcpAfOps* af_ops = &tcp_ipv4_ops;
    TcpPortUser port_user;
    ListNode listen_node; // in the table of listeners
    ListNode accept_node; // in a listener's accept queue
    Ref<sock> listener;   // while half open or not accepted yet

    // --- sending: what lies where ---
    SkbQueue retransmit_queue; // sent, not acknowledged
    SkbQueue write_queue;      // not sent
    SeqNumber initial_send;
    SeqNumber send_unacknowledged, send_next, write_next; // write_next: of the next byte written
    u32 send_window = 0;                                  // the peer's, scaled
    u32 max_send_window = 0;
    SeqNumber window_sequence; // SND.WL1
    SeqNumber last_push;       // the last byte that was marked PSH
    SeqNumber send_urgent;
    SeqNumber small_sent; // end of the last segment below MSS (Minshall's Nagle)
    bool urgent_mode = false;
    u8 nonagle = 0; // nagle_*
    bool corked_by_more = false;
    u32 mss = tcp_default_mss; // payload of a full segment, options taken off
    u32 peer_mss = tcp_default_mss;
    u32 user_mss = 0;
    u32 path_mtu = 0; // 0: the device's
    Route path{};     // over IPv6: its source and next hop are in ipv6_pinfo
    u32 route_generation = 0;
    bool route_valid = false;
    bool memory_failed = false; // a segment couldn't be made; a timer tries again

    // --- receiving ---
    SeqNumber initial_receive;
    SeqNumber receive_next, copied, window_update; // copied: read up to here; RCV.WUP
    u32 receive_window = 0;                        // as last advertised from window_update on
    u32 window_clamp = 0xffff'ffff;
    u32 receive_mss = tcp_default_mss; // of the peer's segments, estimated
    u32 advertised_mss = 0;
    SkbQueue out_of_order;
    SackBlock sacks[4];
    u8 sack_count = 0;
    bool duplicate_sack = false; // the next ACK reports `duplicate`
    SackBlock duplicate;
    SeqNumber urgent_sequence;
    u16 urgent_data = 0;        // urgent_*, or'ed with the byte
    bool report_unread = false; // TCP_INQ
    bool done = false;          // the peer's FIN was taken (SOCK_DONE)

    // --- options agreed on ---
    bool use_timestamps = false, use_sack = false, use_scaling = false;
    u8 send_scale = 0, receive_scale = 0;
    u32 timestamp_offset = 0;
    u32 recent_timestamp = 0;                      // TS.Recent
    Nanoseconds recent_timestamp_at = 0;           // 0: none
    u32 received_timestamp = 0, received_echo = 0; // of the segment at hand
    bool saw_timestamp = false;                    // likewise

    // --- time-outs ---
    TcpTimer retransmit_timer, ack_timer, keepalive_timer;
    bool probing = false; // the retransmit timer is for zero-window probes
    Nanoseconds smoothed_rtt = 0, rtt_variance = 0, rto = tcp_rto_initial, min_rtt = 0;
    u8 backoff = 0, retransmits = 0, probes_out = 0;
    Nanoseconds retransmit_since = 0; // first time-out without an answer
    Nanoseconds last_send = 0, last_receive = 0, last_ack_received = 0;

    // --- acknowledging ---
    bool ack_scheduled = false, ack_now = false, ping_pong = false;
    bool ack_gathering = false; // the scheduled one is for more than one segment, and soon
    u8 quick_acks = 0;
    Nanoseconds ack_timeout = tcp_delack_min;
    SeqNumber last_ack_sent; // RFC 7323's Last.ACK.sent

    // --- congestion ---
    CongestionState congestion = CongestionState::open;
    u32 congestion_window = 0, slow_start_threshold = infinite_ssthresh;
    u32 bytes_counted = 0; // towards the next growth in congestion avoidance
    u32 sacked_bytes = 0, lost_bytes = 0, retransmitted_bytes = 0;
    u32 duplicate_acks = 0;
    SeqNumber recovery_point;
    SeqNumber highest_sacked;
    bool window_limited = false; // the congestion window held something back

    // --- receive-buffer tuning ---
    u32 tuning_bytes = 0;
    Nanoseconds tuning_since = 0;
    u32 receive_rtt_ms = 0;

    // --- listener ---
    TcpAcceptQueue* accept_queue = nullptr;

    // --- options of the program ---
    u32 keep_idle = 0, keep_interval = 0; // seconds, 0: default
    u8 keep_count = 0, syn_retries = 0;
    int linger2 = 0;           // seconds; 0: default, below 0: none
    u32 defer_accept = 0;      // seconds
    u32 user_timeout = 0;      // ms
    u32 notsent_low_water = 0; // 0: none

    // --- counted for TCP_INFO ---
    u64 bytes_sent = 0, bytes_received = 0, bytes_acknowledged = 0, bytes_retransmitted = 0;
    u32 segments_in = 0, segments_out = 0, total_retransmits = 0, data_in = 0, data_out = 0;

    // Sent and, as far as one can tell, still on its way (RFC 6675's pipe).
    u32 in_flight() const {
        const u32 sent = seq_length(send_unacknowledged, send_next) + retransmitted_bytes;
        const u32 gone = sacked_bytes + lost_bytes;
        return sent > gone ? sent - gone : 0;
    }
    SeqNumber send_window_end() const { return send_unacknowledged + send_window; }
    // What is left of the window last advertised.
    u32 receive_window_left() const {
        const i32 left = (window_update + receive_window) - receive_next;
        return left > 0 ? static_cast<u32>(left) : 0;
    }
    u32 unread() const { return seq_length(copied, receive_next); }
    bool in(u32 states) const { return (1u << state) & states; }
};
inline tcp_sock& tcp_sk(sock& sk) { return static_cast<tcp_sock&>(sk); }

constexpr u8 nagle_off = 1, nagle_cork = 2;
constexpr u16 urgent_valid = 0x100, urgent_notyet = 0x200, urgent_read = 0x400;

// Sets of states for tcp_sock::in().
constexpr u32 tcpf_established = 1 << TCP_ESTABLISHED, tcpf_syn_sent = 1 << TCP_SYN_SENT,
              tcpf_syn_recv = 1 << TCP_SYN_RECV, tcpf_fin_wait1 = 1 << TCP_FIN_WAIT1,
              tcpf_fin_wait2 = 1 << TCP_FIN_WAIT2, tcpf_close = 1 << TCP_CLOSE,
              tcpf_close_wait = 1 << TCP_CLOSE_WAIT, tcpf_last_ack = 1 << TCP_LAST_ACK,
              tcpf_listen = 1 << TCP_LISTEN, tcpf_closing = 1 << TCP_CLOSING;

// The millisecond clock of a connection's timestamps.
inline u32 tcp_timestamp(const tcp_sock& sk, Nanoseconds now) {
    return static_cast<u32>(now / 1'000'000) + sk.timestamp_offset;
}

// A fresh socket, as socket(2) makes it. ENOMEM.
Result<Ref<sock>> tcp_make_sock(int protocol);
