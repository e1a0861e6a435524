// Ethernet (IEEE 802.3, RFC 894): the 14 bytes in front of every frame.
#pragma once

#include "net/netdevice.h"

struct ethhdr {
    u8 destination[ETH_ALEN], source[ETH_ALEN];
    be16 type;
};
static_assert(sizeof(ethhdr) == ETH_HLEN);
// Only of a frame whose length has been checked or that we built.
inline ethhdr& eth_hdr(const sk_buff& skb) { return *reinterpret_cast<ethhdr*>(skb.mac()); }

// Pushes a header; sets mac_header and protocol. The buffer must have the room. A device without a
// link header (tun) gets none.
void eth_header(sk_buff& skb, const net_device& dev, u16 type, const u8* destination);
// Of a received frame, at least as long as the device's link header: sets mac_header, packet_type
// and protocol, pulls the header off. Returns the type in host order; for an IEEE 802.3 frame
// ETH_P_802_2 or (Novell's) ETH_P_802_3. Where there is no link header, the driver has set the
// protocol.
u16 eth_type_trans(sk_buff& skb, const net_device& dev);
// The group address of an IPv4 multicast group (RFC 1112, section 6.4).
void ip_eth_mc_map(be32 group, u8* address);
inline bool is_multicast_ether(const u8* address) { return address[0] & 1; }
