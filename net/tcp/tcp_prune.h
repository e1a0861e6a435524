// What is done when received data takes more memory than it may: merging small buffers, then giving
// up what is out of order (RFC 2018, section 8 allows that).
#pragma once

#include "net/tcp/tcp_sock.h"

// Makes room for `skb`; false when it must be dropped.
bool tcp_make_receive_room(tcp_sock& sk, const sk_buff& skb);
