// The packet of ARP for IPv4 over Ethernet (RFC 826), checked.
#pragma once

#include "net/netdevice.h"
#include <optional>

struct ArpPacket {
    static constexpr u32 length = 28;

    u16 operation; // ARPOP_*
    u8 sender_link[ETH_ALEN];
    be32 sender;
    u8 target_link[ETH_ALEN];
    be32 target;
};
// Nothing when it is short or not for IPv4 over Ethernet.
std::optional<ArpPacket> arp_parse(std::span<const u8> bytes);
// Sends it to a link address (null: everybody). A packet that can't be sent is lost, as on the
// wire.
void arp_send(net_device& dev, const ArpPacket& packet, const u8* link_destination);
