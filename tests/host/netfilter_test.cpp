// The hooks: in which order a packet passes them, by which priority they are asked, and what each
// header pointer holds at each of them (the contract in net/skbuff.h), for a datagram to ourselves
// and for a forwarded one.
#include <gtest/gtest.h>

#include "net/ipv4/ip_internal.h"
#include "net/netfilter.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

struct Seen {
    NfHook hook;
    int data;      // of the IP header in front of it: where `data` stands
    int transport; // likewise; -1: not valid yet
};
std::vector<Seen> seen;

NfVerdict look(NfHookEntry& self, sk_buff& skb, net_device*, net_device*) {
    const bool valid = skb.transport_header != sk_buff::unset;
    seen.push_back({self.hook, static_cast<int>(skb.data - skb.network()),
                    valid ? static_cast<int>(skb.transport() - skb.network()) : -1});
    return NfVerdict::accept;
}

class NetfilterTest : public NetTest {
  protected:
    NetfilterTest() {
        seen.clear();
        for (NfHookEntry& entry : entries) nf_register_hook(entry);
    }
    ~NetfilterTest() override {
        for (NfHookEntry& entry : entries) nf_unregister_hook(entry);
    }
    NfHookEntry entries[nf_hook_count] = {{{}, NfHook::pre_routing, 0, look},
                                          {{}, NfHook::local_in, 0, look},
                                          {{}, NfHook::forward, 0, look},
                                          {{}, NfHook::local_out, 0, look},
                                          {{}, NfHook::post_routing, 0, look}};
};

TEST_F(NetfilterTest, HeaderPointersOnTheWayToOurselves) {
    TestSocket server, client;
    ASSERT_EQ(server.bind(INADDR_LOOPBACK, 5000), 0);
    ASSERT_EQ(client.send_to(text("x"), INADDR_LOOPBACK, 5000), 1);
    ASSERT_EQ(seen.size(), 4u);
    const NfHook order[] = {NfHook::local_out, NfHook::post_routing, NfHook::pre_routing,
                            NfHook::local_in};
    for (usize i = 0; i < 4; i++) EXPECT_EQ(seen[i].hook, order[i]) << i;
    // Down: data stands at the IP header, the transport header lies behind it.
    for (usize i : {0, 1}) {
        EXPECT_EQ(seen[i].data, 0);
        EXPECT_EQ(seen[i].transport, 20);
    }
    // Up: before routing nobody has looked behind the IP header; at LOCAL_IN data stands at the
    // transport header.
    EXPECT_EQ(seen[2].data, 0);
    EXPECT_EQ(seen[2].transport, -1);
    EXPECT_EQ(seen[3].data, 20);
    EXPECT_EQ(seen[3].transport, 20);
}

std::vector<int> asked;
NfVerdict note_priority(NfHookEntry& self, sk_buff&, net_device*, net_device*) {
    asked.push_back(self.priority);
    return self.priority == 5 ? NfVerdict::drop : NfVerdict::accept;
}

TEST_F(NetfilterTest, LowerPrioritiesAreAskedFirstAndADropEndsIt) {
    asked.clear();
    NfHookEntry late{{}, NfHook::local_in, 9, note_priority},
        drop{{}, NfHook::local_in, 5, note_priority},
        early{{}, NfHook::local_in, -3, note_priority};
    for (NfHookEntry* entry : {&late, &drop, &early}) nf_register_hook(*entry);
    TestSocket server, client;
    ASSERT_EQ(server.bind(INADDR_LOOPBACK, 5000), 0);
    EXPECT_EQ(client.send_to(text("x"), INADDR_LOOPBACK, 5000), 1);
    EXPECT_EQ(asked, (std::vector<int>{-3, 5}));
    EXPECT_EQ(server.receive().error, EAGAIN);
    for (NfHookEntry* entry : {&late, &drop, &early}) nf_unregister_hook(*entry);
}

} // namespace
