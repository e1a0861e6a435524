// ICMP: echo, errors and what they are not sent for, limits, ping sockets, path MTU.
#include <gtest/gtest.h>

#include "net/ipv4/icmp.h"
#include "net/ipv4/ip_internal.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class IcmpTest : public NetTest {};

TEST_F(IcmpTest, EchoIsAnsweredWithTheSameData) {
    inject_ip(ipv4(icmp(ICMP_ECHO, 0, 0x12340001, text("data")), {.protocol = 1}));
    auto answer = next_ip();
    ASSERT_TRUE(answer);
    EXPECT_EQ(get32(*answer, 12), our_ip);
    EXPECT_EQ(Frame(answer->begin() + 20, answer->end()), icmp(0, 0, 0x12340001, text("data")));
}

TEST_F(IcmpTest, NoAnswerToBrokenOnesOrBroadcasts) {
    Frame bad = icmp(ICMP_ECHO, 0, 1, text("data"));
    bad[9] ^= 4;
    inject_ip(ipv4(bad, {.protocol = 1}));
    inject_ip(ipv4(Frame{8, 0, 0}, {.protocol = 1}));
    inject_ip(ipv4(icmp(ICMP_ECHO, 0, 1, {}), {.destination = 0x0a0002ff, .protocol = 1}));
    EXPECT_FALSE(next_ip());
}

TEST_F(IcmpTest, TimestampReply) {
    Frame times(12);
    inject_ip(ipv4(icmp(ICMP_TIMESTAMP, 0, 5, times), {.protocol = 1}));
    auto answer = next_ip();
    ASSERT_TRUE(answer);
    EXPECT_EQ((*answer)[20], ICMP_TIMESTAMPREPLY);
    EXPECT_NE(get32(*answer, 32), 0u);
    inject_ip(ipv4(icmp(ICMP_TIMESTAMP, 0, 5, Frame(4)), {.protocol = 1}));
    EXPECT_FALSE(next_ip());
}

TEST_F(IcmpTest, ClosedPortQuotesTheDatagramWithinTheLimit) {
    const Frame packet = ipv4(udp(9, 7999, text("is anybody there?")));
    inject_ip(packet);
    auto answer = next_ip();
    ASSERT_TRUE(answer);
    EXPECT_EQ((*answer)[20], ICMP_DEST_UNREACH);
    EXPECT_EQ((*answer)[21], ICMP_PORT_UNREACH);
    EXPECT_EQ(Frame(answer->begin() + 28, answer->end()), packet);
    int answers = 0;
    for (int i = 0; i < 50; i++) inject_ip(packet);
    while (next_ip()) answers++;
    EXPECT_LE(answers, 6); // limited
    EXPECT_GE(answers, 4);
    run_for(s_to_ns(10));
    Frame long_packet = ipv4(udp(9, 7999, Frame(1400)));
    inject_ip(long_packet);
    answer = next_ip();
    ASSERT_TRUE(answer);
    EXPECT_LE(answer->size(), 576u);
}

TEST_F(IcmpTest, NoErrorsAboutErrorsFragmentsOrBroadcasts) {
    run_for(s_to_ns(10));
    const Frame quoted = ipv4(udp(7999, 9, text("x"), {.source = our_ip, .destination = peer_ip}),
                              {.source = our_ip, .destination = peer_ip});
    inject_ip(ipv4(icmp(ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0, quoted), {.protocol = 1}));
    inject_ip(
        ipv4(udp(9, 7999, text("x"), {.destination = 0xffffffff}), {.destination = 0xffffffff}));
    inject_ip(ipv4(text("12345678"), {.protocol = 200, .fragment = 0x0001}));
    EXPECT_FALSE(next_ip());
}

TEST_F(IcmpTest, ErrorsReachTheSocketThatSent) {
    TestSocket s;
    ASSERT_EQ(s.bind(our_ip, 7301), 0);
    ASSERT_EQ(s.connect(peer_ip, 9), 0);
    const Ip back{.source = our_ip, .destination = peer_ip};
    const Frame quoted = ipv4(udp(7301, 9, text("x"), back), back);
    inject_ip(ipv4(icmp(ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0, quoted), {.protocol = 1}));
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_ERROR), ECONNREFUSED);
    // About another connection; with a quote that is too short.
    const Frame other = ipv4(udp(7302, 9, text("x"), back), back);
    inject_ip(ipv4(icmp(ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0, other), {.protocol = 1}));
    for (usize length = 0; length < 28; length++)
        inject_ip(ipv4(icmp(ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0,
                            Frame(quoted.begin(), quoted.begin() + length)),
                       {.protocol = 1}));
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_ERROR), 0);
}

TEST_F(IcmpTest, FragmentationNeededLowersThePathMtu) {
    TestSocket s;
    ASSERT_EQ(s.connect(peer_ip, 9), 0);
    const Ip back{.source = our_ip, .destination = peer_ip};
    const Frame quoted = ipv4(udp(s.port(), 9, Frame(1400), back), back);
    inject_ip(ipv4(
        icmp(ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 900, Frame(quoted.begin(), quoted.begin() + 60)),
        {.protocol = 1}));
    EXPECT_EQ(s.get_option(SOL_IP, IP_MTU), 900);
    run_for(s_to_ns(601));
}

TEST_F(IcmpTest, PingSockets) {
    EXPECT_EQ(sock_create(AF_INET, SOCK_DGRAM, IPPROTO_ICMP).error().code, EACCES);
    ip_knobs.ping_group_low = 0;
    ip_knobs.ping_group_high = 100;
    TestSocket ping(SOCK_DGRAM, IPPROTO_ICMP);
    ASSERT_TRUE(ping.sock);
    const Frame request = icmp(ICMP_ECHO, 0, 7, text("ping"));
    EXPECT_EQ(ping.send_to(request, peer_ip, 0), static_cast<long>(request.size()));
    run_for(ms_to_ns(1));
    auto sent = next_ip();
    ASSERT_TRUE(sent);
    Frame reply(sent->begin() + 20, sent->end());
    const u32 id_and_sequence = get32(reply, 4);
    inject_ip(ipv4(icmp(ICMP_ECHOREPLY, 0, id_and_sequence, text("ping")), {.protocol = 1}));
    auto got = ping.receive();
    EXPECT_EQ(got.error, 0);
    EXPECT_EQ(got.from_ip, peer_ip);
    EXPECT_EQ(got.data, icmp(ICMP_ECHOREPLY, 0, id_and_sequence, text("ping")));
    EXPECT_EQ(ping.send_to(icmp(13, 0, 7, {}), peer_ip, 0), -EINVAL);
    EXPECT_EQ(ping.send_to(Frame(3), peer_ip, 0), -EINVAL);
    // To ourselves, over lo.
    EXPECT_GT(ping.send_to(request, INADDR_LOOPBACK, 0), 0);
    EXPECT_EQ(ping.receive().data[0], ICMP_ECHOREPLY);
    ip_knobs.ping_group_low = 1;
    ip_knobs.ping_group_high = 0;
}

} // namespace
