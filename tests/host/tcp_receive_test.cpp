// What is received: order, overlap, wrap-around, windows, PAWS, garbage, urgent data, recv's flags.
#include <gtest/gtest.h>

#include "tests/host/tcp_peer.h"

namespace {

struct Receiver {
    Peer peer;
    Program server, child;
    u32 base;

    explicit Receiver(u32 first = 1000, bool timestamps = false) {
        peer.next = first;
        peer.timestamps = timestamps;
        EXPECT_EQ(server.bind(80), 0);
        EXPECT_EQ(server.listen(), 0);
        peer.connect_handshake(80, {.sack_permitted = true, .mss = 1460});
        child = server.accept();
        EXPECT_TRUE(child.valid());
        base = peer.next;
    }
    void data(u32 offset, const std::string& payload, u8 flags = th_ack) {
        peer.next = base + offset;
        peer.send(flags, payload);
        host::run_for(ms_to_ns(1));
    }
};

} // namespace

TEST(TcpReceive, OutOfOrderWithSack) {
    Receiver r;
    r.data(5, "world");
    EXPECT_EQ(r.child.receive(), "");
    const Segment ack = r.peer.expect();
    EXPECT_EQ(ack.acknowledgment, r.base);
    ASSERT_EQ(ack.options.sack_count, 1);
    EXPECT_EQ(ack.options.sack[0].begin.raw(), r.base + 5);
    EXPECT_EQ(ack.options.sack[0].end.raw(), r.base + 10);
    r.data(0, "hello");
    EXPECT_EQ(r.child.receive(), "helloworld");
    r.peer.drop_all();
    r.data(0, "hello"); // again: reported as duplicate (RFC 2883)
    const Segment duplicate = r.peer.expect();
    ASSERT_GE(duplicate.options.sack_count, 1);
    EXPECT_EQ(duplicate.options.sack[0].begin.raw(), r.base);
}

TEST(TcpReceive, EveryOverlapMakesOneStream) {
    Receiver r;
    r.data(4, "4567");
    r.data(10, "ab");
    r.data(6, "xxxxx");       // over the end of one and the beginning of the other
    r.data(5, "yy");          // inside of what is there
    r.data(2, "--4567--ab-"); // over both
    r.data(0, "01zz");
    EXPECT_EQ(r.child.receive(), "01zz4567--ab-");
    EXPECT_EQ(r.child.tcp().receive_allocated, 0u);
    EXPECT_EQ(r.child.tcp().sack_count, 0);
}

TEST(TcpReceive, SequenceNumbersWrap) {
    Receiver r(0xffff'fff0);
    const std::string text = pattern(4000);
    r.data(2000, text.substr(2000, 1000));
    r.data(0, text.substr(0, 1000));
    r.data(1000, text.substr(1000, 1000));
    r.data(3000, text.substr(3000));
    EXPECT_EQ(r.child.receive(), text);
}

TEST(TcpReceive, PawsDropsOldSegments) {
    Receiver r(1000, true);
    r.peer.clock += 100;
    r.data(0, "new");
    r.peer.drop_all();
    r.peer.clock -= 50;
    r.data(3, "old");
    EXPECT_EQ(r.peer.expect().acknowledgment, r.base + 3);
    EXPECT_EQ(r.child.receive(), "new");
    r.peer.clock += 60;
    r.data(3, "more");
    EXPECT_EQ(r.child.receive(), "more");
}

TEST(TcpReceive, WindowClosesAndOpens) {
    Receiver r;
    u32 offset = 0;
    const std::string piece = pattern(1400);
    while (r.child.tcp().receive_window_left() >= 1400 && offset < 1'000'000) {
        r.data(offset, piece);
        offset += 1400;
    }
    r.data(offset, piece); // a part or nothing of it
    EXPECT_LE(r.child.tcp().receive_allocated, r.child.tcp().receive_buffer + 4096);
    r.peer.drop_all();
    usize got = 0;
    for (std::string s; !(s = r.child.receive()).empty();) got += s.size();
    EXPECT_GE(got, offset);
    host::run_for(ms_to_ns(300));
    ASSERT_FALSE(r.peer.received.empty());
    EXPECT_GT(r.peer.received.back().window, 20000);
}

TEST(TcpReceive, ManySmallSegmentsDontPinMemory) {
    Receiver r;
    for (u32 i = 0; i < 20'000; i++) {
        r.data(i, std::string(1, static_cast<char>(i)));
        if (i % 100 == 0) r.peer.drop_all();
    }
    EXPECT_LE(r.child.tcp().receive_allocated, 200'000u);
    EXPECT_EQ(r.child.receive().size(), 20'000u);
}

TEST(TcpReceive, Flags) {
    Receiver r;
    r.data(0, "peeked");
    EXPECT_EQ(r.child.receive(3, MSG_PEEK | MSG_DONTWAIT), "pee");
    EXPECT_EQ(r.child.receive(6, MSG_PEEK | MSG_DONTWAIT), "peeked");
    EXPECT_EQ(r.child.receive(2), "pe");
    host::at(clock_monotonic() + ms_to_ns(5), [&r] {
        r.peer.next = r.base + 6;
        r.peer.send(th_ack, "waited");
    });
    EXPECT_EQ(r.child.receive(10, MSG_WAITALL), "ekedwaited");
    EXPECT_EQ(r.child.receive(1), "");
    EXPECT_EQ(r.child.last_error, -EAGAIN);
}

TEST(TcpReceive, UrgentByte) {
    Receiver r;
    Segment segment;
    segment.source = r.peer.port;
    segment.destination = 80;
    segment.sequence = r.base;
    segment.acknowledgment = r.peer.expected;
    segment.flags = th_ack | th_urg;
    segment.urgent = 3;
    segment.payload = "ab!cd";
    r.peer.send_raw(segment);
    host::run_for(ms_to_ns(1));
    EXPECT_TRUE(r.child.poll() & POLLPRI);
    EXPECT_EQ(r.child.receive(10), "ab");
    EXPECT_EQ(r.child.receive(1, MSG_OOB), "!");
    EXPECT_EQ(r.child.receive(10), "cd");
}

TEST(TcpReceive, NothingComesBehindAFin) {
    Receiver r;
    r.data(0, "end", th_ack | th_fin);
    r.data(4, "more"); // in order, were there no FIN
    EXPECT_EQ(r.child.receive(), "end");
    EXPECT_EQ(r.child.receive(), "");
    EXPECT_EQ(r.child.last_error, 0);
    EXPECT_EQ(r.child.tcp().receive_allocated, 0u);
}

TEST(TcpReceive, DelayedAck) {
    Receiver r;
    for (u32 i = 0; i < 40; i++) r.data(i, "q"); // past the quick ones
    host::run_for(ms_to_ns(300));
    r.peer.drop_all();
    r.data(40, "d");
    EXPECT_TRUE(r.peer.received.empty());
    EXPECT_TRUE(r.peer.silent(ms_to_ns(30)));
    EXPECT_EQ(r.peer.expect(ms_to_ns(300)).acknowledgment, r.base + 41);
}

TEST(TcpReceive, GarbageInOptions) {
    u64 state = 1;
    for (int round = 0; round < 100'000; round++) {
        u8 bytes[40];
        for (u8& byte : bytes) {
            state = state * 6'364'136'223'846'793'005 + 1;
            byte = static_cast<u8>(state >> 40) % (round % 3 ? 12 : 255);
        }
        const auto options = tcp_parse_options({bytes, state % 41}, round & 1);
        EXPECT_LE(options.window_scale, 14);
        EXPECT_LE(options.sack_count, 4);
    }
    const u8 cut[3] = {0x50, 0, 0};
    EXPECT_EQ(tcp_checked_header(cut), nullptr);
}

TEST(TcpReceive, MalformedSegmentsAreHarmless) {
    Receiver r;
    u64 state = 99;
    for (int round = 0; round < 20'000; round++) {
        Segment segment;
        segment.source = r.peer.port;
        segment.destination = 80;
        state = state * 6'364'136'223'846'793'005 + 1442695040888963407;
        segment.sequence = r.base + static_cast<u32>(state >> 33) % 200'000 - 100'000;
        segment.acknowledgment = r.peer.expected + static_cast<u32>(state >> 20) % 2000 - 1000;
        segment.flags = static_cast<u8>(state >> 56) & static_cast<u8>(~th_rst);
        segment.window = static_cast<u16>(state >> 16);
        segment.urgent = static_cast<u16>(state >> 8);
        segment.payload.assign(state % 50, 'g');
        r.peer.send_raw(segment);
        if (round % 50 == 0) {
            host::run_for(us_to_ns(100));
            r.peer.drop_all();
            r.child.receive();
        }
    }
    host::run_for(s_to_ns(1));
    EXPECT_LE(r.child.tcp().receive_allocated, r.child.tcp().receive_buffer + 4096);
}
