// The ends of a connection: close, shutdown, disconnect, and being done.
#pragma once

#include "net/tcp/tcp_sock.h"

void tcp_close(sock& sk);
Result<void> tcp_shutdown(sock& sk, int how);
Result<void> tcp_disconnect(sock& sk);
// The connection is over: state CLOSE, out of the tables; an orphan is destroyed (its last
// reference but the callers' goes).
void tcp_done(tcp_sock& sk);
// FIN from SYN_RECEIVED: the program closed before the handshake was done.
void tcp_after_early_close(tcp_sock& sk);
// An orphan waits for the peer's FIN, but not for ever.
void tcp_start_fin_wait2(tcp_sock& sk);
// Destroys a connection that nobody accepted.
void tcp_abort_child(tcp_sock& child);
