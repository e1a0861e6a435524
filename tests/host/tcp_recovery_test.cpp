// Losses and silence: fast retransmit with SACK and without, time-outs, closed windows, keepalive.
#include <gtest/gtest.h>

#include "tests/host/tcp_peer.h"

namespace {

constexpr u32 mss = 1000;

// The stack is the sender; the peer acknowledges as the test says.
struct Sender {
    Peer peer;
    Program client;
    u32 base = 0; // sequence of the first data byte

    explicit Sender(bool sack, u16 window = 65535) {
        EXPECT_EQ(client.connect(peer_address, 7000, true), -EINPROGRESS);
        peer.accept_handshake({.sack_permitted = sack, .mss = mss}, window);
        EXPECT_EQ(client.connect(peer_address, 7000, true), 0);
        base = peer.expected;
    }
    void ack(u32 offset, const TcpOptions& options = {}) {
        peer.expected = base + offset;
        peer.send(th_ack, "", options);
        host::run_for(ms_to_ns(1));
    }
    // Offsets of the segments that arrived, in order.
    std::vector<u32> arrived() {
        host::run_for(ms_to_ns(1));
        std::vector<u32> offsets;
        for (const Segment& segment : peer.received)
            if (!segment.payload.empty()) offsets.push_back(segment.sequence - base);
        peer.drop_all();
        return offsets;
    }
    SackBlock block(u32 from, u32 to) const {
        return {SeqNumber(base + from), SeqNumber(base + to)};
    }
};

} // namespace

TEST(TcpRecovery, InitialWindowIsTen) {
    Sender s(false);
    EXPECT_GT(s.client.send(pattern(30 * mss)), 0);
    EXPECT_EQ(s.arrived().size(), 10u);
    s.ack(10 * mss);
    EXPECT_EQ(s.arrived().size(), 20u); // slow start doubles
}

TEST(TcpRecovery, NewRenoFastRetransmit) {
    Sender s(false);
    s.client.send(pattern(10 * mss));
    s.arrived();
    s.ack(mss);
    for (int i = 0; i < 3; i++) s.ack(mss); // 1000 and 3000 were lost
    EXPECT_EQ(s.arrived(), std::vector<u32>{mss});
    EXPECT_EQ(s.client.tcp().congestion, CongestionState::recovery);
    EXPECT_LE(s.client.tcp().slow_start_threshold, 6 * mss);
    s.ack(3 * mss); // partial: the next hole goes at once (RFC 6582)
    EXPECT_EQ(s.arrived(), std::vector<u32>{3 * mss});
    s.ack(10 * mss);
    EXPECT_EQ(s.client.tcp().congestion, CongestionState::open);
    EXPECT_EQ(s.client.tcp().in_flight(), 0u);
}

TEST(TcpRecovery, SackRetransmitsTheHolesAlone) {
    Sender s(true);
    s.client.send(pattern(10 * mss));
    s.arrived();
    s.ack(0, {.sack_count = 1, .sack = {s.block(mss, 2 * mss)}});
    s.ack(0, {.sack_count = 2, .sack = {s.block(3 * mss, 5 * mss), s.block(mss, 2 * mss)}});
    s.ack(0, {.sack_count = 2, .sack = {s.block(3 * mss, 9 * mss), s.block(mss, 2 * mss)}});
    const auto sent = s.arrived();
    EXPECT_EQ(sent, (std::vector<u32>{0, 2 * mss}));
    s.ack(9 * mss);
    s.ack(10 * mss);
    EXPECT_EQ(s.client.tcp().congestion, CongestionState::open);
    EXPECT_EQ(s.client.tcp().sacked_bytes, 0u);
    EXPECT_EQ(s.client.tcp().lost_bytes, 0u);
}

TEST(TcpRecovery, NonsenseInSackIsPassedOver) {
    Sender s(true);
    s.client.send(pattern(4 * mss));
    s.arrived();
    s.ack(0, {.sack_count = 3,
              .sack = {s.block(3 * mss, 2 * mss), s.block(900'000, 901'000), s.block(0, 0)}});
    EXPECT_EQ(s.client.tcp().sacked_bytes, 0u);
    s.ack(4 * mss);
    EXPECT_EQ(s.client.tcp().in_flight(), 0u);
}

TEST(TcpRecovery, TimeoutBacksOffAndKarn) {
    Sender s(false);
    s.client.send(std::string(100, 'x'));
    EXPECT_EQ(s.arrived().size(), 1u);
    const Nanoseconds rtt = s.client.tcp().smoothed_rtt;
    std::vector<double> gaps;
    Nanoseconds last = clock_monotonic();
    while (gaps.size() < 4) {
        const Segment again = s.peer.expect(s_to_ns(20));
        ASSERT_EQ(again.payload.size(), 100u);
        gaps.push_back(static_cast<double>(clock_monotonic() - last));
        last = clock_monotonic();
    }
    for (usize i = 1; i < gaps.size(); i++) EXPECT_NEAR(gaps[i] / gaps[i - 1], 2, 0.05);
    EXPECT_EQ(s.client.tcp().congestion_window, s.client.tcp().mss);
    s.ack(100);
    EXPECT_EQ(s.client.tcp().smoothed_rtt, rtt); // ambiguous: no sample
    EXPECT_EQ(s.client.tcp().backoff, 0);
}

TEST(TcpRecovery, WriterWaitsForMemory) {
    Sender s(false);
    EXPECT_EQ(s.client.send(pattern(mss)), mss);
    host::run_for(ms_to_ns(1));
    host::fail_allocations_after(0);
    const Nanoseconds begun = clock_monotonic();
    host::at(begun + ms_to_ns(70), [] { host::fail_allocations_after(-1); });
    EXPECT_EQ(s.client.send(pattern(5 * mss), 0), 5 * mss);
    EXPECT_GE(clock_monotonic() - begun, ms_to_ns(70));
    EXPECT_LT(clock_monotonic() - begun, ms_to_ns(100));
}

TEST(TcpRecovery, GivesUpWithTheErrorAfterItsTime) {
    Sender s(false);
    ASSERT_EQ(s.client.set(IPPROTO_TCP, TCP_USER_TIMEOUT, 5000), 0);
    s.client.send("x");
    host::run_for(s_to_ns(20));
    EXPECT_EQ(s.client.tcp().state, TCP_CLOSE);
    s.client.receive();
    EXPECT_EQ(s.client.last_error, -ETIMEDOUT);
}

TEST(TcpRecovery, ZeroWindowIsProbed) {
    Sender s(false, 500);
    s.client.send(pattern(2000));
    host::run_for(ms_to_ns(1));
    u32 got = 0;
    for (const Segment& segment : s.peer.received) got += static_cast<u32>(segment.payload.size());
    EXPECT_EQ(got, 500u);
    s.peer.drop_all();
    Segment closed;
    closed.source = s.peer.port;
    closed.destination = s.peer.stack_port;
    closed.sequence = s.peer.next;
    closed.acknowledgment = s.base + 500;
    closed.flags = th_ack;
    closed.window = 0;
    s.peer.send_raw(closed);
    for (int i = 0; i < 5; i++) {
        const Segment probe = s.peer.expect(s_to_ns(20));
        ASSERT_EQ(probe.flags & th_ack, th_ack) << i;
        EXPECT_EQ(probe.sequence, s.base + 499);
        s.peer.send_raw(closed);
    }
    closed.window = 5000;
    s.peer.send_raw(closed);
    EXPECT_EQ(s.arrived(), (std::vector<u32>{500, 1500}));
}

TEST(TcpRecovery, KeepaliveThenTimeout) {
    Sender s(false);
    ASSERT_EQ(s.client.set(IPPROTO_TCP, TCP_KEEPIDLE, 10), 0);
    ASSERT_EQ(s.client.set(IPPROTO_TCP, TCP_KEEPINTVL, 2), 0);
    ASSERT_EQ(s.client.set(IPPROTO_TCP, TCP_KEEPCNT, 3), 0);
    ASSERT_EQ(s.client.set(SOL_SOCKET, SO_KEEPALIVE, 1), 0);
    EXPECT_TRUE(s.peer.silent(s_to_ns(9)));
    EXPECT_EQ(s.peer.expect(s_to_ns(2)).sequence, s.base - 1);
    s.ack(0); // alive
    EXPECT_TRUE(s.peer.silent(s_to_ns(8)));
    host::run_for(s_to_ns(20));
    EXPECT_EQ(s.client.tcp().state, TCP_CLOSE);
    s.client.receive();
    EXPECT_EQ(s.client.last_error, -ETIMEDOUT);
}

TEST(TcpRecovery, NagleAndCork) {
    Sender s(false);
    EXPECT_EQ(s.client.send("a"), 1);
    EXPECT_EQ(s.client.send("b"), 1);
    EXPECT_EQ(s.client.send("c"), 1);
    EXPECT_EQ(s.arrived(), std::vector<u32>{0});
    s.ack(1);
    ASSERT_EQ(s.peer.received.size(), 1u);
    EXPECT_EQ(s.peer.received.front().payload, "bc");
    s.peer.drop_all();
    s.ack(3);
    ASSERT_EQ(s.client.set(IPPROTO_TCP, TCP_CORK, 1), 0);
    s.client.send("held");
    EXPECT_TRUE(s.arrived().empty());
    ASSERT_EQ(s.client.set(IPPROTO_TCP, TCP_CORK, 0), 0);
    EXPECT_EQ(s.arrived(), std::vector<u32>{3});
}

// The way is lost while data is under way, and more is sent: what is under way goes again once
// there is a way, and the connection doesn't stay for ever.
TEST(TcpRecovery, GoesOnWhenTheWayIsBack) {
    Sender s(false);
    s.client.send(pattern(2 * mss));
    EXPECT_EQ(s.arrived().size(), 2u);
    const int lo = s.peer.wire.dev().ifindex;
    const auto lose_the_way = [&] {
        ASSERT_EQ(s.client.set(SOL_SOCKET, SO_BINDTOIFINDEX, lo + 1000), 0);
        host::run_for(s_to_ns(8)); // so many time-outs that it is looked for anew
        s.client.send(pattern(mss));
    };
    lose_the_way();
    host::run_for(s_to_ns(8));
    ASSERT_EQ(s.client.set(SOL_SOCKET, SO_BINDTOIFINDEX, 0), 0);
    s.peer.drop_all();
    host::run_for(s_to_ns(60));
    EXPECT_FALSE(s.arrived().empty());
    lose_the_way();
    s.client.close(); // the peer looks that nothing stays
}
