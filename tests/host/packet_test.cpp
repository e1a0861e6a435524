// Packet sockets, filters and tun on the host: what only memory that runs out, a wire and a
// sanitizer can show. The rest is compared with Linux by tests/guest.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>

#include "kernel/uapi/filter.h"
#include "kernel/uapi/if_tun.h"
#include "kernel/uapi/packet.h"
#include "net/filter.h"
#include "net/packet/packet_sock.h"
#include "net/tun.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class Packet : public NetTest {
  protected:
    Ref<socket> open(int type, u16 protocol) {
        auto made = sock_create(AF_PACKET, type, be16(protocol).raw);
        EXPECT_TRUE(made.ok());
        return std::move(made).value();
    }
    Result<usize> receive(socket& sock, std::span<u8> to) {
        msghdr message;
        message.iter = IovIter::of_kernel(to.data(), to.size());
        return sock_recvmsg(sock, message, MSG_DONTWAIT | MSG_TRUNC);
    }
    Result<void> set(socket& sock, int name, const void* value, usize length) {
        return sock_setsockopt(sock, SOL_PACKET, name, {static_cast<const u8*>(value), length},
                               false);
    }
};

usize list_length(const NetDeviceList& list) {
    usize length = 0;
    for ([[maybe_unused]] const net_device& dev : list) length++;
    return length;
}

Frame frame_of(u16 type, usize length, const u8* destination) {
    Frame frame(length, 0x5a);
    std::copy_n(destination, 6, frame.begin());
    frame[12] = static_cast<u8>(type >> 8);
    frame[13] = static_cast<u8>(type);
    return frame;
}

TEST_F(Packet, FramesOfTheWire) {
    SimDevice& wire = *device;
    auto all = open(SOCK_RAW, ETH_P_ALL), mine = open(SOCK_DGRAM, 0x1234);
    u8 bytes[2000];
    wire.inject(frame_of(0x1234, 100, wire.dev().dev_addr));
    wire.inject(frame_of(64, 78, wire.dev().broadcast)); // IEEE 802.3
    run_for(ms_to_ns(1));
    EXPECT_EQ(*receive(*mine, bytes), 86u);
    EXPECT_FALSE(receive(*mine, bytes).ok());
    EXPECT_EQ(*receive(*all, bytes), 100u);
    EXPECT_EQ(*receive(*all, bytes), 78u);
    EXPECT_FALSE(receive(*all, bytes).ok());
}

// Each membership is asked of the device once and given back with the socket.
TEST_F(Packet, MembershipsEndWithTheSocket) {
    SimDevice& wire = *device;
    const u32 groups = wire.dev().multicast_count;
    {
        auto sock = open(SOCK_RAW, 0);
        struct {
            i32 ifindex;
            u16 type, length;
            u8 address[8];
        } request{wire.dev().ifindex, PACKET_MR_PROMISC, 0, {}};
        ASSERT_TRUE(set(*sock, PACKET_ADD_MEMBERSHIP, &request, sizeof request).ok());
        ASSERT_TRUE(set(*sock, PACKET_ADD_MEMBERSHIP, &request, sizeof request).ok());
        EXPECT_EQ(wire.dev().promiscuity, 1u);
        request.type = PACKET_MR_ALLMULTI;
        ASSERT_TRUE(set(*sock, PACKET_ADD_MEMBERSHIP, &request, sizeof request).ok());
        EXPECT_EQ(wire.dev().allmulti, 1u);
        request = {wire.dev().ifindex, PACKET_MR_MULTICAST, 6, {1, 0, 0x5e, 7, 7, 7}};
        ASSERT_TRUE(set(*sock, PACKET_ADD_MEMBERSHIP, &request, sizeof request).ok());
        EXPECT_EQ(wire.dev().multicast_count, groups + 1);
    }
    EXPECT_EQ(wire.dev().promiscuity, 0u);
    EXPECT_EQ(wire.dev().allmulti, 0u);
    EXPECT_EQ(wire.dev().multicast_count, groups);
}

// Whatever allocation fails, the call fails or the frame is lost, and nothing leaks.
TEST_F(Packet, OutOfMemory) {
    SimDevice& wire = *device;
    const usize before = live_allocations();
    for (long count = 0; count < 40; count++) {
        fail_allocations_after(count);
        auto made = sock_create(AF_PACKET, SOCK_RAW, be16(u16{ETH_P_ALL}).raw);
        if (made.ok()) {
            const int version = 1;
            const tpacket_req ring{4096, 4, 2048, 8};
            static_cast<void>(set(**made, PACKET_VERSION, &version, sizeof version));
            static_cast<void>(set(**made, PACKET_RX_RING, &ring, sizeof ring));
            wire.inject(frame_of(0x1234, 100, wire.dev().dev_addr));
            run_for(ms_to_ns(1));
        }
        fail_allocations_after(-1);
    }
    EXPECT_EQ(live_allocations(), before);
}

// A ring whose frames don't divide a page: slots and headers cross from page to page.
TEST_F(Packet, RingOfOddFrames) {
    SimDevice& wire = *device;
    auto sock = open(SOCK_RAW, 0x1234);
    const int version = 1;
    const tpacket_req request{8192, 3, 1616, 15};
    ASSERT_TRUE(set(*sock, PACKET_VERSION, &version, sizeof version).ok());
    ASSERT_TRUE(set(*sock, PACKET_RX_RING, &request, sizeof request).ok());
    PacketRing& ring = *packet_of(*sock).ring;
    for (u32 i = 0; i < 20; i++) {
        Frame frame = frame_of(0x1234, 1000 + i, wire.dev().dev_addr);
        std::fill(frame.begin() + 14, frame.end(), static_cast<u8>(i));
        wire.inject(frame);
        run_for(ms_to_ns(1));
    }
    std::vector<u8> seen;
    for (usize page = 0; page < ring.count(); page++)
        seen.insert(seen.end(), ring.page(page), ring.page(page) + 4096);
    for (u32 slot = 0; slot < 15; slot++) {
        const usize at = slot / 5 * 8192 + slot % 5 * 1616;
        tpacket2_hdr header;
        std::memcpy(&header, &seen[at], sizeof header);
        EXPECT_EQ(header.status & TP_STATUS_USER, 1u);
        EXPECT_EQ(header.length, 1000 + slot);
        EXPECT_EQ(seen[at + header.net], slot);
        EXPECT_EQ(seen[at + header.mac + header.snaplen - 1], slot);
    }
    EXPECT_EQ(packet_of(*sock).lost, 5u);
}

// Programs of noise: what the checker lets through ends, and reads nothing that isn't there.
TEST_F(Packet, FiltersOfNoise) {
    std::mt19937 generator(7);
    const auto random = [&] { return static_cast<u32>(generator()); };
    SkbPtr skb(alloc_skb(64));
    for (u32 i = 0; i < 64; i++) *skb->put(1) = static_cast<u8>(random());
    skb->set_mac_header();
    skb->network_header = static_cast<u16>(skb->mac_header + 14);
    u32 good = 0;
    for (int round = 0; round < 200'000; round++) {
        std::vector<sock_filter> program(1 + random() % 12);
        for (sock_filter& f : program) {
            f.code = static_cast<u16>(random() % 0xb8);
            f.jt = static_cast<u8>(random() % 6);
            f.jf = static_cast<u8>(random() % 6);
            const u32 offsets[] = {random() % 80,
                                   static_cast<u32>(SKF_NET_OFF) + random() % 60 - 20,
                                   static_cast<u32>(SKF_LL_OFF) + random() % 80,
                                   static_cast<u32>(SKF_AD_OFF) + random() % 16 * 4,
                                   random() % 16,
                                   static_cast<u32>(random())};
            f.k = offsets[random() % std::size(offsets)];
        }
        program.back().code = BPF_RET | (random() % 2 ? BPF_A : BPF_K);
        if (!bpf_check_classic(program).ok()) continue;
        good++;
        bpf_run(program, *skb);
    }
    EXPECT_GT(good, 5'000u);
}

// Interfaces come and go while a packet of theirs still waits in a socket.
TEST_F(Packet, TunGoesBeforeItsPackets) {
    auto sock = open(SOCK_RAW, ETH_P_ALL);
    u8 bytes[200];
    for (int round = 0; round < 3; round++) {
        IfRequest request{};
        request.flags = IFF_TUN | IFF_NO_PI;
        {
            TunEnd end;
            ASSERT_TRUE(end.ioctl(TUNSETIFF, reinterpret_cast<uptr>(&request), false).ok());
            EXPECT_STREQ(request.name, "tun0");
            ASSERT_TRUE(dev_open(*dev_get_by_name("tun0")).ok());
            u8 packet[40] = {0x45};
            IovIter from = IovIter::of_kernel(packet, sizeof packet);
            EXPECT_EQ(*end.write(from), sizeof packet);
        }
        EXPECT_EQ(dev_get_by_name("tun0"), nullptr);
    }
    for (int round = 0; round < 3; round++) EXPECT_EQ(*receive(*sock, bytes), 40u);
}

// Whatever a program writes into a tun or a tap.
TEST_F(Packet, NoiseThroughTun) {
    std::mt19937 generator(9);
    const auto random = [&] { return static_cast<u32>(generator()); };
    for (const int mode : {IFF_TUN, IFF_TAP, IFF_TUN | IFF_NO_PI, IFF_TAP | IFF_NO_PI}) {
        TunEnd end;
        IfRequest request{};
        request.flags = static_cast<i16>(mode);
        ASSERT_TRUE(end.ioctl(TUNSETIFF, reinterpret_cast<uptr>(&request), false).ok());
        ASSERT_TRUE(dev_open(*dev_get_by_name(request.name)).ok());
        for (int round = 0; round < 20'000; round++) {
            u8 bytes[128];
            for (u8& byte : bytes) byte = static_cast<u8>(random() % 4 ? random() % 16 : random());
            const usize info = mode & IFF_NO_PI ? 0 : 4, link = mode & IFF_TAP ? 14 : 0;
            bytes[info + link] = 0x45;
            if (info) bytes[2] = 8, bytes[3] = 0;
            if (link) bytes[info + 12] = 8, bytes[info + 13] = 0;
            IovIter from = IovIter::of_kernel(bytes, random() % sizeof bytes);
            static_cast<void>(end.write(from));
            IovIter to = IovIter::of_kernel(bytes, random() % sizeof bytes);
            static_cast<void>(end.read(to, true));
        }
    }
}

// A thousand interfaces, with addresses and up, deleted in an order of their own: the names are
// found at once, and a second thousand takes no memory that the first hadn't.
TEST_F(Packet, ManyTunsComeAndGo) {
    constexpr int count = 1000;
    usize held[2];
    const usize others = list_length(net_devices());
    for (usize& now : held) {
        std::vector<std::unique_ptr<TunEnd>> ends;
        for (int i = 0; i < count; i++) {
            IfRequest request{};
            request.flags = i % 2 ? IFF_TAP : IFF_TUN;
            strcpy(request.name, "m%d");
            ends.push_back(std::make_unique<TunEnd>());
            ASSERT_TRUE(
                ends.back()->ioctl(TUNSETIFF, reinterpret_cast<uptr>(&request), false).ok());
            ASSERT_EQ(request.name, "m" + std::to_string(i));
            net_device& dev = *dev_get_by_name(request.name);
            ASSERT_TRUE(
                inet_set_address(dev, be32(0x0a100000u + static_cast<u32>(i)), mask_of(30)).ok());
            ASSERT_TRUE(dev_open(dev).ok());
        }
        for (int i = 0; i < count; i++) {
            net_device& dev = *dev_get_by_name(("m" + std::to_string(i * 7 % count)).c_str());
            if (i % 3)
                dev.ops->remove(dev); // under its program, which then holds nothing
            else
                ends[static_cast<usize>(i * 7 % count)].reset();
        }
        EXPECT_EQ(list_length(net_devices()), others);
        ends.clear();
        run_for(s_to_ns(5));
        now = live_allocations();
    }
    EXPECT_EQ(held[0], held[1]);
}

// Every command with arguments at random, on ends with an interface and without.
TEST_F(Packet, NoiseAsCommandsOfTun) {
    std::mt19937 generator(11);
    const auto random = [&] { return static_cast<u32>(generator()); };
    TunEnd ends[4];
    for (int round = 0; round < 20'000; round++) {
        IfRequest request{};
        for (u8& byte : request.bytes) byte = static_cast<u8>(random());
        for (char& c : request.name) c = random() % 2 ? "t%d01/"[random() % 6] : 0;
        const u32 command = random() % 2 ? TUNSETIFF : 0x400454c8 + random() % 32;
        const bool by_value = command == TUNSETPERSIST || command == TUNSETOWNER ||
                              command == TUNSETGROUP || command == TUNSETLINK;
        const uptr argument = by_value ? random() % 3 : reinterpret_cast<uptr>(&request);
        TunEnd& end = ends[random() % 4];
        static_cast<void>(end.ioctl(command, argument, random() % 2));
        static_cast<void>(end.poll(nullptr));
        if (random() % 8) continue;
        end.~TunEnd();
        new (&end) TunEnd;
    }
    std::vector<net_device*> left; // those that were made to stay
    for (net_device& dev : net_devices())
        if (dev.ops->remove) left.push_back(&dev);
    EXPECT_FALSE(left.empty());
    for (net_device* dev : left) dev->ops->remove(*dev);
}

} // namespace
