// IGMP on the wire: version 3's reports of joining, leaving, sources that come and go; answers to
// queries of all three versions; what older queriers bring about; what sources are let in.
#include <gtest/gtest.h>

#include "net/ipv4/igmp.h"
#include "net/ipv4/ip_internal.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

constexpr u32 group = 0xef010203, other = 0xef010204, all_hosts = 0xe0000001;
constexpr u32 a = 0x0a000201, b = 0x0a000202, c = 0x0a000203;

struct Record {
    u8 type;
    u32 group;
    std::vector<u32> sources;
    bool operator==(const Record&) const = default;
};

class IgmpTest : public NetTest {
  protected:
    static int membership(TestSocket& s, int name, u32 of = group) {
        const struct { be32 group, interface; } request{be32(of), be32(our_ip)};
        return set(s, name, &request, sizeof request);
    }
    static int source(TestSocket& s, int name, u32 from, u32 of = group) {
        const struct { be32 group, interface, source; } request{be32(of), be32(our_ip), be32(from)};
        return set(s, name, &request, sizeof request);
    }
    static int set(TestSocket& s, int name, const void* value, usize size) {
        auto done =
            sock_setsockopt(*s.sock, SOL_IP, name, {static_cast<const u8*>(value), size}, false);
        return done.ok() ? 0 : done.error().code;
    }

    // The next IGMP message, checked as far as all have it in common.
    std::optional<Frame> message() {
        auto packet = next_ip();
        if (!packet) return std::nullopt;
        EXPECT_EQ((*packet)[9], IPPROTO_IGMP);
        EXPECT_EQ((*packet)[8], 1);                 // TTL
        EXPECT_EQ(get32(*packet, 20), 0x94040000u); // router alert
        destination = get32(*packet, 16);
        Frame body(packet->begin() + 24, packet->end());
        EXPECT_EQ(checksum_fold(checksum_partial(body.data(), body.size(), 0)), 0);
        return body;
    }
    std::vector<Record> report() {
        auto body = message();
        if (!body) return {};
        EXPECT_EQ((*body)[0], igmp_v3_report);
        EXPECT_EQ(destination, 0xe0000016u);
        std::vector<Record> records;
        usize at = 8;
        for (u32 i = get16(*body, 6); i > 0; i--) {
            Record record{(*body)[at], get32(*body, at + 4), {}};
            for (u32 n = 0; n < get16(*body, at + 2); n++)
                record.sources.push_back(get32(*body, at + 8 + 4 * n));
            at += 8 + 4 * record.sources.size();
            records.push_back(record);
        }
        EXPECT_EQ(at, body->size());
        return records;
    }
    void settle() { // repeated reports are sent, and not looked at
        run_for(s_to_ns(30));
        frames.clear();
    }
    void hear(Frame body, u32 to = all_hosts) {
        set16(body, 2, checksum_fold(checksum_partial(body.data(), body.size(), 0)));
        inject_ip(ipv4(body, {.destination = to, .protocol = IPPROTO_IGMP, .ttl = 1}));
    }
    void query(u8 code, u32 about = 0, const std::vector<u32>& sources = {}) {
        Frame body{igmp_query, code, 0, 0};
        put32(body, about);
        body.push_back(2);
        body.push_back(125);
        put16(body, static_cast<u32>(sources.size()));
        for (u32 one : sources) put32(body, one);
        hear(body, about ? about : all_hosts);
    }
    void older_query(u8 code, u32 about = 0) {
        Frame body{igmp_query, code, 0, 0};
        put32(body, about);
        hear(body, about ? about : all_hosts);
    }

    u32 destination = 0;
};

using Records = std::vector<Record>;

TEST_F(IgmpTest, JoiningAndLeavingAreSaidTwice) {
    TestSocket s;
    ASSERT_EQ(membership(s, IP_ADD_MEMBERSHIP), 0);
    run_for(ms_to_ns(1));
    EXPECT_EQ(report(), (Records{{4, group, {}}})); // to exclude nothing
    run_for(s_to_ns(1));
    EXPECT_EQ(report(), (Records{{4, group, {}}}));
    run_for(s_to_ns(30));
    EXPECT_FALSE(next_ip());
    ASSERT_EQ(membership(s, IP_DROP_MEMBERSHIP), 0);
    run_for(s_to_ns(2));
    EXPECT_EQ(report(), (Records{{3, group, {}}})); // to include nothing
    EXPECT_EQ(report(), (Records{{3, group, {}}}));
    EXPECT_FALSE(next_ip());
    EXPECT_EQ(device->dev().multicast_count, 0u);
}

TEST_F(IgmpTest, SourcesThatComeAndGo) {
    TestSocket s;
    ASSERT_EQ(source(s, IP_ADD_SOURCE_MEMBERSHIP, a), 0);
    run_for(ms_to_ns(1));
    EXPECT_EQ(report(), (Records{{5, group, {a}}})); // allow
    settle();
    ASSERT_EQ(source(s, IP_ADD_SOURCE_MEMBERSHIP, b), 0);
    ASSERT_EQ(source(s, IP_DROP_SOURCE_MEMBERSHIP, a), 0);
    run_for(ms_to_ns(1));
    EXPECT_EQ(report(), (Records{{5, group, {b}}, {6, group, {a}}}));
    settle();
    ASSERT_EQ(source(s, IP_DROP_SOURCE_MEMBERSHIP, b), 0); // the last: leaves
    run_for(ms_to_ns(1));
    EXPECT_EQ(report(), (Records{{6, group, {b}}}));
    settle();
    EXPECT_EQ(membership(s, IP_DROP_MEMBERSHIP), EADDRNOTAVAIL);
}

// RFC 3376, section 3.2, with its two examples.
TEST_F(IgmpTest, TheInterfaceTakesWhatAnySocketWants) {
    TestSocket one, two;
    ASSERT_EQ(membership(one, IP_ADD_MEMBERSHIP), 0);
    for (u32 from : {a, b}) ASSERT_EQ(source(one, IP_BLOCK_SOURCE, from), 0);
    ASSERT_EQ(membership(two, IP_ADD_MEMBERSHIP), 0);
    for (u32 from : {b, c}) ASSERT_EQ(source(two, IP_BLOCK_SOURCE, from), 0);
    settle();
    query(10);
    run_for(s_to_ns(2));
    EXPECT_EQ(report(), (Records{{2, group, {b}}})); // is excluding what both exclude
    TestSocket three;
    ASSERT_EQ(source(three, IP_ADD_SOURCE_MEMBERSHIP, b), 0);
    run_for(ms_to_ns(1));
    EXPECT_EQ(report(), (Records{{5, group, {b}}}));
    settle();
    EXPECT_TRUE(ip_group_joined(device->dev(), be32(group), be32(b)));
    ASSERT_EQ(membership(one, IP_DROP_MEMBERSHIP), 0);
    ASSERT_EQ(membership(two, IP_DROP_MEMBERSHIP), 0);
    run_for(ms_to_ns(1));
    EXPECT_EQ(report(), (Records{{3, group, {b}}})); // from excluding to including
    EXPECT_FALSE(ip_group_joined(device->dev(), be32(group), be32(a)));
}

TEST_F(IgmpTest, QueriesOfVersion3) {
    TestSocket s, t;
    ASSERT_EQ(source(s, IP_ADD_SOURCE_MEMBERSHIP, a), 0);
    ASSERT_EQ(source(s, IP_ADD_SOURCE_MEMBERSHIP, b), 0);
    ASSERT_EQ(membership(t, IP_ADD_MEMBERSHIP, other), 0);
    settle();
    query(10);
    run_for(s_to_ns(1) + ms_to_ns(1));
    EXPECT_EQ(report(), (Records{{2, other, {}}, {1, group, {a, b}}}));
    query(10, group);
    run_for(s_to_ns(1) + ms_to_ns(1));
    EXPECT_EQ(report(), (Records{{1, group, {a, b}}}));
    query(10, group, {b, c});
    run_for(s_to_ns(1) + ms_to_ns(1));
    EXPECT_EQ(report(), (Records{{1, group, {b}}}));
    query(10, group, {c}); // nothing to say
    query(10, 0xef090909);
    query(10, 0, {a}); // not a query that there is
    Frame shortened{igmp_query, 10, 0, 0, 0, 0, 0, 0, 2, 125};
    hear(shortened);
    run_for(s_to_ns(5));
    EXPECT_FALSE(next_ip());
}

TEST_F(IgmpTest, OlderQueriersGetTheirOwnVersion) {
    TestSocket s;
    ASSERT_EQ(membership(s, IP_ADD_MEMBERSHIP), 0);
    settle();
    older_query(20);
    run_for(s_to_ns(3));
    auto answer = message();
    ASSERT_TRUE(answer);
    EXPECT_EQ((*answer)[0], igmp_v2_report);
    EXPECT_EQ(destination, group);
    ASSERT_EQ(membership(s, IP_ADD_MEMBERSHIP, other), 0);
    run_for(s_to_ns(11));
    for (int i = 0; i < 2; i++) {
        answer = message();
        ASSERT_TRUE(answer);
        EXPECT_EQ((*answer)[0], igmp_v2_report);
        EXPECT_EQ(get32(*answer, 4), other);
    }
    ASSERT_EQ(membership(s, IP_DROP_MEMBERSHIP, other), 0);
    run_for(ms_to_ns(1));
    answer = message();
    ASSERT_TRUE(answer);
    EXPECT_EQ((*answer)[0], igmp_leave_group);
    EXPECT_EQ(destination, 0xe0000002u);
    older_query(0);
    run_for(s_to_ns(11));
    answer = message();
    ASSERT_TRUE(answer);
    EXPECT_EQ((*answer)[0], igmp_v1_report);
    run_for(s_to_ns(300)); // section 8.12: nobody has spoken the old ones for long
    query(10);
    run_for(s_to_ns(2));
    EXPECT_EQ(report(), (Records{{2, group, {}}}));
}

TEST_F(IgmpTest, AnothersReportSuppressesOursOfVersion2) {
    TestSocket s;
    ASSERT_EQ(membership(s, IP_ADD_MEMBERSHIP), 0);
    settle();
    older_query(100);
    Frame theirs{igmp_v2_report, 0, 0, 0};
    put32(theirs, group);
    hear(theirs, group);
    run_for(s_to_ns(11));
    EXPECT_FALSE(next_ip());
    ASSERT_EQ(membership(s, IP_DROP_MEMBERSHIP), 0); // and they may be there still
    run_for(s_to_ns(2));
    EXPECT_FALSE(next_ip());
}

TEST_F(IgmpTest, ManyGroupsGoInPacketsThatFit) {
    std::deque<TestSocket> sockets(4);
    for (u32 i = 0; i < 4; i++)
        for (u32 n = 0; n < 15; n++)
            for (u32 from = 0; from < 10; from++)
                ASSERT_EQ(source(sockets[i], IP_ADD_SOURCE_MEMBERSHIP, a + i % 2 * 10 + from,
                                 group + i / 2 * 15 + n),
                          0);
    settle();
    query(10);
    run_for(s_to_ns(2));
    std::map<u32, usize> sources;
    EXPECT_EQ(frames.size(), 2u);
    while (!frames.empty()) {
        ASSERT_LE(frames.front().size(), 1514u);
        for (const Record& record : report()) sources[record.group] += record.sources.size();
    }
    EXPECT_EQ(sources.size(), 30u);
    for (auto [of, count] : sources) EXPECT_EQ(count, 20u);
}

TEST_F(IgmpTest, SourcesAreFilteredOnTheWayIn) {
    TestSocket s;
    ASSERT_EQ(s.bind(0, 6200), 0);
    ASSERT_EQ(source(s, IP_ADD_SOURCE_MEMBERSHIP, b), 0);
    const u8 mac[6] = {1, 0, 0x5e, 1, 2, 3};
    for (u32 from : {a, b, c}) {
        const Ip ip{.source = from, .destination = group};
        device->inject(ethernet(ETH_P_IP, ipv4(udp(1, 6200, text("m"), ip), ip), mac));
    }
    run_for(ms_to_ns(1));
    const auto got = s.receive();
    EXPECT_EQ(got.data, text("m"));
    EXPECT_EQ(got.from_ip, b);
    EXPECT_EQ(s.receive().error, EAGAIN);
}

TEST_F(IgmpTest, WithoutMemoryNothingChanges) {
    TestSocket s;
    ASSERT_EQ(source(s, IP_ADD_SOURCE_MEMBERSHIP, a), 0);
    settle();
    for (long count = 0; count < 12; count++) {
        fail_allocations_after(count);
        const int result = source(s, IP_ADD_SOURCE_MEMBERSHIP, b);
        fail_allocations_after(-1);
        EXPECT_TRUE(result == 0 || result == ENOMEM);
        EXPECT_EQ(ip_group_joined(device->dev(), be32(group), be32(b)), result == 0);
        if (result == 0) return;
    }
    FAIL() << "never enough memory";
}

} // namespace
