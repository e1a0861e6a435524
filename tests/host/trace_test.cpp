// The trace: the order of stations through net/, identities, and the ring that loses the oldest.
#include <gtest/gtest.h>

#include "kernel/base/trace_service.h"
#include "tests/host/host_trace.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class TraceTest : public NetTest {};

using Names = std::vector<std::string>;

TEST_F(TraceTest, ADatagramsWayDownAndUp) {
    TestSocket server, client;
    ASSERT_EQ(server.bind(INADDR_LOOPBACK, 5000), 0);
    EXPECT_EQ(client.send_to(text("warm"), INADDR_LOOPBACK, 5000), 4);
    server.receive();
    trace_start();
    EXPECT_EQ(client.send_to(text("x"), INADDR_LOOPBACK, 5000), 1);
    const Names names = trace_entered();
    const Names wanted{"sock_sendmsg",     "security_socket_sendmsg",
                       "inet_sendmsg",     "udp_sendmsg",
                       "ip_queue_xmit",    "ip_local_out",
                       "ip_output",        "ip_finish_output",
                       "dev_queue_xmit",   "loopback_xmit",
                       "net_drain",        "netif_receive_skb",
                       "ip_rcv",           "ip_rcv_finish",
                       "ip_local_deliver", "ip_local_deliver_finish",
                       "udp_rcv",          "sock_queue_filtered_skb"};
    auto rest = names.begin();
    for (const std::string& name : wanted) {
        rest = std::find(rest, names.end(), name);
        ASSERT_NE(rest, names.end()) << name << " isn't there, or too early";
    }
}

TEST_F(TraceTest, ABufferKeepsItsIdentity) {
    TestSocket server, client;
    ASSERT_EQ(server.bind(INADDR_LOOPBACK, 5001), 0);
    trace_start();
    EXPECT_EQ(client.send_to(text("x"), INADDR_LOOPBACK, 5001), 1);
    EXPECT_EQ(server.receive().data, text("x"));
    u64 sent = 0, received = 0, taken = 0;
    for (const TraceLine& line : trace_stop()) {
        if (line.kind != TRACE_KIND_ENTER) continue;
        if (line.function == "loopback_xmit") sent = line.values[0];
        if (line.function == "netif_receive_skb") received = line.values[0];
        if (line.function == "skb_copy_datagram_iter") taken = line.values[0];
    }
    EXPECT_NE(sent, 0u);
    EXPECT_EQ(sent, received);
    EXPECT_EQ(sent, taken);
}

TEST_F(TraceTest, EveryStationThatIsEnteredIsLeft) {
    TestSocket client;
    trace_start();
    EXPECT_EQ(client.send_to(text("x"), INADDR_LOOPBACK, 9), 1); // nobody there
    std::vector<std::string> open;
    for (const TraceLine& line : trace_stop()) {
        if (line.kind == TRACE_KIND_EVENT) continue;
        if (line.kind == TRACE_KIND_ENTER) {
            EXPECT_EQ(line.depth, open.size());
            open.push_back(line.function);
            continue;
        }
        ASSERT_FALSE(open.empty());
        EXPECT_EQ(line.function, open.back());
        open.pop_back();
    }
    EXPECT_TRUE(open.empty());
}

TEST_F(TraceTest, AGroupAlone) {
    TestSocket client;
    trace_start("udp");
    EXPECT_EQ(client.send_to(text("x"), INADDR_LOOPBACK, 9), 1);
    const Names names = trace_entered();
    EXPECT_EQ(names, (Names{"udp_sendmsg", "udp_rcv"}));
}

TEST(TraceRingTest, LosesTheOldestAndCountsThem) {
    TraceRing ring;
    EXPECT_EQ(ring.create(1024).error(), Errno{EINVAL});
    ASSERT_TRUE(ring.create(8192).ok()); // 128 units
    for (u64 i = 0; i < 200; i++) {
        trace_record record{};
        record.kind = TRACE_KIND_EVENT;
        record.values[0] = i;
        ring.write(record);
    }
    EXPECT_EQ(ring.lost(), 72u);
    std::vector<u8> bytes(16384);
    const usize read = ring.read(bytes);
    ASSERT_EQ(read, 129u * TRACE_UNIT);
    const auto* records = reinterpret_cast<const trace_record*>(bytes.data());
    EXPECT_EQ(records[0].kind, TRACE_KIND_LOST);
    EXPECT_EQ(records[0].values[0], 72u);
    EXPECT_EQ(records[1].values[0], 72u);
    EXPECT_EQ(records[128].values[0], 199u);
    EXPECT_EQ(records[128].sequence, 199u);
    EXPECT_EQ(ring.read(bytes), 0u);
}

TEST(TraceRingTest, LongRecordsStayWholeAcrossTheEnd) {
    TraceRing ring;
    ASSERT_TRUE(ring.create(8192).ok());
    std::vector<u8> payload(1000);
    for (u32 i = 0; i < 100; i++) {
        std::fill(payload.begin(), payload.end(), static_cast<u8>(i));
        trace_record record{};
        record.kind = TRACE_KIND_BUFFER;
        record.values[0] = i;
        ring.write(record, std::span(payload).first(300), std::span(payload).subspan(300));
    }
    std::vector<u8> bytes(16384);
    const usize read = ring.read(bytes);
    u32 last = 0;
    for (usize at = 0; at < read;) {
        const auto& record = reinterpret_cast<const trace_record&>(bytes[at]);
        if (record.kind == TRACE_KIND_BUFFER) {
            ASSERT_EQ(record.payload_bytes, 1000u);
            last = static_cast<u32>(record.values[0]);
            for (u32 i = 0; i < 1000; i++)
                ASSERT_EQ(bytes[at + TRACE_UNIT + i], static_cast<u8>(last));
        }
        at += record.units * usize{TRACE_UNIT};
    }
    EXPECT_EQ(last, 99u);
    EXPECT_EQ(ring.lost() + 7, 100u); // 17 units each
}

} // namespace
