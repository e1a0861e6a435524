// Congestion control in bytes: slow start and avoidance (RFC 5681), IW10 (RFC 6928), recovery by
// NewReno (RFC 6582) or by the SACK scoreboard (RFC 6675), limited transmit (RFC 3042).
#pragma once

#include "net/tcp/tcp_sock.h"

// What one acknowledgment told.
struct TcpAckNews {
    u32 acknowledged = 0;   // bytes newly acknowledged in order
    u32 newly_sacked = 0;   // bytes newly reported by SACK
    bool duplicate = false; // RFC 5681's definition
    u32 flight_before = 0;  // in_flight() before it
};

void tcp_init_congestion(tcp_sock& sk);
// RFC 2861 / RFC 5681, section 4.1: after a silence the window starts anew.
void tcp_restart_after_idle(tcp_sock& sk);
// Marks what the blocks report; returns bytes newly SACKed. Cuts buffers at the blocks' edges.
u32 tcp_sack_update(tcp_sock& sk, const TcpOptions& options);
// After every acceptable ACK: state, losses, window.
void tcp_congestion_ack(tcp_sock& sk, const TcpAckNews& news);
// A retransmission time-out: everything unSACKed counts as lost (RFC 5681, section 3.1, (4)).
void tcp_enter_loss(tcp_sock& sk);
// Takes a buffer that leaves the retransmit queue off the counts.
void tcp_scoreboard_forget(tcp_sock& sk, const sk_buff& skb);
