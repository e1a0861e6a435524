// Numbers that an outsider mustn't guess: initial sequence numbers and timestamp offsets.
#pragma once

#include "net/tcp/tcp_hash.h"

// A clock of 4 µs plus a keyed hash of the connection's addresses and ports (RFC 6528).
SeqNumber tcp_initial_sequence(const TcpTuple& tuple);
// What is added to the millisecond clock in a connection's timestamps (RFC 7323, section 7.1): the
// same for all connections between two hosts, so that TIME_WAIT may be reused by time.
u32 tcp_timestamp_offset(const TcpTuple& tuple);
// A keyed hash of a tuple, for SYN cookies (`count` tells one use from another).
u32 tcp_keyed_hash(const TcpTuple& tuple, u32 count);
// Draws the keys; once, before the first connection.
void tcp_isn_init();
