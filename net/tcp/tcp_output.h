// From the program's bytes to segments: tcp_sendmsg fills the write queue (tcp_sendmsg.cpp),
// tcp_write_xmit decides what may go (tcp_output.cpp), tcp_transmit_skb makes the header
// (tcp_transmit.cpp), tcp_reply.cpp answers for those that have no full socket.
#pragma once

#include "net/tcp/tcp_sock.h"

struct TcpTimeWait;

// --- tcp_sendmsg.cpp ---
Result<usize> tcp_sendmsg(sock& sk, msghdr& message, usize size);
// A third of the send buffer is free, and less than TCP_NOTSENT_LOWAT unsent
// (sk_stream_is_writeable).
bool tcp_writable(const tcp_sock& sk);
// Buffer space came free: tells writers when that makes the socket writable.
void tcp_check_space(tcp_sock& sk);
// A buffer for `bytes` of payload in the write queue; null when there is no memory.
SkbPtr tcp_alloc_write(tcp_sock& sk, u32 bytes);
void tcp_queue_write(tcp_sock& sk, SkbPtr skb);
// Frees everything that isn't acknowledged.
void tcp_write_queue_purge(tcp_sock& sk);

// --- tcp_output.cpp ---
// Sends what the windows, Nagle and the cork allow. `nonagle`: nagle_* in force for this time.
// Returns true when nothing is in flight and yet something waits (a probe is needed).
bool tcp_write_xmit(tcp_sock& sk, u8 nonagle);
// After the program wrote, or an acknowledgment opened a window.
void tcp_push(tcp_sock& sk, u8 nonagle);
void tcp_push_pending_frames(tcp_sock& sk);
// Queues a FIN behind the data and sends what may go.
void tcp_send_fin(tcp_sock& sk);
// Cuts the first `bytes` of payload off into a buffer of their own in front. False: no memory.
bool tcp_fragment(tcp_sock& sk, SkbQueue& queue, sk_buff& skb, u32 bytes);
// Sends one buffer of the retransmit queue again (at most `limit` bytes of it, rounded to MSS).
// Errors: ENOBUFS and those of ip_queue_xmit.
Result<void> tcp_retransmit_skb(tcp_sock& sk, sk_buff& skb, u32 limit);
// Sends what the scoreboard marks as lost, as far as the congestion window allows.
void tcp_xmit_retransmit_queue(tcp_sock& sk);
// One probe into a closed window (RFC 9293, section 3.8.6.1).
void tcp_write_wakeup(tcp_sock& sk);

// --- tcp_transmit.cpp ---
// The route, looked up again when it is stale. Errors: ip_route_output's.
Result<void> tcp_update_route(tcp_sock& sk);
// Payload of a full segment for the path's MTU, options taken off.
u32 tcp_sync_mss(tcp_sock& sk);
// The MSS we announce: of the route's device.
u32 tcp_advertised_mss(const tcp_sock& sk);
// Puts the TCP header in front and hands the buffer to IP. `flags` as in the header.
Result<void> tcp_transmit_skb(tcp_sock& sk, SkbPtr skb);
// Transmits a buffer that stays in a queue: by a clone, or a copy while an earlier clone lives.
Result<void> tcp_transmit_queued(tcp_sock& sk, sk_buff& skb);
void tcp_send_ack(tcp_sock& sk);
// A segment without data: an ACK for `sequence`.
void tcp_send_empty(tcp_sock& sk, SeqNumber sequence, u8 flags);
// RST to the peer of a connection that is given up here.
void tcp_send_active_reset(tcp_sock& sk);
// RFC 5961: an ACK that lets a real peer put things right; limited in rate.
void tcp_send_challenge_ack(tcp_sock& sk);
bool tcp_challenge_allowed();

// --- tcp_reply.cpp ---
struct TcpReply {
    TcpTuple tuple{};
    SeqNumber sequence, acknowledgment;
    u8 flags = 0;
    u16 window = 0;
    u8 tos = 0, ttl = 0;
    TcpOptions options;
    int device = 0; // the only one that it may leave by; 0: any
};
Result<void> tcp_send_reply(const TcpReply& reply);
// The RST for a segment that nobody wants (RFC 9293, section 3.10.7.1), made while there is the
// segment; sent unless it is a RST itself or wasn't for an address of ours.
TcpReply tcp_reset_of(const sk_buff& skb);
void tcp_send_reset(const TcpReply& reset);
// The four names of a received segment, seen from us.
TcpTuple tcp_tuple_of(const sk_buff& skb);
// The only device by which its sender can be reached, when its address says nothing beyond a link;
// else `bound`.
int tcp_device_for(const sk_buff& skb, const TcpTuple& tuple, int bound);
// Payload of a full segment between the two; 0: there is no way.
u32 tcp_path_mss(const TcpTuple& tuple, int device);
// The pseudo-header's partial sum.
u32 tcp_pseudo_checksum(const TcpTuple& tuple, u32 length);
void tcp_put_header(sk_buff& skb, const TcpTuple& tuple, SeqNumber sequence,
                    SeqNumber acknowledgment, u8 flags, u16 window, u16 urgent,
                    const TcpOptions& options);

// --- tcp_window.cpp: the window that we offer ---
u32 tcp_receive_space(const tcp_sock& sk);
// What to offer now, were an ACK sent.
u32 tcp_offer_window(tcp_sock& sk);
// Settles on it for a segment that is being sent; returns the field's value.
u16 tcp_select_window(tcp_sock& sk);
// Chooses the first window and its scale for a SYN.
void tcp_initial_receive_window(u32 receive_buffer, u32 clamp, bool scaling, u8& scale,
                                u32& window);
// The reader took `bytes`: grows the receive buffer when it is what slows the sender.
void tcp_tune_receive_buffer(tcp_sock& sk, u32 bytes);
// The reader made room: tells the peer when that is worth a segment.
void tcp_cleanup_rbuf(tcp_sock& sk, u32 copied);
