// Two ends of the stack talk over a wire that loses, doubles, reorders and corrupts: what arrives
// must be what was sent.
#include <gtest/gtest.h>

#include "tests/host/tcp_peer.h"

namespace {

struct Link {
    Peer peer;
    Program server, client, child;

    explicit Link(int family = AF_INET) : server(family), client(family) {
        if (family == AF_INET) {
            EXPECT_EQ(server.bind(80), 0);
            EXPECT_EQ(server.listen(), 0);
            EXPECT_EQ(client.connect(our_address, 80), 0);
        } else {
            EXPECT_EQ(server.bind6(80), 0);
            EXPECT_EQ(server.listen(), 0);
            EXPECT_EQ(client.connect6(in6_loopback, 80), -EINPROGRESS);
            host::run_for(ms_to_ns(1));
        }
        child = server.accept(false);
        EXPECT_TRUE(child.valid());
    }
};

// Sends `data` from one end to the other in pieces of `piece`; returns what arrived. Stops after a
// thousand simulated seconds.
std::string transfer(Program& from, Program& to, const std::string& data, usize piece) {
    std::string arrived;
    usize sent = 0;
    const Nanoseconds end = clock_monotonic() + s_to_ns(1000);
    while (arrived.size() < data.size() && clock_monotonic() < end) {
        while (sent < data.size()) {
            const long n = from.send(data.substr(sent, piece));
            if (n <= 0) break;
            sent += static_cast<usize>(n);
        }
        host::run_for(us_to_ns(500));
        for (;;) {
            const std::string got = to.receive();
            if (got.empty()) break;
            arrived += got;
        }
    }
    return arrived;
}

constexpr host::Faults everything{
    .loss = 0.03, .duplicate = 0.03, .corrupt = 0.01, .reorder = 0.05, .jitter = us_to_ns(100)};

void lossy(host::Faults faults, usize bytes, u64 seed, int family = AF_INET) {
    Link link(family);
    host::seed(seed);
    link.peer.wire.outgoing = faults;
    const std::string data = pattern(bytes, static_cast<u32>(seed));
    const std::string arrived = transfer(link.client, link.child, data, 10000);
    EXPECT_EQ(arrived.size(), data.size());
    EXPECT_TRUE(arrived == data);
    link.peer.wire.outgoing = {};
}

} // namespace

TEST(TcpBulk, CleanWire) {
    Link link;
    const std::string data = pattern(8 << 20);
    const Nanoseconds start = clock_monotonic();
    EXPECT_TRUE(transfer(link.client, link.child, data, 65536) == data);
    EXPECT_EQ(link.client.tcp().total_retransmits, 0u);
    EXPECT_LT(clock_monotonic() - start, s_to_ns(2));
    EXPECT_GT(link.child.tcp().receive_buffer, tcp_receive_buffer_default);
}

TEST(TcpBulk, Loss) { lossy({.loss = 0.02}, 2 << 20, 7); }
TEST(TcpBulk, HeavyLoss) { lossy({.loss = 0.2}, 100'000, 8); }
TEST(TcpBulk, Reordering) { lossy({.reorder = 0.1}, 2 << 20, 9); }
TEST(TcpBulk, Duplicates) { lossy({.duplicate = 0.2}, 2 << 20, 10); }
TEST(TcpBulk, Corruption) { lossy({.corrupt = 0.02}, 1 << 20, 11); }
TEST(TcpBulk, Everything) {
    for (u64 seed = 20; seed < 26; seed++) lossy(everything, 500'000, seed);
}

// Over IPv6 the same, with its larger header and its checksum.
TEST(TcpBulk, Loss6) { lossy({.loss = 0.02}, 1 << 20, 30, AF_INET6); }
TEST(TcpBulk, Reordering6) { lossy({.reorder = 0.1}, 1 << 20, 31, AF_INET6); }
TEST(TcpBulk, Duplicates6) { lossy({.duplicate = 0.2}, 1 << 20, 32, AF_INET6); }
TEST(TcpBulk, Corruption6) { lossy({.corrupt = 0.02}, 1 << 20, 33, AF_INET6); }
TEST(TcpBulk, Everything6) {
    for (u64 seed = 40; seed < 43; seed++) lossy(everything, 500'000, seed, AF_INET6);
}

TEST(TcpBulk, SmallWritesBothWays) {
    Link link;
    link.peer.wire.outgoing = {.loss = 0.05};
    ASSERT_EQ(link.client.set(IPPROTO_TCP, TCP_NODELAY, 1), 0);
    const std::string data = pattern(20'000, 3);
    EXPECT_TRUE(transfer(link.client, link.child, data, 7) == data);
    EXPECT_TRUE(transfer(link.child, link.client, data, 130) == data);
    link.peer.wire.outgoing = {};
}

TEST(TcpBulk, RealLoopbackWithLargeSegments) {
    start_stack();
    Program server, client;
    ASSERT_EQ(server.bind(81), 0);
    ASSERT_EQ(server.listen(), 0);
    ASSERT_EQ(client.connect(our_address, 81), 0);
    Program child = server.accept(false);
    const std::string data = pattern(16 << 20, 5);
    const u64 before = tcp_mib.OutSegs;
    EXPECT_TRUE(transfer(client, child, data, 65536) == data);
    EXPECT_LT(tcp_mib.OutSegs - before, 1200u); // some 520 of data, and their ACKs
    EXPECT_EQ(client.tcp().total_retransmits, 0u);
    client.close();
    child.close();
    server.close();
    host::run_for(s_to_ns(100));
    EXPECT_EQ(tcp_memory.used, 0u);
}

TEST(TcpBulk, MemoryFailuresAreSurvived) {
    Link link;
    const std::string data = pattern(300'000, 6);
    std::string arrived;
    usize sent = 0;
    u32 round = 0;
    const Nanoseconds end = clock_monotonic() + s_to_ns(1000);
    while (arrived.size() < data.size() && clock_monotonic() < end) {
        host::fail_allocations_after(++round % 5 == 0 ? round % 23 : -1);
        const long n = sent < data.size() ? link.client.send(data.substr(sent, 5000)) : 0;
        if (n > 0) sent += static_cast<usize>(n);
        host::run_for(ms_to_ns(1));
        host::fail_allocations_after(-1);
        arrived += link.child.receive();
    }
    EXPECT_TRUE(arrived == data);
}
