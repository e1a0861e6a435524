// ARP packets, read and written.
#include "net/arp_packet.h"
#include "kernel/base/string.h"
#include "net/ether.h"
#include "net/wire.h"

std::optional<ArpPacket> arp_parse(std::span<const u8> bytes) {
    WireReader reader(bytes);
    const be16 hardware = reader.read16(), protocol = reader.read16();
    const u8 hardware_length = reader.read8(), protocol_length = reader.read8();
    ArpPacket packet;
    packet.operation = reader.read16().host();
    reader.read_bytes(packet.sender_link, ETH_ALEN);
    packet.sender = reader.read32();
    reader.read_bytes(packet.target_link, ETH_ALEN);
    packet.target = reader.read32();
    if (!reader.ok() || hardware != be16(ARPHRD_ETHER) || protocol != be16(ETH_P_IP) ||
        hardware_length != ETH_ALEN || protocol_length != 4)
        return std::nullopt;
    return packet;
}

void arp_send(net_device& dev, const ArpPacket& packet, const u8* link_destination) {
    TRACE_STATION(neigh);
    SkbPtr skb(alloc_skb(ETH_ZLEN));
    if (!skb) return;
    skb->set_network_header();
    auto put16 = [&](u16 value) {
        const be16 wire(value);
        memcpy(skb->put(2), &wire, 2);
    };
    put16(ARPHRD_ETHER);
    put16(ETH_P_IP);
    *skb->put(1) = ETH_ALEN;
    *skb->put(1) = 4;
    put16(packet.operation);
    memcpy(skb->put(ETH_ALEN), packet.sender_link, ETH_ALEN);
    memcpy(skb->put(4), &packet.sender, 4);
    memcpy(skb->put(ETH_ALEN), packet.target_link, ETH_ALEN);
    memcpy(skb->put(4), &packet.target, 4);
    skb->dev = &dev;
    eth_header(*skb, dev, ETH_P_ARP, link_destination ? link_destination : dev.broadcast);
    static_cast<void>(dev_queue_xmit(std::move(skb)));
}
