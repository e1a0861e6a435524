// net/netlink on the host: the views and the builder of messages, dumps that change or don't fit
// while they are read, failing memory, and damaged messages at the whole of rtnetlink, under the
// sanitizers. PLUMB_FUZZ_ROUNDS says how many (default 20,000).
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

#include "net/ipv4/route.h"
#include "net/netlink/message.h"
#include "net/netlink/netlink_sock.h"
#include "tests/host/packets.h"

namespace {

using namespace host;
using Bytes = std::vector<u8>;

class NetlinkTest : public NetTest {
  protected:
    void SetUp() override {
        NetTest::SetUp();
        credentials = {4711, 0, 0, true};
        sock = open();
    }
    static Ref<socket> open() {
        auto made = sock_create(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
        EXPECT_TRUE(made.ok());
        return std::move(made).value();
    }
    long send(const Bytes& bytes) {
        msghdr message;
        message.iter = IovIter::of_kernel(bytes.data(), bytes.size());
        message.flags = MSG_DONTWAIT;
        auto sent = sock_sendmsg(*sock, message);
        return sent.ok() ? static_cast<long>(*sent) : -sent.error().code;
    }
    // Empty: nothing there, or `error`.
    Bytes receive(usize room = 4096) {
        Bytes bytes(room);
        msghdr message;
        message.iter = IovIter::of_kernel(bytes.data(), bytes.size());
        auto got = sock_recvmsg(*sock, message, MSG_DONTWAIT);
        error = got.ok() ? 0 : got.error().code;
        bytes.resize(got.ok() ? *got : 0);
        return bytes;
    }
    static Bytes request(u16 type, u16 flags, const Bytes& body) {
        Bytes bytes(sizeof(NlHeader));
        const NlHeader header{static_cast<u32>(sizeof header + body.size()), type,
                              static_cast<u16>(flags | NLM_F_REQUEST), 7, 0};
        memcpy(bytes.data(), &header, sizeof header);
        bytes.insert(bytes.end(), body.begin(), body.end());
        return bytes;
    }
    static int add_route(u32 prefix) {
        FibRoute route;
        route.prefix = be32(prefix);
        route.mask = mask_of(24);
        route.gateway = be32(peer_ip);
        auto added = fib_add(route);
        return added.ok() ? 0 : added.error().code;
    }
    Ref<socket> sock;
    int error = 0;
};

TEST(NetlinkMessage, WhatIsBuiltIsReadAgain) {
    u8 room[256];
    NlBuilder out(room);
    out.begin({0, RTM_NEWLINK, NLM_F_MULTI, 5, 6});
    out.body(u32{0x11223344});
    out.put(3, u8{9});
    out.put_text(4, "eth0");
    const usize nest = out.begin_nest(5);
    out.put(1, u32{77});
    out.end_nest(nest);
    out.add_flags(NLM_F_DUMP_INTR);
    ASSERT_TRUE(out.end());
    std::span<const u8> bytes(room, out.size());
    auto view = nl_next(bytes);
    ASSERT_TRUE(view.has_value());
    EXPECT_TRUE(bytes.empty());
    EXPECT_EQ(view->header.flags, NLM_F_MULTI | NLM_F_DUMP_INTR);
    NlAttributes attributes;
    ASSERT_TRUE(attributes.parse(view->payload, 4, {}).ok());
    EXPECT_EQ(attributes.get<u8>(3), 9);
    EXPECT_FALSE(attributes.get<u32>(3).has_value()); // too short for that
    EXPECT_EQ(attributes.text(4), "eth0");
    NlAttributes inner;
    ASSERT_TRUE(inner.parse(attributes.bytes(5), 0, {}).ok());
    EXPECT_EQ(inner.get<u32>(1), 77u);
    const NlRule rules[] = {{3, 4}};
    EXPECT_EQ(attributes.parse(view->payload, 4, rules).error().code, ERANGE);
    EXPECT_EQ(attributes.parse(view->payload, 400, {}).error().code, EINVAL);
}

TEST(NetlinkMessage, WhatDoesNotFitIsNotThere) {
    u8 room[40];
    NlBuilder out(room);
    out.begin({});
    ASSERT_TRUE(out.end());
    out.begin({});
    out.put(1, room, 12);
    EXPECT_FALSE(out.end());
    EXPECT_EQ(out.size(), 16u);
    out.begin({});
    out.put(1, u32{1});
    EXPECT_TRUE(out.end());
    EXPECT_EQ(out.size(), 40u);
}

TEST_F(NetlinkTest, ADumpComesPieceByPiece) {
    for (u32 i = 0; i < 200; i++) ASSERT_EQ(add_route(0x0b000000 + (i << 8)), 0);
    const usize before = live_allocations();
    ASSERT_GT(send(request(RTM_GETROUTE, NLM_F_DUMP, {AF_INET})), 0);
    // The program is in no hurry; another dump has to wait.
    ASSERT_GT(send(request(RTM_GETROUTE, NLM_F_DUMP, {AF_INET})), 0);
    u32 routes = 0, reads = 0, refused = 0;
    for (bool done = false; !done && reads < 100; reads++) {
        const Bytes bytes = receive();
        ASSERT_FALSE(bytes.empty());
        std::span<const u8> rest(bytes);
        while (auto view = nl_next(rest)) {
            done = view->header.type == NLMSG_DONE;
            routes += view->header.type == RTM_NEWROUTE;
            if (view->header.type == NLMSG_ERROR) {
                int code;
                memcpy(&code, view->payload.data(), sizeof code);
                refused += code == -EBUSY;
            }
            EXPECT_FALSE(view->header.flags & NLM_F_DUMP_INTR);
        }
    }
    EXPECT_GT(reads, 2u);
    EXPECT_EQ(refused, 1u);
    EXPECT_GE(routes, 200u + 5);
    EXPECT_TRUE(receive().empty());
    EXPECT_EQ(live_allocations(), before);
    dev_close(device->dev()); // takes them along
    ASSERT_TRUE(dev_open(device->dev()).ok());
}

TEST_F(NetlinkTest, AChangeWhileADumpIsReadIsTold) {
    for (u32 i = 0; i < 200; i++) ASSERT_EQ(add_route(0x0b000000 + (i << 8)), 0);
    ASSERT_GT(send(request(RTM_GETROUTE, NLM_F_DUMP, {AF_INET})), 0);
    receive();
    ASSERT_EQ(add_route(0x0c000000), 0);
    bool told = false;
    for (Bytes bytes = receive(); !bytes.empty(); bytes = receive()) {
        std::span<const u8> rest(bytes);
        while (auto view = nl_next(rest)) told |= (view->header.flags & NLM_F_DUMP_INTR) != 0;
    }
    EXPECT_TRUE(told);
    // One that is never read to its end goes with its socket.
    ASSERT_GT(send(request(RTM_GETROUTE, NLM_F_DUMP, {AF_INET})), 0);
    sock.reset();
    dev_close(device->dev());
    ASSERT_TRUE(dev_open(device->dev()).ok());
}

TEST_F(NetlinkTest, NeighboursAreSetAndAnnounced) {
    SockaddrStorage name{};
    const SockaddrNl address{AF_NETLINK, 0, 0, RTMGRP_NEIGH};
    memcpy(name.bytes, &address, sizeof address);
    ASSERT_TRUE(sock_bind(*sock, name, sizeof address).ok());
    const auto index = static_cast<u8>(device->dev().ifindex);
    const Bytes body{AF_INET, 0, 0,  0, index, 0,  0,  0, NUD_PERMANENT, 0, 0, 0, 8, 0,
                     NDA_DST, 0, 10, 0, 2,     77, 10, 0, NDA_LLADDR,    0, 2, 0, 0, 0,
                     0,       9, 0,  0};
    ASSERT_GT(send(request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, body)), 0);
    const Bytes told = receive();
    std::span<const u8> rest(told);
    auto view = nl_next(rest);
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(view->header.type, RTM_NEWNEIGH);
    EXPECT_EQ(view->payload[8], NUD_PERMANENT);
    EXPECT_TRUE(receive().empty()); // no error, and no acknowledgement was asked for
    ASSERT_GT(send(request(RTM_DELNEIGH, 0, body)), 0);
    bool gone = false;
    for (Bytes bytes = receive(); !bytes.empty(); bytes = receive())
        gone |= bytes[4] == RTM_DELNEIGH;
    EXPECT_TRUE(gone);
}

class NetlinkFuzz : public NetlinkTest {
  protected:
    u8 some_byte() {
        const u8 usual[] = {0, 0, 1, 2, 4, 8, 10, 16, 24, 32, 254, 255};
        return random() % 2 ? usual[random() % std::size(usual)] : static_cast<u8>(random());
    }
    Bytes body() {
        Bytes bytes{static_cast<u8>(random() % 2 ? AF_INET : some_byte())};
        const usize fixed[] = {8, 12, 16, random() % 20};
        while (bytes.size() < fixed[random() % 4]) bytes.push_back(some_byte());
        for (u32 count = random() % 6; count--;) {
            const usize length = random() % 12;
            bytes.push_back(static_cast<u8>(4 + length + (random() % 16 ? 0 : random() % 100)));
            bytes.push_back(random() % 64 ? 0 : some_byte());
            bytes.push_back(static_cast<u8>(random() % 70));
            bytes.push_back(random() % 8 ? 0 : 0x80);
            for (usize i = 0; i < nl_align(length); i++) bytes.push_back(some_byte());
        }
        return bytes;
    }
    Bytes message() {
        const u16 type = static_cast<u16>(random() % 16 ? RTM_NEWLINK + random() % 16 : random());
        Bytes bytes = request(type, static_cast<u16>(random() & 0xfff), body());
        if (random() % 8 == 0) bytes[random() % bytes.size()] ^= static_cast<u8>(1 << random() % 8);
        if (random() % 8 == 0) bytes.resize(1 + random() % bytes.size());
        return bytes;
    }
    std::mt19937 random{2026};
};

TEST_F(NetlinkFuzz, SurvivesGarbage) {
    const char* wanted = std::getenv("PLUMB_FUZZ_ROUNDS");
    const long rounds = wanted ? std::atol(wanted) : 20'000;
    SockaddrStorage name{};
    const SockaddrNl address{AF_NETLINK, 0, 0, 0xffff'ffff};
    memcpy(name.bytes, &address, sizeof address);
    ASSERT_TRUE(sock_bind(*sock, name, sizeof address).ok());
    for (long i = 0; i < rounds; i++) {
        if (i % 97 == 0) fail_allocations_after(static_cast<long>(random() % 6));
        Bytes bytes = message();
        if (random() % 4 == 0) {
            const Bytes more = message();
            bytes.insert(bytes.end(), more.begin(), more.end());
        }
        send(bytes);
        if (i % 97 == 3) fail_allocations_after(-1);
        if (i % 8 == 0)
            while (!receive(random() % 5000).empty() || error == ENOBUFS) {
            }
        if (i % 512 == 0) {
            fail_allocations_after(-1);
            sock = open();
        }
        if (i % 64 == 0) run_for(ms_to_ns(5));
    }
    fail_allocations_after(-1);
    sock = open();
    ASSERT_GT(send(request(RTM_GETLINK, NLM_F_DUMP, {AF_UNSPEC})), 0);
    EXPECT_FALSE(receive().empty());
}

} // namespace
