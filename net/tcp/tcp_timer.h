// TCP's clocks: retransmission and probes, delayed ACKs, keepalive and the end of FIN_WAIT_2.
#pragma once

#include "net/tcp/tcp_sock.h"

void tcp_retransmit_timeout(Timer& timer);
void tcp_ack_timeout(Timer& timer);
void tcp_keepalive_timeout(Timer& timer);

// Starts the retransmission timer afresh, or stops it when nothing is in flight (RFC 6298,
// section 5).
void tcp_rearm_rto(tcp_sock& sk);
void tcp_arm_probe(tcp_sock& sk);
void tcp_schedule_delayed_ack(tcp_sock& sk, Nanoseconds now);
// Two segments or more want an ACK: one will do for those that follow at once.
void tcp_gather_ack(tcp_sock& sk, Nanoseconds now);
void tcp_arm_keepalive(tcp_sock& sk);
void tcp_stop_timers(tcp_sock& sk);
// A sample of the round trip (RFC 6298, section 2).
void tcp_rtt_sample(tcp_sock& sk, Nanoseconds rtt);
void tcp_set_rto(tcp_sock& sk);
