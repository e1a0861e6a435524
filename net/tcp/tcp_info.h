// struct tcp_info as Linux lays it out (linux/tcp.h): what getsockopt(TCP_INFO) answers.
#pragma once

#include "net/tcp/tcp_sock.h"

struct tcp_info {
    u8 state, ca_state, retransmits, probes, backoff, options;
    u8 scales; // send in the low four bits, receive in the high
    u8 flags;
    u32 rto, ato, snd_mss, rcv_mss;                                   // µs, bytes
    u32 unacked, sacked, lost, retrans, fackets;                      // segments
    u32 last_data_sent, last_ack_sent, last_data_recv, last_ack_recv; // ms ago
    u32 pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering;
    u32 rcv_rtt, rcv_space, total_retrans;
    u64 pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
    u32 segs_out, segs_in, notsent_bytes, min_rtt, data_segs_in, data_segs_out;
    u64 delivery_rate, busy_time, rwnd_limited, sndbuf_limited;
    u32 delivered, delivered_ce;
    u64 bytes_sent, bytes_retrans;
    u32 dsack_dups, reord_seen, rcv_ooopack, snd_wnd;
};
static_assert(sizeof(tcp_info) == 232);

void tcp_get_info(const tcp_sock& sk, tcp_info& info);
