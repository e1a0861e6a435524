// A hundred thousand connections at once, over lo: each carries a byte there and back, and nothing
// is left of them afterwards.
#include <gtest/gtest.h>

#include "tests/host/packets.h"
#include "tests/host/tcp_peer.h"

namespace {

constexpr u32 connections = 100'000, per_port = 20'000; // ephemeral ports are 28,232

struct Both {
    Program client, server;
};

} // namespace

TEST(TcpMany, AHundredThousandAtOnce) {
    start_stack();
    const usize before = host::live_allocations();
    std::vector<Program> listeners(connections / per_port);
    for (u16 i = 0; i < listeners.size(); i++) {
        ASSERT_EQ(listeners[i].bind(static_cast<u16>(7000 + i)), 0);
        ASSERT_EQ(listeners[i].listen(128), 0);
    }
    std::vector<Both> all;
    for (u32 i = 0; i < connections; i++) {
        Program client;
        const u32 port = i / per_port;
        ASSERT_EQ(client.connect(0x7f000001, static_cast<u16>(7000 + port)), 0) << i;
        Program server = listeners[port].accept();
        ASSERT_TRUE(server.valid()) << i;
        all.push_back({std::move(client), std::move(server)});
    }
    EXPECT_EQ(tcp_memory.sockets, 2 * connections + listeners.size());
    EXPECT_EQ(tcp_memory.used, 0u); // an idle connection holds no buffer
    // A byte on its way stands for a whole buffer: so many at once are above the bound of the
    // machine that the other tests play.
    const u64 limit = std::exchange(tcp_memory.limit, u64{1} << 30);
    for (Both& each : all) ASSERT_EQ(each.client.send("?"), 1);
    for (Both& each : all) {
        ASSERT_EQ(each.server.receive(), "?");
        ASSERT_EQ(each.server.send("!"), 1);
    }
    for (Both& each : all) ASSERT_EQ(each.client.receive(), "!");
    tcp_memory.limit = limit;
    all.clear();
    listeners.clear();
    host::run_for(s_to_ns(200));
    EXPECT_EQ(tcp_memory.sockets, 0u);
    EXPECT_EQ(tcp_memory.time_wait, 0u);
    EXPECT_EQ(host::live_allocations(), before);
}
