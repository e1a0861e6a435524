// Cutting a large TCP segment in software: lengths, sequence numbers, flags, both checksums.
#include <gtest/gtest.h>

#include "net/gso.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class GsoTest : public NetTest {
  protected:
    // A TCP segment of `payload` bytes (0, 1, 2 …) with FIN, PSH and CWR, as TCP hands it down.
    SkbPtr segment(u32 payload, u16 gso_size) {
        Frame tcp;
        put16(tcp, 80);
        put16(tcp, 1234);
        put32(tcp, 0xffffff00); // wraps on the way
        put32(tcp, 77);
        put16(tcp, 0x8000 | 0x99); // 32 bytes of header; CWR, ACK, PSH, FIN
        put16(tcp, 1000);
        put32(tcp, 0);
        put(tcp, "\x01\x01\x08\x0a\0\0\0\1\0\0\0\2", 12);
        for (u32 i = 0; i < payload; i++) tcp.push_back(static_cast<u8>(i % 251));
        const Ip ip{.source = our_ip, .destination = peer_ip, .protocol = 6, .id = 0xffff};
        const Frame frame = ethernet(ETH_P_IP, ipv4(tcp, ip), peer_mac, our_mac);
        SkbPtr skb(alloc_skb(static_cast<u32>(frame.size())));
        std::copy(frame.begin(), frame.end(), skb->put(static_cast<u32>(frame.size())));
        skb->set_mac_header();
        skb->network_header = static_cast<u16>(skb->mac_header + 14);
        skb->transport_header = static_cast<u16>(skb->network_header + 20);
        skb->dev = &device->dev();
        skb->gso_size = gso_size;
        skb->ip_summed = Checksum::partial;
        skb->csum_start = skb->transport_header;
        skb->csum_offset = 16;
        return skb;
    }
};

TEST_F(GsoTest, PiecesAddUpToTheWhole) {
    ASSERT_TRUE(dev_queue_xmit(segment(5000, 1448)).ok());
    run_for(ms_to_ns(1));
    EXPECT_EQ(device->doorbells, 1u + 1u); // the announcement at the start, and one for all pieces
    u32 offset = 0;
    for (u32 index = 0; index < 4; index++) {
        auto packet = next_ip();
        ASSERT_TRUE(packet);
        const u32 bytes = std::min(1448u, 5000 - offset);
        ASSERT_EQ(packet->size(), 52 + bytes);
        EXPECT_EQ(checksum_fold(checksum_partial(packet->data(), 20, 0)), 0);
        EXPECT_EQ(get16(*packet, 4), (0xffff + index) & 0xffff);
        const u32 pseudo = ip_pseudo_checksum(be32(our_ip), be32(peer_ip), 6, 32 + bytes);
        EXPECT_EQ(checksum_fold(checksum_partial(packet->data() + 20, 32 + bytes, pseudo)), 0);
        EXPECT_EQ(get32(*packet, 24), 0xffffff00 + offset);
        EXPECT_EQ((*packet)[33], index == 0 ? 0x90 : index == 3 ? 0x19 : 0x10);
        for (u32 i = 0; i < bytes; i++) ASSERT_EQ((*packet)[52 + i], (offset + i) % 251);
        offset += bytes;
    }
    EXPECT_FALSE(next_ip());
}

TEST_F(GsoTest, ABusyDeviceGetsThemInOrderLater) {
    device->busy = true;
    ASSERT_TRUE(dev_queue_xmit(segment(5000, 1448)).ok());
    run_for(ms_to_ns(1));
    EXPECT_FALSE(next_ip());
    EXPECT_EQ(device->dev().tx_queue.count, 4u);
    device->busy = false;
    netif_wake_queue(device->dev());
    run_for(ms_to_ns(1));
    for (u32 index = 0; index < 4; index++) {
        auto packet = next_ip();
        ASSERT_TRUE(packet);
        EXPECT_EQ(get32(*packet, 24), 0xffffff00 + index * 1448);
    }
}

TEST_F(GsoTest, WhatIsNotTcpIsRefused) {
    SkbQueue out;
    SkbPtr skb = segment(3000, 1000);
    skb->network()[9] = 17;
    EXPECT_EQ(gso_segment(std::move(skb), out).error().code, EINVAL);
    skb = segment(3000, 1000);
    skb->transport()[12] = 0xf0; // a header that reaches into the payload is still inside
    EXPECT_TRUE(gso_segment(std::move(skb), out).ok());
    skb = segment(3000, 1000);
    skb->trim(14 + 20 + 24); // the header is cut off
    EXPECT_EQ(gso_segment(std::move(skb), out).error().code, EINVAL);
}

} // namespace
