// IPv6 against a simulated link: duplicate address detection, a router's advertisements,
// redirects, neighbours, echoes, errors, fragments, forwarding; and damaged frames.
// PLUMB_FUZZ_ROUNDS says how many (default 20,000).
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

#include "kernel/uapi/in6.h"
#include "net/inet_fragment.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/mcast.h"
#include "net/ipv6/ndisc.h"
#include "net/ipv6/route6.h"
#include "net/proc_net.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

const in6_addr our_link_local(0xfe800000, 0, 0x505400ff, 0xfe123456),
    our_global(0x20010db8, 0, 0x505400ff, 0xfe123456), router(0xfe800000, 0, 0, 1),
    better_router(0xfe800000, 0, 0, 2), peer_global(0x20010db8, 0, 0, 0x99),
    far_away(0x2a000000, 0, 0, 1);

Frame icmp6(u8 type, u8 code, u32 rest, const Frame& body, const in6_addr& source,
            const in6_addr& destination) {
    return summed6(icmp(type, code, rest, body), IPPROTO_ICMPV6, 2, source, destination);
}

class Inet6Test : public NetTest {
  protected:
    Inet6Test() { speaks_ipv6 = true; }
    void peer(const Frame& frame) override { frames.push_back(frame); }

    void inject6(const Frame& packet) {
        device->inject(ethernet(ETH_P_IPV6, packet));
        run_for(ms_to_ns(1));
    }
    void inject_icmp6(u8 type, u8 code, u32 rest, const Frame& body, const in6_addr& source,
                      const in6_addr& destination, u8 hops = 255) {
        inject6(ipv6(icmp6(type, code, rest, body, source, destination), 58, source, destination,
                     hops));
    }
    // The next ICMPv6 message of this type that was sent, from its IPv6 header on.
    std::optional<Frame> next_icmp6(u8 type) {
        while (!frames.empty()) {
            Frame frame = frames.front();
            frames.pop_front();
            if (get16(frame, 12) != ETH_P_IPV6 || frame.at(20) != 58 || frame.at(54) != type)
                continue;
            return Frame(frame.begin() + 14, frame.end());
        }
        return std::nullopt;
    }
    void advertise(u16 lifetime, u32 valid, u32 preferred, u32 mtu = 0) {
        Frame body;
        put32(body, 0);
        put32(body, 0);
        const u8 link[8] = {1, 1, 0x52, 0x55, 0x0a, 0, 2, 2};
        put(body, link, 8);
        const u8 prefix[4] = {3, 4, 64, 0xc0};
        put(body, prefix, 4);
        put32(body, valid);
        put32(body, preferred);
        put32(body, 0);
        put6(body, in6_addr(0x20010db8, 0, 0, 0));
        if (mtu) {
            put32(body, 0x05010000);
            put32(body, mtu);
        }
        inject_icmp6(134, 0, 64u << 24 | lifetime, body, router, in6_all_nodes);
    }
    void settle() {
        run_for(s_to_ns(2)); // DAD of the link-local address
        advertise(1800, 3600, 1800);
        run_for(s_to_ns(2));
        frames.clear();
    }
    bool have(const in6_addr& address) { return ipv6_get_ifaddr(address, nullptr); }
    void neighbour_answers(const in6_addr& target) {
        Frame body;
        put6(body, target);
        const u8 link[8] = {2, 1, 0x52, 0x55, 0x0a, 0, 2, 2};
        put(body, link, 8);
        inject_icmp6(136, 0, 0x60000000, body, target, our_global);
    }
    void redirect(const in6_addr& destination, const in6_addr& target,
                  const in6_addr& from = router, u8 hops = 255, u8 code = 0) {
        Frame body;
        put6(body, target);
        put6(body, destination);
        const u8 link[8] = {2, 1, 0x52, 0x55, 0x0a, 0, 2, 7};
        put(body, link, 8);
        inject_icmp6(137, code, 0, body, from, our_link_local, hops);
    }
    in6_addr way_to(const in6_addr& destination) {
        auto route = ip6_route_output(destination, in6_addr());
        return route.ok() ? route->next_hop : in6_addr();
    }
    std::mt19937 random{2026};
};

// The stack forwards.
class Forward6Test : public Inet6Test {
  protected:
    void SetUp() override {
        Inet6Test::SetUp();
        settle();
        forward("1");
        // Two nets behind routers on the link, so that what comes in goes out there again.
        add_net_behind_router(in6_addr(0x2a000000, 0, 0, 0), 0);
        add_net_behind_router(in6_addr(0x2b000000, 0, 0, 0), 1400);
        ndisc_hear(device->dev(), better_router, peer_mac);
        ndisc_hear(device->dev(), peer_global, peer_mac);
        frames.clear();
    }
    void TearDown() override {
        forward("0");
        Inet6Test::TearDown();
    }
    static void forward(std::string_view text) {
        ASSERT_TRUE(net_knob_store(net_knobs6()[0], text).ok());
    }
    void add_net_behind_router(const in6_addr& prefix, u32 mtu) {
        Fib6Entry route;
        route.prefix = prefix;
        route.prefix_length = 16;
        route.gateway = better_router;
        route.dev = &device->dev();
        route.mtu = mtu;
        ASSERT_TRUE(fib6_add(route).ok());
    }
    // What the stack makes of a datagram of so many bytes for somebody else.
    void pass(const in6_addr& destination, u8 hops, usize bytes = 8,
              const in6_addr& source = peer_global) {
        frames.clear();
        inject6(ipv6(udp(7000, 9, Frame(bytes, 'd')), 17, source, destination, hops));
    }
    std::optional<Frame> passed_on() {
        for (const Frame& frame : frames)
            if (frame.at(20) == 17) return Frame(frame.begin() + 14, frame.end());
        return std::nullopt;
    }
};

TEST_F(Inet6Test, AsksBeforeItTakesAnAddress) {
    dev_close(device->dev());
    frames.clear();
    ASSERT_TRUE(dev_open(device->dev()).ok());
    run_for(ms_to_ns(200));
    EXPECT_FALSE(have(our_link_local));
    auto probe = next_icmp6(135);
    ASSERT_TRUE(probe);
    for (usize i = 8; i < 24; i++) EXPECT_EQ(probe->at(i), 0); // from ::
    EXPECT_EQ(std::memcmp(&probe->at(48), &our_link_local, 16), 0);
    run_for(s_to_ns(2));
    EXPECT_TRUE(have(our_link_local));
    EXPECT_TRUE(next_icmp6(136)); // says so
    EXPECT_TRUE(next_icmp6(133)); // and asks for routers
}

TEST_F(Inet6Test, GivesUpAnAddressThatAnotherHas) {
    run_for(ms_to_ns(200));
    Frame body;
    put6(body, our_link_local);
    inject_icmp6(136, 0, 0x20000000, body, our_link_local, in6_all_nodes);
    run_for(s_to_ns(5));
    EXPECT_FALSE(have(our_link_local));
}

TEST_F(Inet6Test, TakesAnAddressAndARouteFromARouter) {
    settle();
    ASSERT_TRUE(have(our_global));
    auto near = ip6_route_output(peer_global, in6_addr());
    ASSERT_TRUE(near.ok());
    EXPECT_TRUE(near->next_hop == peer_global);
    auto far = ip6_route_output(far_away, in6_addr());
    ASSERT_TRUE(far.ok());
    EXPECT_TRUE(far->next_hop == router);
    EXPECT_TRUE(far->source == our_global);
    EXPECT_EQ(far->mtu, 1500u);
    advertise(1800, 3600, 1800, 1400);
    EXPECT_EQ(ip6_route_output(far_away, in6_addr())->mtu, 1400u);
    // The router goes; two hours are left to an address that somebody wants to end at once.
    advertise(0, 0, 0);
    EXPECT_FALSE(ip6_route_output(far_away, in6_addr()).ok());
    EXPECT_TRUE(have(our_global));
    run_for(s_to_ns(3700));
    EXPECT_FALSE(have(our_global));
}

// What a forger can fill the table with is bounded, and goes when its time is over.
TEST_F(Inet6Test, TakesOnlySoManyRoutesFromAdvertisements) {
    settle();
    const auto routes = [] {
        u32 count = 0;
        fib6_walk([](void* sum, const Fib6Entry&) { return ++*static_cast<u32*>(sum) != 0; },
                  &count);
        return count;
    };
    const u32 before = routes();
    const auto forge = [&](u32 number) {
        inject_icmp6(134, 0, 64u << 24 | 5, Frame(8, 0), in6_addr(0xfe800000, 0, 7, number),
                     in6_all_nodes);
    };
    for (u32 i = 0; i < 200; i++) forge(i);
    EXPECT_GT(routes(), before + 32);
    EXPECT_LE(routes(), before + 64);
    EXPECT_TRUE(way_to(peer_global) == peer_global); // who was there stays
    advertise(1800, 3600, 1800, 1400);               // and is renewed
    EXPECT_EQ(ip6_route_output(far_away, in6_addr())->mtu, 1400u);
    run_for(s_to_ns(6));
    EXPECT_EQ(routes(), before);
    forge(200); // there is room again
    EXPECT_EQ(routes(), before + 1);
}

TEST_F(Inet6Test, IgnoresAdvertisementsFromElsewhere) {
    run_for(s_to_ns(2));
    Frame body(8, 0);
    inject_icmp6(134, 0, 64u << 24 | 1800, body, router, in6_all_nodes, 64); // came by a router
    inject_icmp6(134, 0, 64u << 24 | 1800, body, far_away, in6_all_nodes);   // not of this link
    body.push_back(3);
    body.push_back(0); // an option without length
    inject_icmp6(134, 0, 64u << 24 | 1800, body, router, in6_all_nodes);
    EXPECT_FALSE(ip6_route_output(far_away, in6_addr()).ok());
}

TEST_F(Inet6Test, AnswersSolicitationsAndEchoes) {
    settle();
    Frame body;
    put6(body, our_global);
    const u8 link[8] = {1, 1, 0x52, 0x55, 0x0a, 0, 2, 2};
    put(body, link, 8);
    inject_icmp6(135, 0, 0, body, peer_global, ipv6_solicited_node(our_global));
    auto advert = next_icmp6(136);
    ASSERT_TRUE(advert);
    EXPECT_EQ(get32(*advert, 44) >> 29, 3u); // solicited, override
    inject_icmp6(128, 0, 0x12340001, text("echo"), peer_global, our_global, 64);
    auto reply = next_icmp6(129);
    ASSERT_TRUE(reply);
    EXPECT_EQ(get32(*reply, 44), 0x12340001u);
    EXPECT_EQ(Frame(reply->begin() + 48, reply->begin() + 52), text("echo"));
}

TEST_F(Inet6Test, RoutesThatLeadNowhereAreLosAndGoWithIt) {
    Fib6Entry route;
    route.prefix = in6_addr(0x2a000000, 0, 0, 0);
    route.prefix_length = 16;
    route.type = rtn_unreachable;
    route.gateway = router;
    ASSERT_TRUE(fib6_add(route).ok());
    EXPECT_EQ(ip6_route_output(far_away, in6_addr(), 0).error(), Errno{EHOSTUNREACH});
    const int ours = device->dev().ifindex;
    EXPECT_EQ(ip6_route_output(far_away, in6_addr(), ours).error(), Errno{ENETUNREACH});
    TextBuffer shown;
    ipv6_route_show(shown);
    EXPECT_NE(shown.text().find("00200200       lo\n"), std::string_view::npos) << shown.text();
    dev_close(loopback_dev);
    EXPECT_EQ(ip6_route_output(far_away, in6_addr(), 0).error(), Errno{ENETUNREACH});
    EXPECT_TRUE(dev_open(loopback_dev).ok());
}

TEST_F(Inet6Test, LearnsThePathsMtu) {
    settle();
    const Frame quoted = ipv6(udp(7000, 9, text("x")), 17, our_global, far_away);
    inject_icmp6(2, 0, 1300, quoted, router, our_global);
    EXPECT_EQ(ip6_route_output(far_away, in6_addr())->mtu, 1300u);
    inject_icmp6(2, 0, 68, quoted, router, our_global);
    EXPECT_EQ(ip6_route_output(far_away, in6_addr())->mtu, 1280u);
}

TEST_F(Inet6Test, FollowsTheRedirectsOfItsRouter) {
    settle();
    ASSERT_TRUE(way_to(far_away) == router);
    const u64 before = icmp6_mib.InRedirects;
    redirect(far_away, better_router, better_router); // not whom we use
    redirect(far_away, better_router, peer_global);   // not of this link
    redirect(far_away, better_router, router, 254);   // came by a router
    redirect(far_away, better_router, router, 255, 1);
    redirect(far_away, peer_global);              // a router is named by its link's address
    redirect(in6_all_nodes, better_router);       // no destination of packets
    redirect(far_away, our_link_local);           // ourselves
    redirect(peer_global, better_router, router); // on the link, not by that router
    Frame cut;
    put6(cut, better_router);
    inject_icmp6(137, 0, 0, cut, router, our_link_local);
    EXPECT_TRUE(way_to(far_away) == router);
    EXPECT_TRUE(way_to(peer_global) == peer_global);
    EXPECT_FALSE(neigh_find(nd_tbl, device->dev(), better_router));
    EXPECT_EQ(icmp6_mib.InRedirects, before + 6);

    redirect(far_away, better_router);
    EXPECT_TRUE(way_to(far_away) == better_router);
    EXPECT_TRUE(way_to(in6_addr(0x2a000000, 0, 0, 2)) == router); // of that destination alone
    const Neighbor* neighbor = neigh_find(nd_tbl, device->dev(), better_router);
    ASSERT_TRUE(neighbor);
    EXPECT_TRUE(neighbor->is_router);
    EXPECT_EQ(neighbor->state, NeighborState::stale);
    EXPECT_EQ(neighbor->link[5], 7);
    redirect(far_away, far_away, better_router); // the one in use may say more: it is a neighbour
    EXPECT_TRUE(way_to(far_away) == far_away);
    // Whoever doesn't answer is no better way.
    neigh_fail(*neigh_find(nd_tbl, device->dev(), far_away));
    EXPECT_TRUE(way_to(far_away) == router);
    advertise(0, 3600, 1800); // and what a router said ends with it
    EXPECT_TRUE(way_to(far_away).is_unspecified());
}

TEST_F(Forward6Test, PassesOnWithOneHopLess) {
    pass(far_away, 64);
    auto packet = passed_on();
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->at(7), 63);
    EXPECT_EQ(std::memcmp(&packet->at(24), &far_away, 16), 0);
    EXPECT_EQ(packet->at(40 + 8), 'd');
    pass(far_away, 2);
    EXPECT_TRUE(passed_on());
    const u64 refused = ip6_mib.InAddrErrors;
    forward("0");
    pass(far_away, 64);
    EXPECT_FALSE(passed_on());
    EXPECT_EQ(ip6_mib.InAddrErrors, refused + 1);
}

TEST_F(Forward6Test, SaysWhyItDoesNot) {
    pass(far_away, 1);
    EXPECT_FALSE(passed_on());
    auto error = next_icmp6(3);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->at(41), 0);                                   // hop limit
    EXPECT_EQ(std::memcmp(&error->at(48 + 24), &far_away, 16), 0); // quoted
    const in6_addr narrow(0x2b000000, 0, 0, 9);
    pass(narrow, 64, 1400 - 48 + 1);
    EXPECT_FALSE(passed_on());
    error = next_icmp6(2);
    ASSERT_TRUE(error);
    EXPECT_EQ(get32(*error, 44), 1400u);
    pass(narrow, 64, 1400 - 48);
    EXPECT_TRUE(passed_on());
    pass(in6_addr(0x2c000000, 0, 0, 1), 64);
    EXPECT_FALSE(passed_on());
    error = next_icmp6(1);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->at(41), 0); // no route
    pass(far_away, 64, 8, in6_addr());
    EXPECT_FALSE(passed_on());
    pass(in6_all_nodes, 64); // a group's isn't passed on
    EXPECT_FALSE(passed_on());
}

TEST_F(Forward6Test, IsARouterToOthers) {
    EXPECT_TRUE(ipv6_chk_mcast_addr(device->dev(), in6_all_routers));
    EXPECT_TRUE(way_to(in6_addr(0x2c000000, 0, 0, 1)).is_unspecified()); // the default route went
    advertise(1800, 3600, 1800);
    EXPECT_TRUE(way_to(in6_addr(0x2c000000, 0, 0, 1)).is_unspecified()); // and doesn't come back
    redirect(far_away, peer_global, better_router);
    EXPECT_TRUE(way_to(far_away) == better_router);
    Frame body;
    put6(body, our_global);
    inject_icmp6(135, 0, 0, body, peer_global, ipv6_solicited_node(our_global));
    auto advert = next_icmp6(136);
    ASSERT_TRUE(advert);
    EXPECT_EQ(get32(*advert, 44) >> 29, 7u); // router, solicited, override
    frames.clear();
    forward("0");
    EXPECT_FALSE(ipv6_chk_mcast_addr(device->dev(), in6_all_routers));
    run_for(s_to_ns(1));
    EXPECT_TRUE(next_icmp6(133)); // a host again, that looks for routers
    advertise(1800, 3600, 1800);
    EXPECT_TRUE(way_to(in6_addr(0x2c000000, 0, 0, 1)) == router);
}

TEST_F(Inet6Test, PutsFragmentsTogetherAndRefusesOverlaps) {
    settle();
    const Frame message =
        icmp6(128, 0, 0x00010002, text(std::string(60, 'f')), peer_global, our_global);
    auto fragment = [&](u32 offset, u32 end, bool more, u32 id) {
        Frame payload{58, 0};
        put16(payload, offset | (more ? 1u : 0u));
        put32(payload, id);
        put(payload, &message[offset], end - offset);
        return ipv6(payload, 44, peer_global, our_global);
    };
    inject6(fragment(32, 68, false, 1));
    inject6(fragment(0, 32, true, 1));
    neighbour_answers(peer_global);
    auto reply = next_icmp6(129);
    ASSERT_TRUE(reply);
    EXPECT_EQ(get16(*reply, 4), 68u);
    inject6(fragment(0, 32, true, 2));
    inject6(fragment(24, 68, false, 2));
    EXPECT_EQ(inet_frag_queues(), 0u);
    EXPECT_FALSE(next_icmp6(129));
    inject6(fragment(0, 32, true, 3)); // the rest never comes
    run_for(s_to_ns(61));
    EXPECT_TRUE(next_icmp6(3));
    EXPECT_EQ(inet_frag_memory(), 0u);
}

TEST_F(Inet6Test, RefusesSourceRoutesAndUnknownHeaders) {
    settle();
    Frame routing{58, 2, 0, 1, 0, 0, 0, 0};
    put6(routing, far_away);
    const Frame echo = icmp6(128, 0, 0, {}, peer_global, our_global);
    put(routing, echo.data(), echo.size());
    inject6(ipv6(routing, 43, peer_global, our_global));
    neighbour_answers(peer_global);
    auto problem = next_icmp6(4);
    ASSERT_TRUE(problem);
    EXPECT_EQ(get32(*problem, 44), 42u);
    inject6(ipv6(text("unknown!"), 199, peer_global, our_global));
    problem = next_icmp6(4);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->at(41), 1);
    EXPECT_EQ(get32(*problem, 44), 6u);
}

TEST_F(Inet6Test, SurvivesGarbage) {
    settle();
    const char* wanted = std::getenv("PLUMB_FUZZ_ROUNDS");
    const long rounds = wanted ? std::atol(wanted) : 20'000;
    const in6_addr addresses[] = {
        our_global,    our_link_local, peer_global,  router,
        in6_all_nodes, in6_addr(),     in6_loopback, ipv6_solicited_node(our_global)};
    auto bytes = [&](usize most) {
        Frame result(random() % (most + 1));
        for (u8& byte : result) byte = static_cast<u8>(random());
        return result;
    };
    for (long i = 0; i < rounds; i++) {
        const in6_addr from = addresses[random() % 8], to = addresses[random() % 8];
        Frame payload;
        u8 next = 58;
        switch (random() % 4) {
        case 0:
            payload = bytes(300);
            next = static_cast<u8>(random() % 64);
            break;
        case 1: // headers that lead on
            payload = Frame{58, static_cast<u8>(random() % 3), 0, static_cast<u8>(random() % 2)};
            put(payload, bytes(120).data(), 0);
            payload.resize(64 + random() % 64);
            next = std::array<u8, 4>{0, 43, 44, 60}[random() % 4];
            break;
        default:
            payload = icmp6(static_cast<u8>(random() % 2 ? 130 + random() % 14 : random() % 6),
                            static_cast<u8>(random() % 4), static_cast<u32>(random()), bytes(200),
                            from, to);
            break;
        }
        Frame packet = ipv6(payload, next, from, to, random() % 4 ? 255 : 1);
        if (random() % 3 == 0) packet[random() % packet.size()] ^= static_cast<u8>(random());
        if (random() % 5 == 0) packet.resize(random() % (packet.size() + 1));
        device->inject(ethernet(ETH_P_IPV6, packet));
        if (i % 16 == 0) run_for(ms_to_ns(5));
        if (i % 997 == 0) fail_allocations_after(static_cast<long>(random() % 8));
        if (i % 997 == 20) fail_allocations_after(-1);
    }
    fail_allocations_after(-1);
    run_for(s_to_ns(61));
    EXPECT_EQ(inet_frag_memory(), 0u);
}

} // namespace
