// Routes: longest prefix, metrics, gateways, what addresses bring, what goes with a device.
#include <gtest/gtest.h>

#include "net/ipv4/route.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class RouteTest : public NetTest {
  protected:
    static int add(u32 prefix, u32 length, u32 gateway, net_device* dev, u32 metric = 0,
                   u8 type = rtn_unicast) {
        FibRoute route;
        route.prefix = be32(prefix);
        route.mask = mask_of(length);
        route.gateway = be32(gateway);
        route.dev = dev;
        route.metric = metric;
        route.type = type;
        auto r = fib_add(route);
        return r.ok() ? 0 : r.error().code;
    }
    static u32 next_hop(u32 destination) {
        auto route = ip_route_output(be32(destination), be32(0));
        return route.ok() ? route->next_hop.host() : 0;
    }
    static int error(u32 destination, u32 source = 0) {
        auto route = ip_route_output(be32(destination), be32(source));
        return route.ok() ? 0 : route.error().code;
    }
};

// First, while nothing has asked for a way to ourselves yet.
TEST_F(RouteTest, LoIsFoundUnderAnyName) {
    dev_close(loopback_dev);
    ASSERT_TRUE(dev_change_name(loopback_dev, "inside").ok());
    ASSERT_TRUE(dev_open(loopback_dev).ok());
    auto route = ip_route_output(be32(our_ip), be32(0));
    ASSERT_TRUE(route.ok());
    EXPECT_EQ(route->dev, &loopback_dev);
    dev_close(loopback_dev);
    ASSERT_TRUE(dev_change_name(loopback_dev, "lo").ok());
    ASSERT_TRUE(dev_open(loopback_dev).ok());
}

TEST_F(RouteTest, AnAddressBringsLocalBroadcastAndOnLinkRoutes) {
    EXPECT_EQ(inet_addr_type(be32(our_ip)), rtn_local);
    EXPECT_EQ(inet_addr_type(be32(0x0a0002ff)), rtn_broadcast);
    EXPECT_EQ(inet_addr_type(be32(0x0a000200)), rtn_unicast); // as Linux since 5.14
    EXPECT_EQ(inet_addr_type(be32(0xffffffff)), rtn_broadcast);
    EXPECT_EQ(inet_addr_type(be32(0x7f123456)), rtn_local);
    EXPECT_EQ(inet_addr_type(be32(0xe0000001)), rtn_multicast);
    EXPECT_EQ(inet_addr_type(be32(peer_ip)), rtn_unicast);
    EXPECT_EQ(next_hop(peer_ip), peer_ip);
    EXPECT_EQ(error(0x08080808), ENETUNREACH);
    auto local = ip_route_output(be32(our_ip), be32(0));
    ASSERT_TRUE(local.ok());
    EXPECT_STREQ(local->dev->name, "lo");
    EXPECT_EQ(local->source.host(), our_ip);
    auto loop = ip_route_output(be32(0x7f000002), be32(0));
    EXPECT_EQ(loop->source.host(), 0x7f000001u);
}

TEST_F(RouteTest, LongestPrefixThenLeastMetric) {
    net_device* dev = &device->dev();
    EXPECT_EQ(add(0, 0, peer_ip, nullptr), 0);
    EXPECT_EQ(add(0x0b000000, 8, peer_ip + 1, nullptr), 0);
    EXPECT_EQ(add(0x0b010000, 16, peer_ip + 2, nullptr, 5), 0);
    EXPECT_EQ(add(0x0b010000, 16, peer_ip + 3, nullptr, 1), 0);
    EXPECT_EQ(add(0x0b010203, 32, 0, dev), 0);
    EXPECT_EQ(next_hop(0x08080808), peer_ip);
    EXPECT_EQ(next_hop(0x0b020000), peer_ip + 1);
    EXPECT_EQ(next_hop(0x0b010000), peer_ip + 3);
    EXPECT_EQ(next_hop(0x0b010203), 0x0b010203u);
    EXPECT_EQ(add(0x0b010000, 16, peer_ip + 3, nullptr, 1), EEXIST);
}

TEST_F(RouteTest, WhatCannotBeIsRefused) {
    EXPECT_EQ(add(0x0c000001, 24, peer_ip, nullptr), EINVAL); // bits outside the mask
    EXPECT_EQ(add(0x0c000000, 24, 0x01010101, nullptr), ENETUNREACH);
    EXPECT_EQ(add(0x0c000000, 24, our_ip, nullptr), EINVAL); // the gateway is ourselves
    EXPECT_EQ(add(0x0c000000, 24, 0, nullptr), ENODEV);
    EXPECT_EQ(fib_delete({.prefix = be32(0x0d000000), .mask = mask_of(8)}).error().code, ESRCH);
}

TEST_F(RouteTest, RejectRoutes) {
    EXPECT_EQ(add(0x0e000000, 8, 0, nullptr, 0, rtn_unreachable), 0);
    EXPECT_EQ(error(0x0e000001), EHOSTUNREACH);
    EXPECT_EQ(add(0x0f000000, 8, 0, nullptr, 0, rtn_blackhole), 0);
    TextBuffer shown;
    route_show(shown);
    EXPECT_NE(shown.text().find("*\t0000000E\t00000000\t0201\t"), std::string_view::npos);
    EXPECT_NE(shown.text().find("*\t0000000F\t00000000\t0001\t"), std::string_view::npos);
    EXPECT_TRUE(fib_delete({.prefix = be32(0x0e000000), .mask = mask_of(8)}).ok());
    EXPECT_EQ(error(0x0e000001), ENETUNREACH);
}

TEST_F(RouteTest, ADeviceThatGoesDownTakesItsRoutesAlong) {
    ASSERT_EQ(add(0, 0, peer_ip, nullptr), 0);
    const u32 generation = ip_route_generation();
    dev_close(device->dev());
    EXPECT_NE(ip_route_generation(), generation);
    EXPECT_EQ(error(peer_ip), ENETUNREACH);
    EXPECT_EQ(inet_addr_type(be32(our_ip)), rtn_unicast);
    ASSERT_TRUE(dev_open(device->dev()).ok());
    EXPECT_EQ(error(peer_ip), 0);
    EXPECT_EQ(error(0x08080808), ENETUNREACH); // the default route doesn't come back
}

TEST_F(RouteTest, PathMtuIsRemembered) {
    ASSERT_EQ(add(0, 0, peer_ip, nullptr), 0);
    ip_update_pmtu(be32(0x08080808), 1000);
    EXPECT_EQ(ip_route_output(be32(0x08080808), be32(0))->mtu, 1000u);
    EXPECT_EQ(ip_route_output(be32(0x08080809), be32(0))->mtu, 1500u);
    ip_update_pmtu(be32(0x08080808), 68);
    EXPECT_EQ(ip_route_output(be32(0x08080808), be32(0))->mtu, 552u);
    run_for(s_to_ns(601));
    EXPECT_EQ(ip_route_output(be32(0x08080808), be32(0))->mtu, 1500u);
}

} // namespace
