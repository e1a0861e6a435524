// UDP: loopback and wire, checksums, sharing of ports, errors, cork, ancillary data.
#include <gtest/gtest.h>

#include "net/ipv4/ip_internal.h"
#include "net/ipv4/udp.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class UdpTest : public NetTest {};

constexpr u32 localhost = INADDR_LOOPBACK;

TEST_F(UdpTest, RoundTripOverLoopback) {
    TestSocket server, client;
    ASSERT_EQ(server.bind(localhost, 5000), 0);
    EXPECT_EQ(client.send_to(text("x"), localhost, 5000), 1);
    auto got = server.receive();
    EXPECT_EQ(got.data, text("x"));
    EXPECT_EQ(got.from_ip, localhost);
    EXPECT_EQ(got.from_port, client.port());
    EXPECT_GE(client.port(), 32768);
    EXPECT_EQ(server.send_to(text("yz"), got.from_ip, got.from_port), 2);
    EXPECT_EQ(client.receive().data, text("yz"));
    EXPECT_EQ(client.receive().error, EAGAIN);
}

TEST_F(UdpTest, OverTheWireAfterArpWithGoodChecksum) {
    TestSocket client;
    EXPECT_EQ(client.send_to(text("hello"), peer_ip, 7), 5);
    run_for(ms_to_ns(5));
    auto packet = next_ip();
    ASSERT_TRUE(packet);
    EXPECT_EQ(get16(*packet, 22), 7u);
    EXPECT_EQ(get16(*packet, 24), 13u);
    const Frame datagram(packet->begin() + 20, packet->end());
    const u32 pseudo = ip_pseudo_checksum(be32(our_ip), be32(peer_ip), 17, 13);
    EXPECT_EQ(checksum_fold(checksum_partial(datagram.data(), datagram.size(), pseudo)), 0);
    inject_ip(ipv4(udp(7, client.port(), text("world"))));
    EXPECT_EQ(client.receive().data, text("world"));
}

TEST_F(UdpTest, BadChecksumAndBadLengthsAreDropped) {
    TestSocket server;
    ASSERT_EQ(server.bind(0, 5001), 0);
    const u64 errors = udp_mib.InErrors;
    Frame bad = udp(9, 5001, text("bad"));
    bad[9] ^= 1;
    inject_ip(ipv4(bad));
    Frame longer = udp(9, 5001, text("bad"));
    longer[4] = 1; // says 256 bytes more than there are
    inject_ip(ipv4(longer));
    Frame shorter = udp(9, 5001, text("bad"));
    shorter[4] = 0, shorter[5] = 7;
    inject_ip(ipv4(shorter));
    inject_ip(ipv4(Frame{1, 2, 3}));
    EXPECT_EQ(udp_mib.InErrors, errors + 4);
    EXPECT_EQ(server.receive().error, EAGAIN);
    Frame none = udp(9, 5001, text("none"));
    none[6] = none[7] = 0; // no checksum is allowed
    inject_ip(ipv4(none));
    EXPECT_EQ(server.receive().data, text("none"));
}

TEST_F(UdpTest, LargeDatagramsGoInFragmentsAndComeBackWhole) {
    Frame big(40000);
    for (usize i = 0; i < big.size(); i++) big[i] = static_cast<u8>(i * 7);
    TestSocket client;
    EXPECT_EQ(client.send_to(big, peer_ip, 7), 40000);
    run_for(ms_to_ns(5));
    // The peer sends every piece back with the addresses the other way round.
    int pieces = 0;
    std::vector<Frame> back;
    while (auto packet = next_ip()) {
        pieces++;
        EXPECT_LE(packet->size(), 1500u);
        Frame payload(packet->begin() + 20, packet->end());
        if ((get16(*packet, 6) & 0x1fff) == 0) {
            std::swap(payload[0], payload[2]);
            std::swap(payload[1], payload[3]);
        }
        back.push_back(ipv4(payload, {.id = 77, .fragment = static_cast<u16>(get16(*packet, 6))}));
    }
    EXPECT_EQ(pieces, 28);
    std::reverse(back.begin(), back.end());
    for (const Frame& packet : back) inject_ip(packet);
    EXPECT_EQ(client.receive().data, big);
    EXPECT_EQ(ip_fragment_queues(), 0u);
    Frame too_big(65508);
    EXPECT_EQ(client.send_to(too_big, localhost, 7), -EMSGSIZE);
    ASSERT_EQ(client.set_option(SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO), 0);
    EXPECT_EQ(client.send_to(big, peer_ip, 7), -EMSGSIZE);
}

TEST_F(UdpTest, ConnectedSocketHearsItsPeerOnlyAndItsErrors) {
    TestSocket a;
    ASSERT_EQ(a.connect(localhost, 5999), 0);
    EXPECT_EQ(a.send(text("anybody?")), 8);
    EXPECT_EQ(a.send(text("again")), -ECONNREFUSED);
    EXPECT_EQ(a.send(text("again")), 5);
    EXPECT_EQ(a.receive().error, ECONNREFUSED);
    TestSocket stranger;
    EXPECT_GT(stranger.send_to(text("psst"), localhost, a.port()), 0);
    EXPECT_EQ(a.receive().error, EAGAIN);
    SockaddrStorage unspecified{};
    ASSERT_TRUE(sock_connect(*a.sock, unspecified, 16, false).ok());
    EXPECT_EQ(a.send(text("x")), -EDESTADDRREQ);
}

TEST_F(UdpTest, NobodyAnswersArp) {
    answer_arp = false;
    TestSocket a;
    ASSERT_EQ(a.connect(0x0a000263, 9), 0);
    EXPECT_EQ(a.send(text("x")), 1);
    run_for(s_to_ns(4));
    // EHOSTUNREACH isn't fatal for a datagram socket: only IP_RECVERR shows it.
    EXPECT_EQ(a.get_option(SOL_SOCKET, SO_ERROR), 0);
    ASSERT_EQ(a.set_option(SOL_IP, IP_RECVERR, 1), 0);
    EXPECT_EQ(a.send(text("x")), 1);
    run_for(s_to_ns(4));
    EXPECT_EQ(a.get_option(SOL_SOCKET, SO_ERROR), EHOSTUNREACH);
}

TEST_F(UdpTest, PortsAreSharedByTheRules) {
    TestSocket a, b, c;
    ASSERT_EQ(a.bind(0, 6000), 0);
    EXPECT_EQ(b.bind(0, 6000), EADDRINUSE);
    EXPECT_EQ(b.bind(localhost, 6000), EADDRINUSE);
    TestSocket d, e;
    d.set_option(SOL_SOCKET, SO_REUSEPORT, 1);
    e.set_option(SOL_SOCKET, SO_REUSEPORT, 1);
    EXPECT_EQ(d.bind(localhost, 6001), 0);
    EXPECT_EQ(e.bind(localhost, 6001), 0);
    EXPECT_EQ(c.bind(localhost, 6001), EADDRINUSE);
    int to_d = 0, to_e = 0;
    for (int i = 0; i < 64; i++) {
        TestSocket sender;
        sender.send_to(text("x"), localhost, 6001);
    }
    while (d.receive().error == 0) to_d++;
    while (e.receive().error == 0) to_e++;
    EXPECT_EQ(to_d + to_e, 64);
    EXPECT_GT(to_d, 8);
    EXPECT_GT(to_e, 8);
}

TEST_F(UdpTest, BindChecksWhatLinuxChecks) {
    TestSocket s;
    EXPECT_EQ(s.bind(0x01020304, 0), EADDRNOTAVAIL);
    credentials.net_admin = false;
    EXPECT_EQ(s.bind(0, 80), EACCES);
    credentials.net_admin = true;
    EXPECT_EQ(s.bind(0, 80), 0);
    EXPECT_EQ(s.bind(0, 81), EINVAL);
    TestSocket t;
    SockaddrStorage wrong = address(0, 0);
    wrong.bytes[0] = AF_UNIX;
    EXPECT_EQ(sock_bind(*t.sock, wrong, 16).error().code, EAFNOSUPPORT);
    EXPECT_EQ(sock_bind(*t.sock, address(0, 0), 15).error().code, EINVAL);
    SockaddrStorage unspecified{};
    EXPECT_TRUE(sock_bind(*t.sock, unspecified, 16).ok());
}

TEST_F(UdpTest, BroadcastNeedsPermissionAndReachesEverybody) {
    TestSocket a, b, sender;
    a.set_option(SOL_SOCKET, SO_REUSEADDR, 1);
    b.set_option(SOL_SOCKET, SO_REUSEADDR, 1);
    ASSERT_EQ(a.bind(0, 6100), 0);
    ASSERT_EQ(b.bind(0, 6100), 0);
    EXPECT_EQ(sender.send_to(text("all"), 0x0a0002ff, 6100), -EACCES);
    sender.set_option(SOL_SOCKET, SO_BROADCAST, 1);
    EXPECT_EQ(sender.send_to(text("all"), 0x0a0002ff, 6100), 3);
    EXPECT_EQ(a.receive().data, text("all")); // our own broadcast comes back to us
    EXPECT_EQ(b.receive().data, text("all"));
    run_for(ms_to_ns(1));
    ASSERT_FALSE(frames.empty());
    EXPECT_EQ(frames.front()[0], 0xff);
    inject_ip(
        ipv4(udp(1, 6100, text("too"), {.destination = 0xffffffff}), {.destination = 0xffffffff}));
    EXPECT_EQ(a.receive().data, text("too"));
    EXPECT_EQ(b.receive().data, text("too"));
}

TEST_F(UdpTest, MulticastByMembership) {
    constexpr u32 group = 0xe0010203;
    TestSocket a;
    ASSERT_EQ(a.bind(0, 6200), 0);
    struct {
        be32 group, interface;
    } request{be32(group), be32(our_ip)};
    const std::span<const u8> value(reinterpret_cast<const u8*>(&request), sizeof request);
    ASSERT_TRUE(sock_setsockopt(*a.sock, SOL_IP, IP_ADD_MEMBERSHIP, value, false).ok());
    EXPECT_EQ(sock_setsockopt(*a.sock, SOL_IP, IP_ADD_MEMBERSHIP, value, false).error().code,
              EADDRINUSE);
    EXPECT_EQ(device->dev().multicast_count, 1u);
    run_for(ms_to_ns(1));
    auto report = next_ip();
    ASSERT_TRUE(report);
    EXPECT_EQ((*report)[9], IPPROTO_IGMP);
    const u8 mac[6] = {1, 0, 0x5e, 1, 2, 3};
    device->inject(ethernet(
        ETH_P_IP, ipv4(udp(1, 6200, text("m"), {.destination = group}), {.destination = group}),
        mac));
    run_for(ms_to_ns(1));
    EXPECT_EQ(a.receive().data, text("m"));
    ASSERT_TRUE(sock_setsockopt(*a.sock, SOL_IP, IP_DROP_MEMBERSHIP, value, false).ok());
    EXPECT_EQ(device->dev().multicast_count, 0u);
}

TEST_F(UdpTest, CorkPutsDatagramsTogether) {
    TestSocket server, client;
    ASSERT_EQ(server.bind(localhost, 6300), 0);
    ASSERT_EQ(client.connect(localhost, 6300), 0);
    EXPECT_EQ(client.send(text("one "), MSG_MORE), 4);
    EXPECT_EQ(server.receive().error, EAGAIN);
    EXPECT_EQ(client.send(text("two")), 3);
    EXPECT_EQ(server.receive().data, text("one two"));
    client.set_option(SOL_UDP, UDP_CORK, 1);
    client.send(text("a"));
    client.send(Frame(3000, 'b'));
    EXPECT_EQ(server.receive().error, EAGAIN);
    client.set_option(SOL_UDP, UDP_CORK, 0);
    EXPECT_EQ(server.receive().data.size(), 3001u);
}

TEST_F(UdpTest, PeekTruncAndAncillaryData) {
    TestSocket server, client;
    ASSERT_EQ(server.bind(localhost, 6400), 0);
    server.set_option(SOL_IP, IP_PKTINFO, 1);
    server.set_option(SOL_IP, IP_RECVTTL, 1);
    client.set_option(SOL_IP, IP_TTL, 77);
    client.send_to(text("abcdef"), localhost, 6400);
    EXPECT_EQ(server.receive(MSG_DONTWAIT | MSG_PEEK).data, text("abcdef"));
    auto got = server.receive(MSG_DONTWAIT | MSG_TRUNC, 2);
    EXPECT_EQ(got.result, 6);
    EXPECT_TRUE(got.flags & MSG_TRUNC);
    ASSERT_EQ(got.control.size(), 32u + 24u);
    int ifindex, ttl;
    std::memcpy(&ifindex, &got.control[16], 4);
    std::memcpy(&ttl, &got.control[32 + 16], 4);
    EXPECT_EQ(ifindex, dev_get_by_name("lo")->ifindex);
    EXPECT_EQ(ttl, 77);
}

TEST_F(UdpTest, BlockingReceiveWaitsTimesOutAndIsInterrupted) {
    TestSocket server, client;
    ASSERT_EQ(server.bind(0, 6500), 0);
    at(clock_monotonic() + ms_to_ns(50), [&] { client.send_to(text("late"), localhost, 6500); });
    EXPECT_EQ(server.receive(0).data, text("late"));
    struct {
        i64 seconds = 0, micro = 200'000;
    } timeout;
    ASSERT_TRUE(sock_setsockopt(*server.sock, SOL_SOCKET, SO_RCVTIMEO,
                                {reinterpret_cast<u8*>(&timeout), sizeof timeout}, false)
                    .ok());
    const Nanoseconds before = clock_monotonic();
    EXPECT_EQ(server.receive(0).error, EAGAIN);
    EXPECT_EQ(clock_monotonic() - before, ms_to_ns(200));
    at(clock_monotonic() + ms_to_ns(5), interrupt);
    EXPECT_EQ(server.receive(0).error, EINTR);
}

TEST_F(UdpTest, AFullReceiveBufferDrops) {
    TestSocket server, client;
    ASSERT_EQ(server.bind(localhost, 6600), 0);
    ASSERT_EQ(server.set_option(SOL_SOCKET, SO_RCVBUF, 4096), 0);
    for (int i = 0; i < 100; i++) client.send_to(Frame(100), localhost, 6600);
    int count = 0;
    while (server.receive().error == 0) count++;
    EXPECT_GT(count, 3);
    EXPECT_LT(count, 40);
    client.send_to(text("fits again"), localhost, 6600);
    EXPECT_EQ(server.receive().error, 0);
}

TEST_F(UdpTest, NothingLeaks) {
    const usize before = live_allocations();
    {
        TestSocket a, b;
        a.bind(localhost, 6700);
        for (int i = 0; i < 10; i++) b.send_to(text("x"), localhost, 6700);
        b.send_to(text("x"), localhost, 6701, MSG_MORE);
    }
    EXPECT_EQ(live_allocations(), before);
    for (long n = 0; n < 12; n++) { // every allocation on the way may fail
        TestSocket a, b;
        ASSERT_EQ(a.bind(localhost, 6700), 0);
        fail_allocations_after(n);
        const long sent = b.send_to(text("x"), localhost, 6700);
        fail_allocations_after(-1);
        EXPECT_TRUE(sent == 1 || sent == -ENOBUFS || sent == -ENOMEM) << sent;
    }
    EXPECT_EQ(live_allocations(), before);
}

} // namespace
