// When packets came and went: SO_TIMESTAMP and SO_TIMESTAMPNS (socket(7)), SO_TIMESTAMPING for
// software stamps (the kernel's clock, no device's), each also in its form with 64-bit seconds.
#pragma once

#include "net/sock.h"

bool is_timestamp_option(int name);
// Errors: EINVAL, ENOPROTOOPT (stamps that aren't made here).
Result<void> sock_set_timestamps(sock& sk, int name, std::span<const u8> value);
Result<u32> sock_get_timestamps(const sock& sk, int name, std::span<u8> value);
// The ancillary data that the socket asked for; also keeps SIOCGSTAMP's.
void sock_put_timestamps(sock& sk, const sk_buff& skb, msghdr& message);
// A frame goes to its device: a copy with the time goes to its sender's error queue, when that
// asked for it (SOF_TIMESTAMPING_TX_SOFTWARE). Packets of TCP have no sender noted.
void skb_tx_timestamp(const sk_buff& skb);
