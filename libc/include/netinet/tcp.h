// The header of TCP (RFC 9293 3.1) and its socket options (tcp(7)).
#pragma once
#include <bits/types.h>
#include <uapi/in.h>
#define TH_FIN 0x01
#define TH_SYN 0x02
#define TH_RST 0x04
#define TH_PUSH 0x08
#define TH_ACK 0x10
#define TH_URG 0x20
#define SOL_TCP 6
struct tcphdr {
    __extension__ union {
        __extension__ struct {
            uint16_t th_sport, th_dport;
            uint32_t th_seq, th_ack;
            uint8_t th_x2 : 4, th_off : 4, th_flags;
            uint16_t th_win, th_sum, th_urp;
        };
        __extension__ struct {
            uint16_t source, dest;
            uint32_t seq, ack_seq;
            uint16_t res1 : 4, doff : 4, fin : 1, syn : 1, rst : 1, psh : 1, ack : 1, urg : 1,
                res2 : 2;
            uint16_t window, check, urg_ptr;
        };
    };
};
struct tcp_info {
    uint8_t tcpi_state, tcpi_ca_state, tcpi_retransmits, tcpi_probes, tcpi_backoff, tcpi_options;
    uint8_t tcpi_snd_wscale : 4, tcpi_rcv_wscale : 4;
    uint32_t tcpi_rto, tcpi_ato, tcpi_snd_mss, tcpi_rcv_mss;
    uint32_t tcpi_unacked, tcpi_sacked, tcpi_lost, tcpi_retrans, tcpi_fackets;
    uint32_t tcpi_last_data_sent, tcpi_last_ack_sent, tcpi_last_data_recv, tcpi_last_ack_recv;
    uint32_t tcpi_pmtu, tcpi_rcv_ssthresh, tcpi_rtt, tcpi_rttvar, tcpi_snd_ssthresh, tcpi_snd_cwnd;
    uint32_t tcpi_advmss, tcpi_reordering, tcpi_rcv_rtt, tcpi_rcv_space, tcpi_total_retrans;
};
