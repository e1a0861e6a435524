// Reassembly: any order, overlaps, bounds of memory and time.
#include <gtest/gtest.h>
#include <random>

#include "net/ipv4/ip_internal.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class FragmentTest : public NetTest {
  protected:
    void SetUp() override {
        NetTest::SetUp();
        ASSERT_EQ(socket.bind(0, 7100), 0);
    }
    // The piece of a datagram's bytes [from, to).
    static Frame piece(const Frame& whole, usize from, usize to, u16 id) {
        const bool more = to < whole.size();
        return ipv4(Frame(whole.begin() + from, whole.begin() + to),
                    {.id = id, .fragment = static_cast<u16>(from / 8 | (more ? 0x2000 : 0))});
    }
    Frame datagram(usize bytes) {
        Frame payload(bytes);
        for (u8& byte : payload) byte = static_cast<u8>(random());
        return udp(1, 7100, payload);
    }
    TestSocket socket;
    std::mt19937 random{3};
};

TEST_F(FragmentTest, AnyOrderAnyCutWithDuplicates) {
    for (u16 round = 0; round < 200; round++) {
        const Frame whole = datagram(1 + random() % 5000);
        std::vector<Frame> pieces;
        for (usize at = 0; at < whole.size();) {
            const usize bytes = 8 * (1 + random() % 60);
            const usize end = std::min(whole.size(), at + bytes);
            pieces.push_back(piece(whole, at, end, round));
            at = end;
        }
        if (pieces.size() == 1) continue;
        if (pieces.size() > 2) pieces.push_back(pieces[random() % (pieces.size() - 1)]);
        std::shuffle(pieces.begin(), pieces.end(), random);
        for (const Frame& packet : pieces) inject_ip(packet);
        auto got = socket.receive();
        ASSERT_EQ(got.error, 0) << round;
        ASSERT_EQ(got.data, Frame(whole.begin() + 8, whole.end()));
    }
    run_for(s_to_ns(31)); // what the last duplicates began
    EXPECT_EQ(ip_fragment_queues(), 0u);
    EXPECT_EQ(ip_fragment_memory(), 0u);
}

TEST_F(FragmentTest, OverlapsKillTheDatagram) {
    const Frame whole = datagram(1000);
    inject_ip(piece(whole, 0, 400, 500));
    inject_ip(piece(whole, 392, 800, 500));
    EXPECT_EQ(ip_fragment_queues(), 0u);
    inject_ip(piece(whole, 800, whole.size(), 500));
    EXPECT_EQ(socket.receive().error, EAGAIN);
    inject_ip(piece(whole, 800, whole.size(), 501));
    Frame shorter_end = whole;
    shorter_end.resize(904);
    inject_ip(piece(shorter_end, 800, 904, 501)); // two different ends
    EXPECT_EQ(ip_fragment_queues(), 1u);          // only what 500's last piece began
    run_for(s_to_ns(31));
}

TEST_F(FragmentTest, TimeRunsOutWithAMessage) {
    const Frame whole = datagram(1000);
    inject_ip(piece(whole, 0, 400, 600));
    run_for(s_to_ns(29));
    EXPECT_EQ(ip_fragment_queues(), 1u);
    run_for(s_to_ns(2));
    EXPECT_EQ(ip_fragment_queues(), 0u);
    auto message = next_ip();
    ASSERT_TRUE(message);
    EXPECT_EQ((*message)[20], ICMP_TIME_EXCEEDED);
    EXPECT_EQ((*message)[21], ICMP_EXC_FRAGTIME);
    inject_ip(piece(whole, 400, whole.size(), 601)); // without the first piece: silence
    run_for(s_to_ns(31));
    EXPECT_FALSE(next_ip());
}

TEST_F(FragmentTest, MemoryIsBounded) {
    const usize before = live_allocations();
    const Frame whole = datagram(1400);
    for (u32 i = 0; i < 10000; i++) inject_ip(piece(whole, 0, 1400, static_cast<u16>(i)));
    EXPECT_LE(ip_fragment_memory(), (4u << 20) + 8192);
    EXPECT_GT(ip_fragment_queues(), 100u);
    run_for(s_to_ns(40));
    EXPECT_EQ(ip_fragment_memory(), 0u);
    frames.clear();
    EXPECT_LE(live_allocations(), before + 4); // a neighbour, perhaps
}

TEST_F(FragmentTest, ImpossibleOnesAreDropped) {
    const Frame payload(100);
    inject_ip(ipv4(payload, {.id = 700, .fragment = 0x2000})); // 100 isn't a multiple of 8
    inject_ip(ipv4(payload, {.id = 701, .fragment = 0x1fff})); // beyond 64 KB
    inject_ip(ipv4(Frame(), {.id = 702, .fragment = 0x2001})); // empty
    EXPECT_EQ(ip_fragment_queues(), 0u);
}

} // namespace
