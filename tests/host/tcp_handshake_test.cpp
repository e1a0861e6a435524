// Opening connections: both ways, at once, to oneself, in vain; listeners and their limits.
#include <gtest/gtest.h>

#include "tests/host/tcp_peer.h"

TEST(TcpOpen, PassiveThenData) {
    Peer peer;
    Program server;
    ASSERT_EQ(server.bind(80), 0);
    ASSERT_EQ(server.listen(), 0);
    EXPECT_EQ(server.poll(), 0u);
    peer.connect_handshake(80);
    EXPECT_EQ(server.poll(), u32{POLLIN | POLLRDNORM});
    Program child = server.accept();
    ASSERT_TRUE(child.valid());
    EXPECT_EQ(child.tcp().state, TCP_ESTABLISHED);
    peer.send(th_ack | th_psh, "hello");
    host::run_for(ms_to_ns(1));
    EXPECT_EQ(child.receive(), "hello");
    EXPECT_EQ(child.send("hi"), 2);
    const Segment answer = peer.expect();
    child.tcp();
    Segment data = answer.payload.empty() ? peer.expect() : answer;
    EXPECT_EQ(data.payload, "hi");
}

TEST(TcpOpen, ActiveAndNonblocking) {
    Peer peer;
    Program client;
    EXPECT_EQ(client.connect(peer_address, 7000, true), -EINPROGRESS);
    EXPECT_EQ(client.connect(peer_address, 7000, true), -EALREADY);
    EXPECT_EQ(client.poll(), 0u);
    peer.accept_handshake({.mss = 1000});
    EXPECT_EQ(client.poll() & POLLOUT, u32{POLLOUT});
    EXPECT_EQ(client.get(SOL_SOCKET, SO_ERROR), 0);
    EXPECT_EQ(client.connect(peer_address, 7000, true), 0);
    EXPECT_EQ(client.connect(peer_address, 7000, true), -EISCONN);
    EXPECT_EQ(client.tcp().mss, 1000u);
}

TEST(TcpOpen, Simultaneous) {
    Peer peer;
    Program client;
    EXPECT_EQ(client.connect(peer_address, 7000, true), -EINPROGRESS);
    const Segment syn = peer.expect();
    peer.stack_port = syn.source;
    peer.send(th_syn, "", {.mss = 1460});
    const Segment answer = peer.expect();
    EXPECT_EQ(answer.flags, th_syn | th_ack);
    EXPECT_EQ(answer.sequence, syn.sequence);
    EXPECT_EQ(answer.acknowledgment, peer.next);
    EXPECT_EQ(client.tcp().state, TCP_SYN_RECV);
    peer.send(th_ack);
    host::run_for(ms_to_ns(1));
    EXPECT_EQ(client.tcp().state, TCP_ESTABLISHED);
}

TEST(TcpOpen, ToItself) {
    Peer peer;
    Program program;
    ASSERT_EQ(program.bind(5555, our_address), 0);
    ASSERT_EQ(program.connect(our_address, 5555), 0);
    EXPECT_EQ(program.tcp().state, TCP_ESTABLISHED);
    EXPECT_EQ(program.send("echo"), 4);
    host::run_for(ms_to_ns(1));
    EXPECT_EQ(program.receive(), "echo");
}

TEST(TcpOpen, Refused) {
    Peer peer;
    Program client;
    EXPECT_EQ(client.connect(our_address, 4), -ECONNREFUSED);
    EXPECT_EQ(client.poll(), u32{POLLHUP | POLLOUT | POLLWRNORM});
    EXPECT_EQ(client.send("x"), -EPIPE);
    client.receive();
    EXPECT_EQ(client.last_error, -ENOTCONN);
}

TEST(TcpOpen, SynIsRepeatedThenTimesOut) {
    Peer peer;
    Program client;
    const Nanoseconds start = clock_monotonic();
    EXPECT_EQ(client.connect(peer_address, 7000), -ETIMEDOUT);
    EXPECT_EQ(peer.received.size(), 7u);
    EXPECT_NEAR(static_cast<double>(clock_monotonic() - start) / 1e9, 127, 1);
}

TEST(TcpOpen, BacklogBoundsTheAcceptQueue) {
    Peer peer;
    Program server;
    ASSERT_EQ(server.bind(80), 0);
    ASSERT_EQ(server.listen(2), 0);
    for (u16 i = 0; i < 3; i++) {
        peer.port = static_cast<u16>(9000 + i);
        peer.connect_handshake(80);
    }
    EXPECT_EQ(server.tcp().backlog, 3u); // Linux: one more than the backlog
    peer.port = 9100;
    peer.send(th_syn);
    EXPECT_TRUE(peer.silent());
    Program child = server.accept();
    EXPECT_TRUE(child.valid());
    peer.next -= 1;
    peer.send(th_syn);
    EXPECT_EQ(peer.expect().flags, th_syn | th_ack);
}

TEST(TcpOpen, FloodOfSyns) {
    Peer peer;
    Program server;
    ASSERT_EQ(server.bind(80), 0);
    ASSERT_EQ(server.listen(64), 0);
    const usize before = host::live_allocations();
    for (u32 i = 0; i < 100'000; i++) {
        Segment syn;
        syn.source = static_cast<u16>(1024 + i % 60000);
        syn.destination = 80;
        syn.sequence = i * 77;
        syn.flags = th_syn;
        syn.options.mss = 1460;
        peer.send_raw(syn);
        if (i % 64 == 0) {
            host::run_for(us_to_ns(60));
            peer.drop_all();
        }
    }
    host::run_for(ms_to_ns(1));
    peer.drop_all();
    EXPECT_LE(tcp_memory.requests, 64u);
    EXPECT_LE(host::live_allocations(), before + 200);
    // A real client gets through, by a cookie.
    peer.port = 600;
    peer.timestamps = true;
    peer.connect_handshake(
        80, {.has_window_scale = true, .sack_permitted = true, .window_scale = 7, .mss = 1460});
    Program child = server.accept();
    ASSERT_TRUE(child.valid());
    EXPECT_TRUE(child.tcp().use_sack);
    EXPECT_EQ(child.tcp().send_scale, 7);
    EXPECT_EQ(child.tcp().peer_mss, 1460u);
    peer.send(th_ack | th_psh, "through");
    host::run_for(ms_to_ns(1));
    EXPECT_EQ(child.receive(), "through");
    host::run_for(s_to_ns(200));
    EXPECT_EQ(tcp_memory.requests, 0u);
}

TEST(TcpOpen, DeferredAccept) {
    Peer peer;
    Program server;
    ASSERT_EQ(server.set(IPPROTO_TCP, TCP_DEFER_ACCEPT, 5), 0);
    EXPECT_EQ(server.get(IPPROTO_TCP, TCP_DEFER_ACCEPT), 7);
    ASSERT_EQ(server.bind(80), 0);
    ASSERT_EQ(server.listen(), 0);
    peer.connect_handshake(80);
    EXPECT_FALSE(server.accept().valid());
    peer.send(th_ack | th_psh, "GET");
    host::run_for(ms_to_ns(1));
    Program child = server.accept();
    ASSERT_TRUE(child.valid());
    EXPECT_EQ(child.receive(), "GET");
}

TEST(TcpOpen, PortsAreHeldAndShared) {
    Peer peer;
    Program server, second;
    ASSERT_EQ(server.bind(80), 0);
    ASSERT_EQ(server.listen(), 0);
    EXPECT_EQ(second.bind(80), -EADDRINUSE);
    peer.connect_handshake(80);
    Program child = server.accept();
    server.close();
    EXPECT_EQ(second.bind(80), -EADDRINUSE); // the connection still has it
    Program third;
    ASSERT_EQ(third.set(SOL_SOCKET, SO_REUSEADDR, 1), 0);
    EXPECT_EQ(third.bind(80), -EADDRINUSE); // its owner didn't say so
    ASSERT_EQ(child.set(SOL_SOCKET, SO_REUSEADDR, 1), 0);
    EXPECT_EQ(third.bind(80), 0);
    EXPECT_EQ(third.listen(), 0);
}

TEST(TcpOpen, SequenceNumbersDiffer) {
    Peer peer;
    Program a, b;
    a.connect(peer_address, 7000, true);
    b.connect(peer_address, 7000, true);
    EXPECT_NE(peer.expect().sequence, peer.expect().sequence);
}
