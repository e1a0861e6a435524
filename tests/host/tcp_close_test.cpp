// The ends of connections: every order of FINs, resets, lingering, orphans, TIME_WAIT.
#include <gtest/gtest.h>

#include "tests/host/tcp_peer.h"

namespace {

struct Connected {
    Peer peer;
    Program client;
    explicit Connected(const TcpOptions& options = {.mss = 1460}, bool timestamps = false) {
        peer.timestamps = timestamps;
        EXPECT_EQ(client.connect(peer_address, 7000, true), -EINPROGRESS);
        peer.accept_handshake(options);
        EXPECT_EQ(client.connect(peer_address, 7000, true), 0);
    }
    void peer_sends(u8 flags, const std::string& payload = "") {
        peer.send(flags, payload);
        host::run_for(ms_to_ns(1));
    }
};

} // namespace

TEST(TcpClose, ActiveThroughTimeWait) {
    Connected c;
    ASSERT_EQ(c.client.shutdown(SHUT_WR), 0);
    EXPECT_EQ(c.client.tcp().state, TCP_FIN_WAIT1);
    EXPECT_EQ(c.peer.expect().flags, th_fin | th_ack);
    c.peer_sends(th_ack);
    EXPECT_EQ(c.client.tcp().state, TCP_FIN_WAIT2);
    c.peer_sends(th_ack | th_psh, "late");
    EXPECT_EQ(c.client.receive(), "late");
    c.peer.drop_all();
    c.peer_sends(th_fin | th_ack);
    EXPECT_EQ(c.peer.expect().acknowledgment, c.peer.next);
    EXPECT_EQ(c.client.tcp().state, TCP_CLOSE);
    EXPECT_EQ(tcp_memory.time_wait, 1u);
    EXPECT_EQ(c.client.receive(), "");
    EXPECT_EQ(c.client.last_error, 0);
    host::run_for(s_to_ns(61));
    EXPECT_EQ(tcp_memory.time_wait, 0u);
}

TEST(TcpClose, Passive) {
    Connected c;
    c.peer_sends(th_fin | th_ack);
    EXPECT_EQ(c.client.tcp().state, TCP_CLOSE_WAIT);
    EXPECT_EQ(c.client.poll() & (POLLIN | POLLRDHUP | POLLHUP), u32{POLLIN | POLLRDHUP});
    EXPECT_EQ(c.client.receive(), "");
    EXPECT_EQ(c.client.last_error, 0);
    EXPECT_EQ(c.client.send("still"), 5);
    host::run_for(ms_to_ns(50));
    c.peer.drop_all();
    c.peer.expected += 5;
    c.peer_sends(th_ack);
    c.client.close();
    EXPECT_EQ(c.peer.expect().flags, th_fin | th_ack);
    c.peer_sends(th_ack);
    EXPECT_EQ(tcp_memory.sockets, 0u);
    EXPECT_EQ(tcp_memory.time_wait, 0u);
}

TEST(TcpClose, Simultaneous) {
    Connected c;
    ASSERT_EQ(c.client.shutdown(SHUT_WR), 0);
    const Segment fin = c.peer.expect();
    c.peer.expected = fin.sequence; // the peer hasn't seen it
    c.peer_sends(th_fin | th_ack);
    EXPECT_EQ(c.client.tcp().state, TCP_CLOSING);
    c.peer.expected = fin.sequence + 1;
    c.peer_sends(th_ack);
    EXPECT_EQ(c.client.tcp().state, TCP_CLOSE);
    EXPECT_EQ(tcp_memory.time_wait, 1u);
}

TEST(TcpClose, UnreadDataResets) {
    Connected c;
    c.peer_sends(th_ack | th_psh, "unread");
    c.peer.drop_all();
    c.client.close();
    EXPECT_EQ(c.peer.expect().flags & th_rst, th_rst);
    EXPECT_EQ(tcp_memory.sockets, 0u);
}

TEST(TcpClose, LingerZeroResets) {
    Connected c;
    const int value[2] = {1, 0};
    ASSERT_TRUE(sock_setsockopt(c.client.raw(), SOL_SOCKET, SO_LINGER,
                                {reinterpret_cast<const u8*>(value), sizeof value}, false)
                    .ok());
    c.client.close();
    EXPECT_EQ(c.peer.expect().flags & th_rst, th_rst);
    EXPECT_EQ(tcp_memory.sockets, 0u);
}

TEST(TcpClose, DataForAClosedProgramIsReset) {
    Connected c;
    c.client.close();
    c.peer.expect();
    c.peer_sends(th_ack);
    c.peer_sends(th_ack | th_psh, "nobody reads this");
    EXPECT_EQ(c.peer.expect().flags & th_rst, th_rst);
    EXPECT_EQ(tcp_memory.sockets, 0u);
}

TEST(TcpClose, OrphanInFinWait2IsGivenUp) {
    Connected c;
    c.client.close();
    c.peer.expect();
    c.peer_sends(th_ack);
    EXPECT_EQ(tcp_memory.orphans, 1u);
    host::run_for(s_to_ns(61));
    EXPECT_EQ(tcp_memory.orphans, 0u);
}

TEST(TcpClose, PeersResetIsTold) {
    Connected c;
    c.peer_sends(th_rst | th_ack);
    EXPECT_EQ(c.client.tcp().state, TCP_CLOSE);
    EXPECT_TRUE(c.client.poll() & POLLERR);
    c.client.receive();
    EXPECT_EQ(c.client.last_error, -ECONNRESET);
    EXPECT_EQ(c.client.send("x"), -EPIPE);
}

TEST(TcpClose, BlindResetAndSynAreChallenged) { // RFC 5961
    Connected c;
    c.peer.next += 100;
    c.peer.send(th_rst);
    EXPECT_EQ(c.peer.expect().flags, th_ack);
    c.peer.send(th_syn);
    EXPECT_EQ(c.peer.expect().flags, th_ack);
    EXPECT_EQ(c.client.tcp().state, TCP_ESTABLISHED);
    c.peer.next += 1'000'000; // far outside of the window
    c.peer.send(th_rst);
    EXPECT_TRUE(c.peer.silent());
    EXPECT_EQ(c.client.tcp().state, TCP_ESTABLISHED);
}

TEST(TcpClose, BlindDataIsChallenged) { // RFC 5961, section 5
    Connected c;
    c.peer.expected += 5000; // acknowledges what was never sent
    c.peer.send(th_ack | th_psh, "evil");
    EXPECT_EQ(c.peer.expect().flags, th_ack);
    EXPECT_EQ(c.client.receive(), "");
    EXPECT_EQ(c.client.last_error, -EAGAIN);
}

TEST(TcpClose, TimeWaitGivesWayToANewerSyn) {
    Peer peer;
    Program server;
    ASSERT_EQ(server.bind(80), 0);
    ASSERT_EQ(server.listen(), 0);
    peer.connect_handshake(80);
    server.accept().close(); // the stack closes first
    EXPECT_EQ(peer.expect().flags, th_fin | th_ack);
    peer.send(th_fin | th_ack);
    host::run_for(ms_to_ns(1));
    ASSERT_EQ(tcp_memory.time_wait, 1u);
    peer.drop_all();
    peer.next -= 10; // an old duplicate: answered with an ACK
    peer.send(th_syn);
    EXPECT_EQ(peer.expect().flags, th_ack);
    peer.next += 1000;
    peer.send(th_syn);
    EXPECT_EQ(peer.expect().flags, th_syn | th_ack);
    EXPECT_EQ(tcp_memory.time_wait, 0u);
}

TEST(TcpClose, PortsInTimeWaitAreUsedAgain) {
    Peer peer;
    Program server;
    ASSERT_EQ(server.bind(80), 0);
    ASSERT_EQ(server.listen(), 0);
    for (int i = 0; i < 3000; i++) {
        Program client;
        ASSERT_EQ(client.connect(our_address, 80), 0);
        Program child = server.accept(false);
        ASSERT_TRUE(child.valid());
        client.close();
        child.close();
    }
    EXPECT_GT(tcp_memory.time_wait, 2900u);
}

TEST(TcpClose, DisconnectAndConnectAnew) {
    Connected c;
    SockaddrStorage nobody{};
    ASSERT_TRUE(sock_connect(c.client.raw(), nobody, 16, false).ok());
    EXPECT_EQ(c.peer.expect().flags & th_rst, th_rst);
    EXPECT_EQ(c.client.get(SOL_SOCKET, SO_ERROR), ECONNRESET);
    EXPECT_EQ(c.client.connect(peer_address, 7000, true), -EINPROGRESS);
    c.peer.accept_handshake({.mss = 1460});
    EXPECT_EQ(c.client.connect(peer_address, 7000, true), 0);
}
