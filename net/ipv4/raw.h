// Raw sockets (raw(7)): a copy of every packet of a protocol, and packets with any header. What
// doesn't say otherwise is for both families.
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/ipv4/inet.h"

struct raw_sock : inet_sock {
    ListNode raw_node;
    u32 icmp_filter[8] = {}; // a bit for each type that isn't wanted; IPv4 knows the first 32

    using inet_sock::inet_sock;
};

// One family's raw sockets, by protocol (Linux: struct raw_hashinfo).
using RawList = List<raw_sock, &raw_sock::raw_node>;
struct RawTable {
    RawList lists[64];

    RawList& of(u8 protocol) { return lists[protocol % 64]; }
    u32 count() const;
};

// Is such a packet for the socket? Whether it is in a group is the family's question.
bool raw_matches(const raw_sock& sk, u8 protocol, const in6_addr& local, const in6_addr& remote,
                 int ifindex);
// Enters a new socket.
void raw_enter(RawTable& table, raw_sock& sk);
void raw_bound(sock& sk);
Result<void> raw_disconnect(sock& sk);
void raw_close(sock& sk);

void raw_seq_show(TextBuffer& out);
u32 raw_sockets();
