// /proc/net/tcp as netstat reads it.
#include <gtest/gtest.h>

#include "tests/host/tcp_peer.h"

TEST(TcpProc, LinesAsLinuxHasThem) {
    Peer peer;
    Program server;
    ASSERT_EQ(server.bind(80), 0);
    ASSERT_EQ(server.listen(), 0);
    peer.connect_handshake(80);
    Program child = server.accept();
    TextBuffer text;
    tcp4_seq_show(text);
    const std::string all(text.text());
    EXPECT_EQ(all.size() % 150, 0u);
    EXPECT_NE(all.find("   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000"),
              std::string::npos)
        << all;
    EXPECT_NE(all.find("   1: 0100007F:0050 0200007F:1B58 01 00000000:00000000"), std::string::npos)
        << all;
}
