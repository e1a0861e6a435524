// ARP: resolving, queueing, retrying, giving up, expiry, announcements, what must not be believed.
#include <gtest/gtest.h>

#include "net/arp.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class ArpTest : public NetTest {
  protected:
    void peer(const Frame& frame) override {
        if (get16(frame, 12) == ETH_P_ARP) {
            requests.push_back(frame);
            if (!answer_arp) return;
        }
        NetTest::peer(frame);
    }
    void inject_arp(u16 operation, const u8* sender_mac, u32 sender, u32 target,
                    const u8* to = our_mac) {
        const u8 nobody[6] = {};
        device->inject(ethernet(ETH_P_ARP, arp(operation, sender_mac, sender, nobody, target), to));
        run_for(ms_to_ns(1));
    }
    std::deque<Frame> requests;
};

const u8 everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
const u8 other_mac[6] = {2, 0, 0, 0, 0, 9};

TEST_F(ArpTest, AnswersForItsOwnAddressOnly) {
    inject_arp(1, peer_mac, peer_ip, our_ip, everybody);
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(get16(requests[0], 20), 2u);
    EXPECT_EQ(get32(requests[0], 28), our_ip);
    EXPECT_TRUE(std::equal(peer_mac, peer_mac + 6, requests[0].begin()));
    requests.clear();
    inject_arp(1, peer_mac, peer_ip, our_ip + 1, everybody);
    inject_arp(1, peer_mac, peer_ip, 0x7f000001, everybody);
    EXPECT_TRUE(requests.empty());
}

TEST_F(ArpTest, AProbeIsAnsweredAndTeachesNothing) {
    const u32 before = arp_entry_count();
    inject_arp(1, other_mac, 0, our_ip, everybody);
    EXPECT_EQ(requests.size(), 1u);
    EXPECT_EQ(arp_entry_count(), before);
}

TEST_F(ArpTest, PacketsWaitForTheAnswerInOrderAndWithinBounds) {
    answer_arp = false;
    TestSocket s;
    for (int i = 0; i < 100; i++) s.send_to(Frame{static_cast<u8>(i)}, peer_ip, 9);
    run_for(ms_to_ns(1));
    EXPECT_EQ(requests.size(), 1u);
    EXPECT_TRUE(frames.empty());
    inject_arp(2, peer_mac, peer_ip, our_ip);
    ASSERT_EQ(frames.size(), 64u);
    EXPECT_EQ(frames.front()[42], 36); // the oldest were dropped
    EXPECT_EQ(frames.back()[42], 99);
    EXPECT_TRUE(std::equal(peer_mac, peer_mac + 6, frames[0].begin()));
}

TEST_F(ArpTest, AsksThreeTimesThenGivesUpThenAsksAgain) {
    answer_arp = false;
    TestSocket s;
    s.send_to(text("x"), peer_ip, 9);
    run_for(s_to_ns(10));
    EXPECT_EQ(requests.size(), 3u);
    s.send_to(text("y"), peer_ip, 9);
    run_for(ms_to_ns(1));
    EXPECT_EQ(requests.size(), 4u);
    inject_arp(2, peer_mac, peer_ip, our_ip);
    EXPECT_EQ(frames.size(), 1u); // the first is lost, the second goes
}

TEST_F(ArpTest, AStaleNeighbourIsUsedAndAskedAgainDirectly) {
    TestSocket s;
    s.send_to(text("x"), peer_ip, 9);
    run_for(ms_to_ns(1));
    requests.clear();
    frames.clear();
    run_for(s_to_ns(100));
    s.send_to(text("y"), peer_ip, 9);
    run_for(ms_to_ns(1));
    EXPECT_EQ(frames.size(), 1u);
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_TRUE(std::equal(peer_mac, peer_mac + 6, requests[0].begin()));
}

TEST_F(ArpTest, AnAnnouncementMovesAKnownNeighbourOnly) {
    const u32 before = arp_entry_count();
    inject_arp(1, other_mac, 0x0a000242, 0x0a000242, everybody);
    EXPECT_EQ(arp_entry_count(), before);
    TestSocket s;
    s.send_to(text("x"), peer_ip, 9);
    run_for(ms_to_ns(1));
    inject_arp(1, other_mac, peer_ip, peer_ip, everybody);
    frames.clear();
    s.send_to(text("y"), peer_ip, 9);
    run_for(ms_to_ns(1));
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_TRUE(std::equal(other_mac, other_mac + 6, frames[0].begin()));
}

TEST_F(ArpTest, LiesAreNotBelieved) {
    const u32 before = arp_entry_count();
    inject_arp(1, everybody, 0x0a000250, our_ip); // a group as sender
    inject_arp(1, other_mac, 0xe0000001, our_ip); // a multicast address
    inject_arp(1, other_mac, 0x7f000001, our_ip); // loopback
    inject_arp(1, other_mac, our_ip, our_ip);     // ours
    inject_arp(7, other_mac, 0x0a000250, our_ip); // no such operation
    Frame shortened = ethernet(ETH_P_ARP, Frame(10));
    shortened.resize(30);
    device->inject(shortened);
    run_for(ms_to_ns(1));
    EXPECT_EQ(arp_entry_count(), before);
}

TEST_F(ArpTest, TheTableIsBounded) {
    for (u32 i = 0; i < 5000; i++) {
        const u8 mac[6] = {2, 0, 0, 1, static_cast<u8>(i >> 8), static_cast<u8>(i)};
        device->inject(
            ethernet(ETH_P_ARP, arp(1, mac, 0x0a010000 + i, everybody, our_ip), our_mac));
    }
    run_for(ms_to_ns(1));
    EXPECT_LE(arp_entry_count(), 1024u);
}

} // namespace
