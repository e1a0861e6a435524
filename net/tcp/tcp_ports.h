// TCP's port table: who uses which port. Besides bound sockets these are accepted connections,
// connections whose port was picked by connect(), and TIME_WAIT records.
#pragma once

#include "net/sock.h"

struct tcp_sock;
struct TcpPort;

// One use of a port; gives it back when destroyed.
struct TcpPortUser {
    ListNode node;
    TcpPort* port = nullptr; // null: none
    tcp_sock* sk = nullptr;  // null: a TIME_WAIT record
    bool by_connect = false; // picked by connect(): shares with others of its kind
    bool reuse_address = false, reuse_port = false; // of a TIME_WAIT record
    InetBinding binding;                            // likewise

    TcpPortUser() = default;
    ~TcpPortUser() { release(); }
    void release();
    // Takes over what `from` uses (a socket that turns into a TIME_WAIT record).
    void take_over(TcpPortUser& from);
};

// Claims `port` (host order; 0: any free one) for sk's receive_address. The rules are those of
// Linux's inet_csk_bind_conflict. Errors: EADDRINUSE, ENOMEM.
Result<void> tcp_bind_port(tcp_sock& sk, u16 port);
// A listener looks again: bound next to others by SO_REUSEADDR, only one may listen. EADDRINUSE.
Result<void> tcp_check_port(tcp_sock& sk);
// Uses the same port as `parent`. ENOMEM never: the port exists.
void tcp_inherit_port(tcp_sock& child, tcp_sock& parent);
// Picks a port for a connection to sk's remote address, such that the four names are new (RFC 6056,
// algorithm 3), sets local_port and enters sk into the established table. EADDRNOTAVAIL, ENOMEM.
Result<void> tcp_hash_connect(tcp_sock& sk);
