// From segments to state: tcp_v4_rcv finds whom a segment is for (tcp_ipv4.cpp),
// tcp_rcv_established takes the common case (tcp_input.cpp), tcp_rcv_state_process the others
// (tcp_state.cpp), tcp_ack acknowledgments (tcp_ack.cpp), tcp_data_queue data (tcp_reassembly.cpp).
#pragma once

#include "net/tcp/tcp_sock.h"

// --- tcp_ipv4.cpp ---
void tcp_v4_rcv(SkbPtr skb);
void tcp_v6_rcv(SkbPtr skb);
void tcp_do_rcv(tcp_sock& sk, SkbPtr skb);
// --- tcp_icmp.cpp ---
void tcp_v4_err(sk_buff& skb, u8 type, u8 code, u32 info);
void tcp_v6_err(sk_buff& skb, u8 type, u8 code, u32 info);

// --- tcp_input.cpp ---
void tcp_rcv_established(tcp_sock& sk, SkbPtr skb);
// Reads the options of a segment into sk.saw_timestamp … and returns them.
TcpOptions tcp_read_options(tcp_sock& sk, const sk_buff& skb);
// RFC 9293, section 3.10.7.4, the first four checks (sequence, RST, SYN) and PAWS. False: the
// segment is dealt with.
bool tcp_validate_incoming(tcp_sock& sk, const sk_buff& skb);
// The peer reset the connection.
void tcp_reset(tcp_sock& sk);
// Payload and FIN of an acceptable segment; urgent data (step 6 to 8).
void tcp_take_text(tcp_sock& sk, SkbPtr skb);
// Answers what was received: at once or a little later.
void tcp_ack_snd_check(tcp_sock& sk);
void tcp_enter_quick_ack(tcp_sock& sk);
// Tells the reader that there is something.
void tcp_data_ready(tcp_sock& sk);

// --- tcp_state.cpp ---
// All states but ESTABLISHED, LISTEN and TIME_WAIT. True: the peer is to get a RST.
bool tcp_rcv_state_process(tcp_sock& sk, SkbPtr skb);

// --- tcp_ack.cpp ---
enum class AckVerdict : u8 { acceptable, old, invalid };
AckVerdict tcp_ack(tcp_sock& sk, const sk_buff& skb, const TcpOptions& options);
// Sets the window from a segment that is in order (SND.WND, SND.WL1).
void tcp_init_send_window(tcp_sock& sk, const TcpCb& cb);

// --- tcp_reassembly.cpp ---
// Takes the payload of a segment (data = payload) into the receive queue or out of order.
void tcp_data_queue(tcp_sock& sk, SkbPtr skb);
void tcp_fin(tcp_sock& sk);
// Frees what is in the queues of received data.
void tcp_receive_queues_purge(tcp_sock& sk);
// --- tcp_urgent.cpp ---
void tcp_urgent(tcp_sock& sk, const sk_buff& skb);
