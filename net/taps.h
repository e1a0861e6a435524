// Those who get a copy of every frame, both ways (ETH_P_ALL).
#pragma once

#include "net/netdevice.h"

extern u32 tap_count;
inline bool taps_present() { return tap_count != 0; }
// A frame on its way out, complete with its Ethernet header.
void tap_outgoing(const sk_buff& skb);
