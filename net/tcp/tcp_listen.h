// Listening: half-open connections as small records, bounded by the backlog; SYN cookies beyond it;
// and the queue of what is ready to be accepted.
#pragma once

#include "net/tcp/tcp_sock.h"

struct TcpRequestTimer : Timer {
    TcpRequestTimer(Callback callback, tcp_request_sock& request)
        : Timer(callback), request(request) {}
    tcp_request_sock& request;
};

// A connection whose SYN was answered and nothing more.
struct tcp_request_sock : TcpHashed {
    explicit tcp_request_sock(tcp_sock& listener);
    ListNode node; // in the listener's queue
    TcpRequestTimer timer;
    tcp_sock& listener;
    SeqNumber initial_send, initial_receive;
    u32 window = 0; // that we offered; the peer's
    u32 peer_window = 0;
    u32 recent_timestamp = 0, timestamp_offset = 0;
    Nanoseconds sent_at = 0;
    int device = 0; // the connection's: the listener's, or the only one that has the peer's address
    u16 peer_mss = tcp_default_mss;
    u8 send_scale = 0, receive_scale = 0;
    bool use_timestamps = false, use_sack = false, use_scaling = false;
    bool acked = false; // the handshake is done, but the accept queue was full (or no data yet)
    bool queued = false;
    u8 timeouts = 0;
};

struct TcpAcceptQueue {
    List<tcp_sock, &tcp_sock::accept_node> ready;
    List<tcp_request_sock, &tcp_request_sock::node> requests;
    u32 request_count = 0;
    Nanoseconds last_overflow = 0; // cookies were sent then; 0: never
};

Result<void> tcp_listen(sock& sk);
Result<Ref<sock>> tcp_accept(sock& sk, bool nonblock);
// Drops all that is half open or waits to be accepted.
void tcp_listen_stop(tcp_sock& sk);
// A segment for a listener. `isn`: what a TIME_WAIT record wants the new connection to begin with
// (0: free choice). True: the peer is to get a RST.
bool tcp_listen_rcv(tcp_sock& sk, SkbPtr skb, SeqNumber isn);
// A segment for a half-open connection (RFC 9293, SYN-RECEIVED). True: the peer is to get a RST.
bool tcp_check_req(tcp_request_sock& request, SkbPtr skb);
void tcp_drop_request(tcp_request_sock& request);
void tcp_send_synack(const tcp_request_sock& request, u32 timestamp);

// --- tcp_minisock.cpp ---
// The full socket of a connection that a request became. Null: no memory.
Ref<sock> tcp_create_child(tcp_sock& listener, const tcp_request_sock& request);
// Puts it into the accept queue and gives it the segment that completed the handshake.
bool tcp_add_child(tcp_sock& listener, Ref<sock> child, SkbPtr skb);

// --- tcp_cookies.cpp (RFC 4987, section 3.6) ---
SeqNumber tcp_cookie_make(tcp_request_sock& request, u32& timestamp);
// Fills the request from an ACK that answers a cookie; false when it doesn't.
bool tcp_cookie_check(tcp_request_sock& request, const TcpCb& cb, const TcpOptions& options);
