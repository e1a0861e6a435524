// ip= on the command line: reading it, and what it sets up.
#include <gtest/gtest.h>

#include "net/ipv4/route.h"
#include "net/netconfig.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

TEST(Netconfig, ReadsLinuxsForm) {
    auto config = parse_netconfig("10.0.2.15::10.0.2.2:255.255.255.0:plumb:eth0:off:10.0.2.3");
    ASSERT_TRUE(config.ok());
    EXPECT_TRUE(config->present);
    EXPECT_FALSE(config->dhcp);
    EXPECT_EQ(config->address.host(), our_ip);
    EXPECT_EQ(config->gateway.host(), peer_ip);
    EXPECT_EQ(config->mask, mask_of(24));
    EXPECT_STREQ(config->hostname, "plumb");
    EXPECT_STREQ(config->device, "eth0");
    EXPECT_EQ(config->dns[0].host(), 0x0a000203u);
    EXPECT_TRUE(parse_netconfig("dhcp")->dhcp);
    EXPECT_TRUE(parse_netconfig(":::::eth0:dhcp")->dhcp);
    EXPECT_FALSE(parse_netconfig("off")->present);
    EXPECT_FALSE(parse_netconfig("")->present);
    EXPECT_EQ(parse_netconfig("1.2.3.4")->address.host(), 0x01020304u);
}

TEST(Netconfig, RefusesNonsense) {
    for (const char* text : {"1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.x", "maybe", "1.2.3.4::x",
                             "1.2.3.4:::255.0.255.0", "1.2.3.4::::::what",
                             "1.2.3.4:::::a-device-name-too-long:off", "1..2.3:", "0001.2.3.4"})
        EXPECT_FALSE(parse_netconfig(text).ok()) << text;
}

TEST(Netconfig, FindsTheLastOnTheCommandLine) {
    EXPECT_EQ(find_netconfig("plumb.elf ip=1.2.3.4 quiet ip=4.3.2.1 -- ip=9.9.9.9")->address.host(),
              0x04030201u);
    EXPECT_FALSE(find_netconfig("zip=1.2.3.4")->present);
    EXPECT_FALSE(find_netconfig("")->present);
}

class NetconfigApply : public NetTest {};

TEST_F(NetconfigApply, SetsAddressAndDefaultRoute) {
    ASSERT_TRUE(inet_set_address(device->dev(), be32(0), be32(0)).ok());
    EXPECT_FALSE(ip_route_output(be32(peer_ip), be32(0)).ok());
    auto config = parse_netconfig("10.0.2.15::10.0.2.2:255.255.255.0::eth0:off");
    ASSERT_TRUE(apply_netconfig(*config).ok());
    EXPECT_EQ(ip_route_output(be32(0x08080808), be32(0))->next_hop.host(), peer_ip);
    EXPECT_EQ(apply_netconfig(*parse_netconfig("1.2.3.4:::::eth7:off")).error().code, ENODEV);
}

} // namespace
