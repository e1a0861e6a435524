// How much memory all connections together may hold in buffers, and the count of orphans.
#pragma once

#include "net/tcp/tcp_sock.h"

struct TcpMemory {
    u64 used = 0;  // bytes of truesize in TCP's queues
    u64 limit = 0; // a quarter of memory
    u32 orphans = 0, orphans_max = 0;
    u32 time_wait = 0, time_wait_max = 0;
    u32 sockets = 0, requests = 0;
    u32 receive_buffer_max = tcp_receive_buffer_max, send_buffer_max = tcp_send_buffer_max;
    bool pressure() const { return used > limit / 4 * 3; }
    bool exhausted() const { return used > limit; }
};
extern TcpMemory tcp_memory;
void tcp_memory_init(u64 memory_bytes);

// The buffer counts against the socket while it is in one of its queues.
inline void tcp_charge_receive(tcp_sock& sk, const sk_buff& skb) {
    sk.receive_allocated += skb.truesize;
    tcp_memory.used += skb.truesize;
}
inline void tcp_uncharge_receive(tcp_sock& sk, const sk_buff& skb) {
    sk.receive_allocated -= skb.truesize;
    tcp_memory.used -= skb.truesize;
}
inline void tcp_charge_send(tcp_sock& sk, const sk_buff& skb) {
    sk.send_allocated += skb.truesize;
    tcp_memory.used += skb.truesize;
}
inline void tcp_uncharge_send(tcp_sock& sk, const sk_buff& skb) {
    sk.send_allocated -= skb.truesize;
    tcp_memory.used -= skb.truesize;
}
