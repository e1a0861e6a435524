// Random and damaged frames at the whole receive path, under the sanitizers: nothing crashes,
// nothing leaks. PLUMB_FUZZ_ROUNDS says how many (default 30,000).
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

#include "net/arp.h"
#include "net/ipv4/ip_internal.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class NetFuzz : public NetTest {
  protected:
    void peer(const Frame&) override {}

    Frame random_bytes(usize most) {
        Frame bytes(random() % (most + 1));
        for (u8& byte : bytes) byte = static_cast<u8>(random());
        return bytes;
    }
    u32 some_address() {
        const u32 choices[] = {our_ip,     peer_ip,    0xffffffff, 0x0a0002ff,
                               0x7f000001, 0xe0000001, 0xe0010203, static_cast<u32>(random())};
        return choices[random() % std::size(choices)];
    }
    Frame transport(const Ip& ip) {
        const Ip inner{.source = our_ip, .destination = some_address()};
        switch (random() % 5) {
        case 0:
            return udp(static_cast<u16>(random()), 7200, random_bytes(300), ip);
        case 1:
            return icmp(static_cast<u8>(random() % 20), static_cast<u8>(random() % 18),
                        static_cast<u32>(random()), random_bytes(300));
        case 2:
            return icmp(3, static_cast<u8>(random() % 18), static_cast<u32>(random()),
                        ipv4(udp(7200, 9, random_bytes(20), inner), inner));
        case 3:
            return icmp(
                11, 1, 0,
                ipv4(random_bytes(40), {.source = our_ip, .protocol = static_cast<u8>(random())}));
        default:
            return random_bytes(400);
        }
    }
    Frame frame() {
        Ip ip{.source = some_address(), .destination = some_address()};
        const u8 protocols[] = {1, 2, 6, 17, static_cast<u8>(random())};
        ip.protocol = protocols[random() % 5];
        ip.id = static_cast<u16>(random() % 8);
        if (random() % 3 == 0) ip.fragment = static_cast<u16>(random() & 0x203f);
        if (random() % 4 == 0) {
            ip.options = random_bytes(40);
            ip.options.resize(ip.options.size() / 4 * 4);
            if (!ip.options.empty() && random() % 2) ip.options[0] = random() % 2 ? 7 : 68;
        }
        Frame result;
        switch (random() % 8) {
        case 0:
            return random_bytes(1514);
        case 1:
            result = ethernet(ETH_P_ARP, arp(static_cast<u16>(1 + random() % 3), peer_mac,
                                             some_address(), our_mac, some_address()));
            break;
        default:
            result = ethernet(ETH_P_IP, ipv4(transport(ip), ip));
            break;
        }
        if (random() % 3 == 0)
            result[random() % result.size()] ^= static_cast<u8>(1 << random() % 8);
        if (random() % 5 == 0) result.resize(random() % (result.size() + 1));
        return result;
    }
    std::mt19937 random{2026};
};

TEST_F(NetFuzz, SurvivesGarbage) {
    const char* wanted = std::getenv("PLUMB_FUZZ_ROUNDS");
    const long rounds = wanted ? std::atol(wanted) : 30'000;
    TestSocket udp_socket, raw(SOCK_RAW, IPPROTO_ICMP), raw_udp(SOCK_RAW, IPPROTO_UDP);
    ASSERT_EQ(udp_socket.bind(0, 7200), 0);
    udp_socket.set_option(SOL_IP, IP_PKTINFO, 1);
    udp_socket.set_option(SOL_IP, IP_RECVOPTS, 1);
    udp_socket.set_option(SOL_IP, IP_RECVERR, 1);
    for (long i = 0; i < rounds; i++) {
        device->inject(frame());
        if (i % 16 == 0) run_for(ms_to_ns(5));
        if (i % 64 == 0) {
            while (udp_socket.receive().data.size()) {
            }
            raw.receive();
            raw_udp.receive();
            if (random() % 2) ip_knobs.ip_forward ^= 1;
        }
        // Now and then memory is short.
        if (i % 997 == 0) fail_allocations_after(static_cast<long>(random() % 8));
        if (i % 997 == 20) fail_allocations_after(-1);
    }
    fail_allocations_after(-1);
    ip_knobs.ip_forward = 0;
    run_for(s_to_ns(60));
    EXPECT_EQ(ip_fragment_memory(), 0u);
    udp_socket.set_option(SOL_SOCKET, SO_RCVBUF, 1 << 20);
    while (udp_socket.receive().error != EAGAIN) {
    }
    inject_ip(ipv4(udp(1, 7200, text("still here"))));
    EXPECT_EQ(udp_socket.receive().data, text("still here"));
}

} // namespace
