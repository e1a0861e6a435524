// Raw sockets (raw(7)): a copy of every packet of a protocol, and packets with any header.
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/ipv4/inet.h"

struct raw_sock : inet_sock {
    ListNode raw_node;
    u32 icmp_filter = 0; // a bit for each ICMP type that isn't wanted

    using inet_sock::inet_sock;
};

void raw_seq_show(TextBuffer& out);
u32 raw_sockets();
