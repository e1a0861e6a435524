// IPv4's checks on what comes in, hooks, options, forwarding.
#include <gtest/gtest.h>

#include "net/ipv4/ip_internal.h"
#include "net/netfilter.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class IpInputTest : public NetTest {
  protected:
    void SetUp() override {
        NetTest::SetUp();
        ASSERT_EQ(socket.bind(0, 7000), 0);
    }
    bool arrives(const Frame& packet) {
        inject_ip(packet);
        return socket.receive().error == 0;
    }
    static Frame good(const Ip& ip = {}) { return ipv4(udp(1, 7000, text("payload"), ip), ip); }
    static void fix_checksum(Frame& packet) {
        set16(packet, 10, 0);
        set16(packet, 10, checksum_fold(checksum_partial(packet.data(), (packet[0] & 15) * 4, 0)));
    }
    TestSocket socket;
};

TEST_F(IpInputTest, GoodOnesArriveBadOnesDont) {
    EXPECT_TRUE(arrives(good()));
    Frame packet = good();
    packet[10] ^= 1;
    EXPECT_FALSE(arrives(packet)) << "checksum";
    packet = good();
    packet[0] = 0x55;
    fix_checksum(packet);
    EXPECT_FALSE(arrives(packet)) << "version";
    packet = good();
    packet[0] = 0x44;
    EXPECT_FALSE(arrives(packet)) << "header length";
    packet = good();
    packet[0] = 0x4f; // 60 bytes of header in a packet of 35
    EXPECT_FALSE(arrives(packet));
    packet = good();
    packet[2] = 0xff;
    fix_checksum(packet);
    EXPECT_FALSE(arrives(packet)) << "total length beyond the frame";
    packet = good();
    packet[2] = 0, packet[3] = 19;
    fix_checksum(packet);
    EXPECT_FALSE(arrives(packet)) << "total length below the header";
}

TEST_F(IpInputTest, EveryTruncationIsHarmless) {
    const Frame packet = good({.options = {7, 7, 4, 0, 0, 0, 0, 0}});
    for (usize length = 0; length < packet.size(); length++) {
        Frame frame;
        put(frame, our_mac, 6);
        put(frame, peer_mac, 6);
        put16(frame, ETH_P_IP);
        put(frame, packet.data(), length);
        device->inject(frame);
        run_for(ms_to_ns(1));
        EXPECT_NE(socket.receive().error, 0) << length;
    }
}

TEST_F(IpInputTest, MartiansAndStrangers) {
    EXPECT_FALSE(arrives(good({.source = 0x7f000001})));
    EXPECT_FALSE(arrives(good({.source = 0xe0000005})));
    EXPECT_FALSE(arrives(good({.source = 0xffffffff})));
    EXPECT_FALSE(arrives(good({.source = our_ip})));
    EXPECT_FALSE(arrives(good({.source = 0})));
    EXPECT_FALSE(arrives(good({.destination = 0x7f000001})));
    EXPECT_FALSE(arrives(good({.destination = 0x0a000233})));
    EXPECT_TRUE(arrives(good({.source = 0, .destination = 0xffffffff})));
    const u8 somebody_else[6] = {2, 2, 2, 2, 2, 2};
    device->inject(ethernet(ETH_P_IP, good(), somebody_else));
    run_for(ms_to_ns(1));
    EXPECT_NE(socket.receive().error, 0);
}

TEST_F(IpInputTest, OptionsAreChecked) {
    EXPECT_TRUE(arrives(good({.options = {1, 1, 1, 0}})));
    EXPECT_TRUE(arrives(good({.options = {7, 7, 4, 0, 0, 0, 0, 0}})));
    EXPECT_FALSE(arrives(good({.options = {7, 0, 4, 0}}))) << "length 0";
    EXPECT_FALSE(arrives(good({.options = {7, 9, 4, 0}}))) << "beyond the header";
    EXPECT_FALSE(arrives(good({.options = {1, 1, 1, 7}}))) << "no length";
    EXPECT_FALSE(arrives(good({.options = {131, 7, 4, 1, 2, 3, 4, 0}}))) << "source route";
}

TEST_F(IpInputTest, UnknownProtocolsAreReported) {
    inject_ip(ipv4(text("whatever"), {.protocol = 200}));
    auto answer = next_ip();
    ASSERT_TRUE(answer);
    EXPECT_EQ((*answer)[20], ICMP_DEST_UNREACH);
    EXPECT_EQ((*answer)[21], ICMP_PROT_UNREACH);
}

NfVerdict drop_port_7000(NfHookEntry&, sk_buff& skb, net_device*, net_device*) {
    EXPECT_NE(skb.transport_header, sk_buff::unset);
    return ip_hdr(skb).protocol == 17 ? NfVerdict::drop : NfVerdict::accept;
}

TEST_F(IpInputTest, HooksMayDrop) {
    NfHookEntry entry{
        .node = {}, .hook = NfHook::local_in, .priority = 0, .function = drop_port_7000};
    nf_register_hook(entry);
    EXPECT_FALSE(arrives(good()));
    nf_unregister_hook(entry);
    EXPECT_TRUE(arrives(good()));
}

TEST_F(IpInputTest, ForwardsOnlyWhenAskedTo) {
    const Frame packet = good({.destination = 0x0a000233, .ttl = 9});
    inject_ip(packet);
    EXPECT_FALSE(next_ip());
    ip_knobs.ip_forward = 1;
    run_for(s_to_ns(10)); // no error of before counts against what one peer is sent
    inject_ip(packet);
    // It goes out where it came in: the sender is told of the shorter way first.
    auto redirect = next_ip();
    ASSERT_TRUE(redirect);
    EXPECT_EQ((*redirect)[20], ICMP_REDIRECT);
    EXPECT_EQ((*redirect)[21], ICMP_REDIR_HOST);
    EXPECT_EQ(get32(*redirect, 24), 0x0a000233u);
    EXPECT_EQ(get32(*redirect, 16), peer_ip);
    auto forwarded = next_ip();
    ASSERT_TRUE(forwarded);
    EXPECT_EQ((*forwarded)[8], 8);
    EXPECT_EQ(checksum_fold(checksum_partial(forwarded->data(), 20, 0)), 0);
    ip_knobs.send_redirects = 0;
    inject_ip(packet);
    forwarded = next_ip();
    ASSERT_TRUE(forwarded);
    EXPECT_EQ((*forwarded)[8], 8);
    ip_knobs.send_redirects = 1;
    inject_ip(good({.destination = 0x0a000233, .ttl = 1}));
    auto expired = next_ip();
    ASSERT_TRUE(expired);
    EXPECT_EQ((*expired)[20], ICMP_TIME_EXCEEDED);
    inject_ip(good({.destination = 0x01010101}));
    auto unreachable = next_ip();
    ASSERT_TRUE(unreachable);
    EXPECT_EQ((*unreachable)[20], ICMP_DEST_UNREACH);
    ip_knobs.ip_forward = 0;
}

TEST_F(IpInputTest, RawSocketsGetACopyWithTheHeader) {
    TestSocket raw(SOCK_RAW, IPPROTO_UDP), other(SOCK_RAW, IPPROTO_ICMP);
    EXPECT_TRUE(arrives(good()));
    auto got = raw.receive();
    EXPECT_EQ(got.data, good());
    EXPECT_EQ(got.from_ip, peer_ip);
    EXPECT_EQ(other.receive().error, EAGAIN);
    credentials.net_admin = false;
    EXPECT_EQ(sock_create(AF_INET, SOCK_RAW, IPPROTO_UDP).error().code, EPERM);
}

} // namespace
