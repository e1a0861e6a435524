// TIME_WAIT (RFC 9293, section 3.10.7.4; RFC 1122, section 4.2.2.13; RFC 6191): a small record
// stands for the connection for 60 s.
#pragma once

#include "net/tcp/tcp_sock.h"

struct TcpTimeWait : TcpHashed {
    TcpTimeWait() : TcpHashed(TcpKind::time_wait) {}
    ListNode node; // all of them, the oldest first
    TcpPortUser port_user;
    SeqNumber send_next, receive_next;
    u32 receive_window = 0;
    u8 receive_scale = 0, tos = 0;
    bool use_timestamps = false;
    u32 recent_timestamp = 0, timestamp_offset = 0;
    Nanoseconds since = 0; // entered, or the peer's FIN came again
    int device = 0;
    bool v6 = false; // of a socket of AF_INET6
    u32 uid = 0;
};

// Turns the connection into a record; the socket is done.
void tcp_time_wait(tcp_sock& sk);
// A segment for one. True: it is a SYN for a new connection, and the record is gone (RFC 6191):
// the listener takes it, with `isn` above what the old connection used.
bool tcp_timewait_process(TcpTimeWait& record, const sk_buff& skb, SeqNumber& isn);
// May a new connection from here take over its four names? Then it is gone, and `sk` goes on where
// it was. After one second, with timestamps, as Linux's tcp_tw_reuse.
bool tcp_timewait_unique(TcpTimeWait& record, tcp_sock& sk);
