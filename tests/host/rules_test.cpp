// The packet rules: their language, what they match, what each target does, and that no text can
// do harm.
// One file, though a long one: each target and field is a short test on one shared fixture.
#include <gtest/gtest.h>

#include "kernel/uapi/in6.h"
#include "net/ipv4/ip_internal.h"
#include "net/netfilter/rules.h"
#include "tests/host/packets.h"
#include "tests/host/rule_texts.h"

namespace {

using namespace host;

std::string shown() {
    TextBuffer out;
    rules_show(out);
    return std::string(out.text());
}
int store(const std::string& text) {
    auto done = rules_store(text);
    return done.ok() ? 0 : done.error().code;
}

// What a line becomes, or the errno and why.
std::string parsed(const std::string& line) {
    RuleTable table;
    RuleTextError error;
    auto done = edit_rules(table, line, error);
    if (!done.ok()) return std::to_string(done.error().code) + " " + error.message;
    TextBuffer out;
    for (RuleChain& chain : table.chains)
        for (Rule& rule : chain.rules) print_rule(out, rule);
    return std::string(out.text());
}

TEST(RuleText, WhatIsReadIsWritten) {
    for (const char* rule :
         {"accept", "proto tcp dport 80 drop", "proto 99 count", "from 10.0.2.0/24 reject",
          "not from 10.0.2.2 to 127.0.0.0/8 log", "proto udp sport 1000-2000 dport 53 drop",
          "in eth0 drop", "proto icmp type echo-request drop", "proto icmp type 77 drop",
          "from fe80::/10 to 2001:db8::1 drop", "from ::/0 show", "to ::1 count"})
        EXPECT_EQ(parsed(std::string("add local_in ") + rule), rule);
    EXPECT_EQ(parsed("add local_in from 10.1.2.3/8 drop"), "from 10.0.0.0/8 drop");
    EXPECT_EQ(parsed("  add\tlocal_in  drop  # why not\r\n\n#\n"), "drop");
    EXPECT_EQ(parsed("add forward in eth0 not out eth1 drop"), "in eth0 not out eth1 drop");
}

TEST(RuleText, WhatIsWrongIsSaid) {
    const std::pair<const char*, const char*> cases[] = {
        {"add", "22 no such chain"},
        {"add input drop", "22 input: no such chain"},
        {"add local_in", "22 the target is missing"},
        {"add local_in proto", "22 proto: a value is missing"},
        {"add local_in proto xyz drop", "22 xyz: no such value"},
        {"add local_in from 10.0.0.256 drop", "22 10.0.0.256: no such value"},
        {"add local_in from 10.0.0.1/33 drop", "22 10.0.0.1/33: no such value"},
        {"add local_in from 1::2::3 drop", "22 1::2::3: no such value"},
        {"add local_in dport 5-4 drop", "22 5-4: no such value"},
        {"add local_in dport 65536 drop", "22 65536: no such value"},
        {"add local_in in averyveryverylongname drop", "22 averyveryverylongname: no such value"},
        {"add local_in in eth0 in eth1 drop", "22 in: asked twice"},
        {"add local_in not drop", "22 drop: nothing that `not` goes with"},
        {"add local_in out eth0 drop", "22 out: a packet of this chain goes to no device yet"},
        {"add local_out in eth0 drop", "22 in: a packet of this chain comes from no device"},
        {"add pre_routing reject", "22 reject: only in local_in, forward and local_out"},
        {"add local_in drop now", "22 now: unexpected word"},
        {"add local_in drop packets x", "22 x: no number"},
        {"insert local_in 2 drop", "2 the chain has no such place"},
        {"insert local_in drop", "22 drop: no number of a rule"},
        {"delete local_in 1", "2 the chain has no such rule"},
        {"policy local_in reject", "22 reject: a policy is accept or drop"},
        {"shut", "22 shut: no such command"},
    };
    for (auto& [line, why] : cases) EXPECT_EQ(parsed(line), why) << line;
}

TEST(RuleText, NoTextDoesHarm) {
    const char* const words[] = {
        "add",   "insert", "delete",   "flush", "policy",  "zero",  "local_in",
        "1",     "2",      "proto",    "tcp",   "from",    "to",    "10.0.0.1/8",
        "::1/3", "dport",  "80-90",    "in",    "eth0",    "not",   "drop",
        "log",   "\n",     "forward",  "#",     "packets", "bytes", "18446744073709551616",
        "type",  "\xff\0", "1:2:3:::", "a.b"};
    try_random_texts<RuleTable>(7, words, edit_rules, print_rules, [](RuleTable& table) {
        RuleTextError error;
        if (table.count() > 200) {
            ASSERT_TRUE(edit_rules(table, "flush", error).ok());
        }
    });
}

TEST(RuleText, ManyRulesAreTooMany) {
    RuleTable table;
    RuleTextError error;
    for (u32 i = 0; i < RuleTable::max_rules; i++)
        ASSERT_TRUE(edit_rules(table, "add forward drop", error).ok());
    EXPECT_EQ(edit_rules(table, "add local_in drop", error).error().code, ENOSPC);
}

// Whether a packet, which begins with its IP header, is what the rule's words ask for.
bool matches(const Frame& packet, const std::string& line) {
    SkbPtr skb(alloc_skb(static_cast<u32>(packet.size())));
    std::copy(packet.begin(), packet.end(), skb->put(static_cast<u32>(packet.size())));
    skb->set_network_header();
    PacketFacts facts;
    RuleTextError error;
    Words words(line);
    auto rule = parse_rule(words, NfHook::local_in, error);
    EXPECT_TRUE(rule.ok()) << error.message;
    return packet_facts(*skb, facts) && rule.ok() && rule_matches(*rule, facts, nullptr, nullptr);
}

const in6_addr fe80_1(0xfe800000, 0, 0, 1), fe80_2(0xfe800000, 0, 0, 2);
Frame ipv6(u8 next, const Frame& payload) { return host::ipv6(payload, next, fe80_1, fe80_2); }

TEST(RuleMatch, IPv6) {
    const Frame ports = {0x10, 0x00, 0x00, 80, 0, 0, 0, 0};
    EXPECT_TRUE(matches(ipv6(6, ports), "proto tcp from fe80::1 to fe80::/10 dport 80 drop"));
    EXPECT_FALSE(matches(ipv6(6, ports), "from fe80::2 drop"));
    EXPECT_FALSE(matches(ipv6(6, ports), "from 0.0.0.0/0 drop"));
    EXPECT_TRUE(matches(ipv6(58, {128, 0, 0, 0}), "type 128 drop"));
    EXPECT_FALSE(matches(ipv6(1, {128, 0, 0, 0}), "type 128 drop"));
    // Behind a hop-by-hop header; in a first fragment; in a later one.
    Frame behind = {6, 0, 1, 4, 0, 0, 0, 0};
    put(behind, ports.data(), ports.size());
    EXPECT_TRUE(matches(ipv6(0, behind), "proto tcp dport 80 drop"));
    EXPECT_TRUE(matches(ipv6(44, behind), "proto tcp not dport 80 drop"));
    behind[2] = 0, behind[3] = 1;
    EXPECT_TRUE(matches(ipv6(44, behind), "proto tcp dport 80 drop"));
    // Headers that lie about their length.
    behind[1] = 255;
    EXPECT_FALSE(matches(ipv6(0, behind), "dport 80 drop"));
    EXPECT_FALSE(matches(Frame(39, 0x60), "drop"));
}

TEST(RuleMatch, RubbishIsNothingToTheRules) {
    std::mt19937 random(3);
    for (int round = 0; round < 20000; round++) {
        Frame packet(random() % 120);
        for (u8& byte : packet) byte = static_cast<u8>(random());
        if (!packet.empty()) packet[0] = random() % 2 ? 0x45 + random() % 11 : 0x60;
        static_cast<void>(matches(packet, "not dport 1-1000 not sport 5 not type 3 drop"));
    }
}

class RulesTest : public NetTest {
  protected:
    void TearDown() override {
        credentials.net_admin = true;
        EXPECT_EQ(store("flush\nzero\npolicy pre_routing accept\npolicy local_in accept\n"
                        "policy forward accept\npolicy local_out accept\n"
                        "policy post_routing accept\n"),
                  0);
        for (u32 registered : nf_hooks_registered) EXPECT_EQ(registered, 0u);
        NetTest::TearDown();
    }
    void inject_udp(u16 port, const Ip& ip = {}) {
        inject_ip(ipv4(udp(4000, port, text("x"), ip), ip));
    }
    // A segment to us; flags as on the wire.
    // A segment from port 4000; flags as on the wire. No checksum yet.
    static Frame segment(u16 port, u8 flags, u32 sequence, u32 acknowledgment) {
        Frame segment;
        put16(segment, 4000);
        put16(segment, port);
        put32(segment, sequence);
        put32(segment, acknowledgment);
        segment.push_back(0x50);
        segment.push_back(flags);
        put16(segment, 1000);
        put32(segment, 0);
        return segment;
    }
    void inject_tcp(u16 port, u8 flags, u32 sequence = 1000, u32 acknowledgment = 0) {
        Frame tcp = segment(port, flags, sequence, acknowledgment);
        const u32 pseudo = ip_pseudo_checksum(be32(peer_ip), be32(our_ip), 6, 20);
        set16(tcp, 16, checksum_fold(checksum_partial(tcp.data(), 20, pseudo)));
        inject_ip(ipv4(tcp, {.protocol = 6}));
    }
};

TEST_F(RulesTest, AllOrNothing) {
    EXPECT_EQ(store("add local_in proto udp drop\npolicy forward drop\n"), 0);
    const std::string before = shown();
    EXPECT_TRUE(contains(before, "add local_in proto udp drop packets 0 bytes 0\n")) << before;
    EXPECT_EQ(store("flush\nadd local_in accept\nadd nowhere drop\n"), EINVAL);
    EXPECT_EQ(shown(), before + "# line 3: nowhere: no such chain\n");
    EXPECT_EQ(store("insert local_in 1 proto tcp accept"), 0);
    EXPECT_EQ(shown().find('#'), std::string::npos);
    EXPECT_EQ(store("delete local_in 2\ndelete local_in 1"), 0);
    fail_allocations_after(0);
    EXPECT_EQ(store("add local_in drop"), ENOMEM);
    fail_allocations_after(-1);
    credentials.net_admin = false;
    EXPECT_EQ(store("flush"), EPERM);
}

TEST_F(RulesTest, OutOfMemoryChangesNothing) {
    ASSERT_EQ(store("add local_in drop\nadd forward drop\nadd local_out count"), 0);
    const std::string before = shown();
    const usize held = live_allocations();
    for (long allowed = 0; allowed < 5; allowed++) { // the table, and four rules
        fail_allocations_after(allowed);
        const int error = store("add local_in accept");
        fail_allocations_after(-1);
        EXPECT_EQ(error, ENOMEM) << allowed;
        const std::string now = shown();
        EXPECT_EQ(now.substr(0, now.find('#')), before);
        EXPECT_EQ(live_allocations(), held);
    }
    EXPECT_TRUE(contains(shown(), "# line 1: no memory\n"));
    EXPECT_EQ(store("add local_in accept"), 0);
    EXPECT_EQ(live_allocations(), held + 1);
}

TEST_F(RulesTest, TheFirstVerdictCounts) {
    TestSocket server;
    ASSERT_EQ(server.bind(our_ip, 5000), 0);
    ASSERT_EQ(store("add local_in count\n"
                    "add local_in proto udp from 10.0.2.2 dport 5000-5001 in eth0 drop\n"
                    "add local_in proto udp accept\n"),
              0);
    inject_udp(5000);
    EXPECT_EQ(server.receive().error, EAGAIN);
    inject_udp(5000, {.source = 0x0a000203});
    EXPECT_EQ(server.receive().data, text("x"));
    const std::string now = shown();
    EXPECT_TRUE(contains(now, "local_in count packets 2 bytes 58\n")) << now;
    EXPECT_TRUE(contains(now, "drop packets 1 bytes 29\n")) << now;
    EXPECT_TRUE(contains(now, "udp accept packets 1 bytes 29\n")) << now;
    EXPECT_TRUE(contains(now, "policy local_in accept packets 0 bytes 0\n")) << now;
    EXPECT_EQ(store("zero local_in"), 0);
    EXPECT_TRUE(contains(shown(), "drop packets 0 bytes 0\n"));
}

TEST_F(RulesTest, APolicyDecidesTheRest) {
    TestSocket server;
    ASSERT_EQ(server.bind(our_ip, 5000), 0);
    ASSERT_EQ(store("policy local_in drop\nadd local_in from 10.0.2.0/31 accept"), 0);
    inject_udp(5000);
    EXPECT_EQ(server.receive().error, EAGAIN);
    inject_udp(5000, {.source = 0x0a000201});
    EXPECT_EQ(server.receive().data, text("x"));
    EXPECT_TRUE(contains(shown(), "policy local_in drop packets 1 bytes 29\n"));
}

TEST_F(RulesTest, InvertedMatches) {
    TestSocket server;
    ASSERT_EQ(server.bind(our_ip, 5000), 0);
    ASSERT_EQ(store("add local_in not proto udp drop\nadd local_in not from 10.0.2.2 drop"), 0);
    inject_udp(5000);
    EXPECT_EQ(server.receive().data, text("x"));
    inject_udp(5000, {.source = 0x0a000203});
    EXPECT_EQ(server.receive().error, EAGAIN);
}

TEST_F(RulesTest, IcmpByType) {
    ASSERT_EQ(store("add local_in proto icmp type echo-request drop"), 0);
    inject_ip(ipv4(icmp(8, 0, 1, text("ping")), {.protocol = 1}));
    EXPECT_FALSE(next_ip());
    ASSERT_EQ(store("delete local_in 1\nadd local_in type 13 drop"), 0);
    inject_ip(ipv4(icmp(8, 0, 1, text("ping")), {.protocol = 1}));
    EXPECT_TRUE(next_ip());
}

TEST_F(RulesTest, LaterFragmentsHaveNoPorts) {
    ASSERT_EQ(store("add pre_routing dport 5000 count\nadd pre_routing not dport 5000 count"), 0);
    inject_udp(5000, {.fragment = 0x2001});
    inject_udp(5000, {.fragment = 0x2000});
    EXPECT_TRUE(contains(shown(), "routing dport 5000 count packets 1 ")) << shown();
    EXPECT_TRUE(contains(shown(), "not dport 5000 count packets 1 ")) << shown();
}

TEST_F(RulesTest, RejectedUdpGetsPortUnreachable) {
    TestSocket server;
    ASSERT_EQ(server.bind(our_ip, 5000), 0);
    ASSERT_EQ(store("add local_in proto udp dport 5000 reject"), 0);
    run_for(s_to_ns(10)); // whatever was sent before doesn't count against the limit of errors
    inject_udp(5000);
    auto answer = next_ip();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->at(9), 1);
    EXPECT_EQ(answer->at(20), ICMP_DEST_UNREACH);
    EXPECT_EQ(answer->at(21), ICMP_PORT_UNREACH);
    EXPECT_EQ(server.receive().error, EAGAIN);
}

TEST_F(RulesTest, RejectedTcpGetsAReset) {
    ASSERT_EQ(store("add local_in proto tcp reject"), 0);
    inject_tcp(80, 2, 1000);
    auto answer = next_ip();
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->size(), 40u);
    EXPECT_EQ(get32(*answer, 12), our_ip);
    EXPECT_EQ(get16(*answer, 20), 80u);
    EXPECT_EQ(get16(*answer, 22), 4000u);
    EXPECT_EQ(get32(*answer, 28), 1001u); // acknowledges the SYN
    EXPECT_EQ(answer->at(33), 0x14);      // RST, ACK
    const u32 pseudo = ip_pseudo_checksum(be32(our_ip), be32(peer_ip), 6, 20);
    EXPECT_EQ(checksum_fold(checksum_partial(answer->data() + 20, 20, pseudo)), 0);
    inject_tcp(80, 0x10, 1000, 777);
    answer = next_ip();
    ASSERT_TRUE(answer);
    EXPECT_EQ(get32(*answer, 24), 777u);
    EXPECT_EQ(answer->at(33), 4);
    inject_tcp(80, 4, 1000); // a reset is never answered
    EXPECT_FALSE(next_ip());
}

// With addresses of IPv6 that are on the link; the peer answers for its own.
class Rules6Test : public RulesTest {
  protected:
    Rules6Test() { speaks_ipv6 = true; }
    void SetUp() override {
        RulesTest::SetUp();
        ASSERT_TRUE(inet6_addr_add(device->dev(), ours, 64, {.no_dad = true}).ok());
        run_for(s_to_ns(10)); // DAD of the link-local one; errors may be sent again
        frames.clear();
    }
    void peer(const Frame& frame) override {
        constexpr u8 solicitation = 135, advertisement = 136;
        const bool asks = get16(frame, 12) == ETH_P_IPV6 && frame.at(20) == IPPROTO_ICMPV6 &&
                          frame.at(54) == solicitation && frame.at(77) == theirs_last;
        if (!asks) return RulesTest::peer(frame);
        Frame body;
        put6(body, theirs);
        const u8 option[2] = {2, 1};
        put(body, option, 2);
        put(body, peer_mac, 6);
        const Frame message = icmp(advertisement, 0, 0x60000000, body);
        device->inject(
            ethernet(ETH_P_IPV6, host::ipv6(summed6(message, IPPROTO_ICMPV6, 2, theirs, ours),
                                            IPPROTO_ICMPV6, theirs, ours, 255)));
    }
    void inject6(u8 protocol, const Frame& payload, const in6_addr& to) {
        device->inject(ethernet(ETH_P_IPV6, host::ipv6(payload, protocol, theirs, to)));
        run_for(ms_to_ns(1));
    }
    void inject_tcp6(u8 flags, u32 sequence, u32 acknowledgment, const in6_addr& to) {
        inject6(IPPROTO_TCP,
                summed6(segment(80, flags, sequence, acknowledgment), IPPROTO_TCP, 16, theirs, to),
                to);
    }
    void inject_tcp6(u8 flags, u32 sequence = 1000, u32 acknowledgment = 0) {
        inject_tcp6(flags, sequence, acknowledgment, ours);
    }
    void inject_udp6(const in6_addr& to) {
        inject6(IPPROTO_UDP, summed6(udp(4000, 5000, text("x")), IPPROTO_UDP, 6, theirs, to), to);
    }
    // The next packet to the peer, from its IPv6 header on.
    std::optional<Frame> next_ip6() {
        while (!frames.empty()) {
            const Frame frame = frames.front();
            frames.pop_front();
            if (get16(frame, 12) == ETH_P_IPV6 && frame.at(53) == theirs_last)
                return Frame(frame.begin() + 14, frame.begin() + 54 + get16(frame, 18));
        }
        return std::nullopt;
    }
    static bool sum_is_good(const Frame& packet) {
        const Frame payload(packet.begin() + 40, packet.end());
        const u32 pseudo =
            ipv6_pseudo_checksum(ours, theirs, packet.at(6), static_cast<u32>(payload.size()));
        return checksum_fold(checksum_partial(payload.data(), payload.size(), pseudo)) == 0;
    }

    static constexpr u8 theirs_last = 0x99;
    static constexpr in6_addr ours{0x20010db8, 0, 0, 0x15}, theirs{0x20010db8, 0, 0, theirs_last},
        nodes{0xff020000, 0, 0, 1};
};

TEST_F(Rules6Test, RejectedTcpGetsAReset) {
    ASSERT_EQ(store("add local_in proto tcp from 2001:db8::/64 reject"), 0);
    inject_tcp6(2);
    auto answer = next_ip6();
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->size(), 60u);
    EXPECT_EQ(answer->at(6), IPPROTO_TCP);
    EXPECT_EQ(get32(*answer, 20), 0x15u);
    EXPECT_EQ(get16(*answer, 40), 80u);
    EXPECT_EQ(get16(*answer, 42), 4000u);
    EXPECT_EQ(get32(*answer, 48), 1001u); // acknowledges the SYN
    EXPECT_EQ(answer->at(53), 0x14);      // RST, ACK
    EXPECT_TRUE(sum_is_good(*answer));
    inject_tcp6(0x10, 1000, 777);
    answer = next_ip6();
    ASSERT_TRUE(answer);
    EXPECT_EQ(get32(*answer, 44), 777u);
    EXPECT_EQ(answer->at(53), 4);
    inject_tcp6(4); // a reset is never answered
    EXPECT_FALSE(next_ip6());
    inject6(IPPROTO_TCP, segment(80, 2, 1000, 0), ours); // nor what is damaged
    EXPECT_FALSE(next_ip6());
    inject_tcp6(2, 1000, 0, nodes); // nor what many got
    EXPECT_FALSE(next_ip6());
}

TEST_F(Rules6Test, RejectedUdpGetsPortUnreachable) {
    ASSERT_EQ(store("add local_in proto udp dport 5000 reject"), 0);
    inject_udp6(ours);
    const auto answer = next_ip6();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->at(6), IPPROTO_ICMPV6);
    EXPECT_EQ(answer->at(40), ICMPV6_DEST_UNREACH);
    EXPECT_EQ(answer->at(41), ICMPV6_PORT_UNREACH);
    EXPECT_EQ(answer->size(), 40u + 8 + 40 + 9); // the quote is whole
    EXPECT_EQ(answer->at(48 + 6), IPPROTO_UDP);
    EXPECT_TRUE(sum_is_good(*answer));
    inject_udp6(nodes);
    EXPECT_FALSE(next_ip6());
    // An error is refused without a word (RFC 4443, section 2.4 e.1).
    ASSERT_EQ(store("flush\nadd local_in proto icmpv6 type 1 reject"), 0);
    const Frame error = icmp(ICMPV6_DEST_UNREACH, 0, 0, host::ipv6({}, 59, ours, theirs));
    inject6(IPPROTO_ICMPV6, summed6(error, IPPROTO_ICMPV6, 2, theirs, ours), ours);
    EXPECT_FALSE(next_ip6());
    EXPECT_TRUE(contains(shown(), "reject packets 1 ")) << shown();
}

TEST_F(Rules6Test, RejectOnTheWayOutReachesTheSender) {
    sockaddr_in6 to;
    to.sin6_family = AF_INET6;
    to.sin6_port = be16(u16{5000});
    to.sin6_addr = theirs;
    SockaddrStorage name{};
    std::memcpy(name.bytes, &to, sizeof to);
    ASSERT_EQ(store("add local_out to 2001:db8::99 reject"), 0);
    auto datagrams = sock_create(AF_INET6, SOCK_DGRAM, 0);
    ASSERT_TRUE(datagrams.ok());
    ASSERT_TRUE(sock_connect(**datagrams, name, sizeof to, false).ok());
    u8 byte = 'x';
    msghdr message;
    message.iter = IovIter::of_kernel(&byte, 1);
    auto sent = sock_sendmsg(**datagrams, message);
    EXPECT_TRUE(!sent.ok() && sent.error() == Errno{EPERM});
    run_for(ms_to_ns(1));
    auto got = sock_recvmsg(**datagrams, message, MSG_DONTWAIT);
    EXPECT_TRUE(!got.ok() && got.error() == Errno{ECONNREFUSED});
}

// Damaged packets, some behind extension headers, some from and to addresses that nobody answers.
TEST_F(Rules6Test, DamagedPackets) {
    ASSERT_EQ(store("add pre_routing log\nadd local_in proto tcp reject\n"
                    "add local_in not dport 7 reject\nadd local_out show\n"),
              0);
    std::mt19937 random(6);
    testing::internal::CaptureStderr();
    const u8 protocols[] = {0, 43, 44, 51, 60, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6, 59};
    const in6_addr sources[] = {theirs, nodes, {}, fe80_2}, destinations[] = {ours, nodes};
    for (int round = 0; round < 5000; round++) {
        Frame payload(random() % 80);
        for (u8& byte : payload) byte = static_cast<u8>(random() % 3 ? random() % 8 : random());
        if (!payload.empty() && random() % 2) payload[0] = protocols[random() % 9];
        Frame packet = host::ipv6(payload, protocols[random() % 9], sources[random() % 4],
                                  destinations[random() % 2]);
        if (random() % 4 == 0) packet.resize(random() % packet.size() + 1);
        if (random() % 4 == 0) packet[random() % packet.size()] ^= static_cast<u8>(random());
        device->inject(ethernet(ETH_P_IPV6, packet));
        run_for(ms_to_ns(1));
    }
    run_for(s_to_ns(70)); // what waits for fragments gives up
    frames.clear();
    EXPECT_FALSE(contains(testing::internal::GetCapturedStderr(), "panic"));
    EXPECT_FALSE(contains(shown(), "local_in proto tcp reject packets 0 "));
    EXPECT_FALSE(contains(shown(), "not dport 7 reject packets 0 "));
}

TEST_F(RulesTest, WhatIsDroppedOnTheWayOutIsAnError) {
    TestSocket client;
    ASSERT_EQ(store("add local_out proto udp to 10.0.2.2 out eth0 drop"), 0);
    EXPECT_EQ(client.send_to(text("x"), peer_ip, 5000), -EPERM);
    EXPECT_EQ(client.send_to(text("x"), 0x0a000203, 5000), 1);
    ASSERT_EQ(store("flush\nadd post_routing sport 1-65535 drop"), 0);
    EXPECT_EQ(client.send_to(text("x"), 0x0a000203, 5000), -EPERM);
}

TEST_F(RulesTest, RejectOnTheWayOutReachesTheSender) {
    TestSocket client;
    ASSERT_EQ(client.connect(peer_ip, 5000), 0);
    ASSERT_EQ(store("add local_out proto udp reject"), 0);
    EXPECT_EQ(client.send(text("x")), -EPERM);
    run_for(ms_to_ns(1));
    EXPECT_EQ(client.receive().error, ECONNREFUSED);
}

TEST_F(RulesTest, LogIsBounded) {
    TestSocket server;
    ASSERT_EQ(server.bind(our_ip, 5000), 0);
    ASSERT_EQ(store("add local_in log\nadd local_in show\nadd local_in drop"), 0);
    testing::internal::CaptureStderr();
    for (int i = 0; i < 300; i++) inject_udp(5000);
    run_for(s_to_ns(5));
    inject_udp(5000);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(contains(log, "rules: local_in 1: in=eth0 out= 10.0.2.2:4000 > 10.0.2.15:5000 "
                              "proto 17 len 29\n"))
        << log;
    EXPECT_TRUE(contains(log, "entries left out\n"));
    EXPECT_TRUE(contains(log, "hook local_in: head +0 data +"));
    EXPECT_LT(std::count(log.begin(), log.end(), '\n'), 450);
}

// Damaged packets through all chains: refused, logged, drawn, and nothing else happens.
TEST_F(RulesTest, DamagedPackets) {
    ip_knobs.ip_forward = 1;
    ASSERT_EQ(store("add pre_routing log\nadd pre_routing show\nadd local_in proto tcp reject\n"
                    "add local_in not dport 7 reject\nadd forward not from 10.0.2.9 reject\n"
                    "add local_out show\nadd post_routing log\n"),
              0);
    std::mt19937 random(5);
    testing::internal::CaptureStderr();
    for (int round = 0; round < 5000; round++) {
        const Ip ip{.destination = random() % 2 ? our_ip : 0x0a000209,
                    .protocol = static_cast<u8>(random() % 2 ? 6 : random() % 64),
                    .fragment = static_cast<u16>(random() % 4 ? 0 : random())};
        Frame payload(random() % 40);
        for (u8& byte : payload) byte = static_cast<u8>(random());
        Frame packet = ipv4(payload, ip);
        if (random() % 4 == 0) packet.resize(20 + random() % 21);
        if (random() % 4 == 0) packet[random() % packet.size()] ^= static_cast<u8>(random());
        inject_ip(packet);
    }
    ip_knobs.ip_forward = 0;
    run_for(s_to_ns(60)); // what waits for fragments gives up
    frames.clear();
    EXPECT_FALSE(contains(testing::internal::GetCapturedStderr(), "panic"));
    EXPECT_FALSE(contains(shown(), "local_in proto tcp reject packets 0 "));
    EXPECT_FALSE(contains(shown(), "forward not from 10.0.2.9 reject packets 0 "));
}

TEST_F(RulesTest, ForwardedPacketsPassThreeChains) {
    ip_knobs.ip_forward = 1;
    ip_knobs.send_redirects = 0;
    ASSERT_EQ(store("add pre_routing count\nadd forward in eth0 out eth0 count\n"
                    "add post_routing count\nadd local_in count"),
              0);
    inject_udp(5000, {.destination = 0x0a000209});
    ip_knobs.ip_forward = 0;
    ip_knobs.send_redirects = 1;
    const std::string now = shown();
    EXPECT_TRUE(contains(now, "pre_routing count packets 1 ")) << now;
    EXPECT_TRUE(contains(now, "out eth0 count packets 1 ")) << now;
    EXPECT_TRUE(contains(now, "post_routing count packets 1 ")) << now;
    EXPECT_TRUE(contains(now, "local_in count packets 0 ")) << now;
}

} // namespace
