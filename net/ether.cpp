// Ethernet headers, down and up.
#include "net/ether.h"
#include "kernel/base/string.h"

namespace {

bool same_address(const u8* a, const u8* b) {
    u32 high_a, high_b;
    u16 low_a, low_b;
    __builtin_memcpy(&high_a, a, 4);
    __builtin_memcpy(&high_b, b, 4);
    __builtin_memcpy(&low_a, a + 4, 2);
    __builtin_memcpy(&low_b, b + 4, 2);
    return high_a == high_b && low_a == low_b;
}

} // namespace

void eth_header(sk_buff& skb, const net_device& dev, u16 type, const u8* destination) {
    if (dev.hard_header_len == 0) [[unlikely]] {
        skb.set_mac_header();
        skb.protocol = be16(type);
        return;
    }
    auto& header = *reinterpret_cast<ethhdr*>(skb.push(ETH_HLEN));
    skb.set_mac_header();
    __builtin_memcpy(header.destination, destination, ETH_ALEN);
    __builtin_memcpy(header.source, dev.dev_addr, ETH_ALEN);
    header.type = skb.protocol = be16(type);
}

u16 eth_type_trans(sk_buff& skb, const net_device& dev) {
    skb.set_mac_header();
    if (dev.hard_header_len == 0) [[unlikely]] {
        skb.packet_type = PacketType::host;
        return skb.protocol.host();
    }
    const ethhdr& header = eth_hdr(skb);
    skb.pull(ETH_HLEN);
    if (is_multicast_ether(header.destination)) [[unlikely]] {
        skb.packet_type = same_address(header.destination, dev.broadcast) ? PacketType::broadcast
                                                                          : PacketType::multicast;
    } else {
        skb.packet_type = same_address(header.destination, dev.dev_addr) ? PacketType::host
                                                                         : PacketType::other_host;
    }
    skb.protocol = header.type;
    const u16 type = header.type.host();
    if (type >= 0x600) [[likely]]
        return type;
    // Below, it is a length. Novell's frames go without an LLC header: IPX begins with ones.
    const bool raw = skb.len() >= 2 && skb.data[0] == 0xff && skb.data[1] == 0xff;
    skb.protocol = be16(raw ? u16{ETH_P_802_3} : u16{ETH_P_802_2});
    return skb.protocol.host();
}

void ip_eth_mc_map(be32 group, u8* address) {
    const u32 low = group.host() & 0x7f'ffff;
    const u8 mapped[ETH_ALEN] = {0x01,
                                 0x00,
                                 0x5e,
                                 static_cast<u8>(low >> 16),
                                 static_cast<u8>(low >> 8),
                                 static_cast<u8>(low)};
    memcpy(address, mapped, ETH_ALEN);
}
