// Fuzz target: packets of both families at the receive path, with sockets of every kind open behind
// it, filters on them, rules in the way; what wants to be forwarded finds a second interface, whose
// other end is a program.
#include <gtest/gtest.h>

#include "kernel/uapi/if_tun.h"
#include "kernel/uapi/in6.h"
#include "kernel/uapi/packet.h"
#include "net/inet_fragment.h"
#include "net/ipv4/ip_internal.h"
#include "net/netfilter/rules.h"
#include "net/packet/packet_sock.h"
#include "net/tun.h"
#include "tests/fuzz/arguments.h"
#include "tests/fuzz/wire.h"
#include "tests/host/packets.h"

namespace {

using namespace host;
using fuzz::bound_port;

Ref<socket> open(int family, int type, int protocol = 0) {
    auto made = sock_create(family, type, protocol);
    EXPECT_TRUE(made.ok());
    return made.ok() ? std::move(made).value() : Ref<socket>();
}

void set(socket& sock, int level, int name, int value) {
    static_cast<void>(sock_setsockopt(sock, level, name,
                                      {reinterpret_cast<const u8*>(&value), sizeof value}, false));
}

SockaddrStorage name6(const in6_addr& address, u16 port) {
    sockaddr_in6 made;
    made.sin6_family = AF_INET6;
    made.sin6_port = be16(port);
    made.sin6_addr = address;
    SockaddrStorage storage{};
    std::memcpy(storage.bytes, &made, sizeof made);
    return storage;
}

void bind6(socket& sock, u16 port) {
    EXPECT_TRUE(sock_bind(sock, name6(in6_addr(), port), sizeof(sockaddr_in6)).ok());
}

void join(socket& sock) {
    Frame request;
    put32(request, fuzz::joined_group);
    put32(request, our_ip);
    EXPECT_TRUE(sock_setsockopt(sock, SOL_IP, IP_ADD_MEMBERSHIP, request, false).ok());
}

// What only some sources may send, and all but some.
void join_sources(socket& sock, int name, u32 group) {
    Frame request;
    put32(request, group);
    put32(request, our_ip);
    put32(request, peer_ip);
    EXPECT_TRUE(sock_setsockopt(sock, SOL_IP, name, request, false).ok());
}

void join6(socket& sock, const net_device& dev) {
    Frame request;
    put(request, &fuzz::joined_group6, 16);
    put(request, &dev.ifindex, 4);
    EXPECT_TRUE(sock_setsockopt(sock, SOL_IPV6, IPV6_ADD_MEMBERSHIP, request, false).ok());
}

void make_ring(socket& sock) {
    const int version = 1;
    const tpacket_req ring{8192, 2, 1616, 10};
    set(sock, SOL_PACKET, PACKET_VERSION, version);
    EXPECT_TRUE(sock_setsockopt(sock, SOL_PACKET, PACKET_RX_RING,
                                {reinterpret_cast<const u8*>(&ring), sizeof ring}, false)
                    .ok());
}

// Open sockets that take what comes, and programs that answer now and then.
struct Receivers {
    std::vector<Ref<socket>> all;
    Ref<socket> udp, udp6, listener, client, client6;
    std::vector<Ref<socket>> accepted;

    Receivers(const net_device& dev, bool blocks) {
        udp = keep(open(AF_INET, SOCK_DGRAM));
        EXPECT_TRUE(sock_bind(*udp, address(0, bound_port), 16).ok());
        for (const int name : {IP_PKTINFO, IP_RECVOPTS, IP_RECVERR, IP_RECVTTL, IP_RECVTOS})
            set(*udp, SOL_IP, name, 1);
        join(*udp);
        join_sources(*udp, IP_ADD_SOURCE_MEMBERSHIP, fuzz::filtered_group);
        if (blocks) join_sources(*udp, IP_BLOCK_SOURCE, fuzz::joined_group);
        udp6 = keep(open(AF_INET6, SOCK_DGRAM));
        set(*udp6, SOL_IPV6, IPV6_V6ONLY, 1);
        for (const int name : {IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_RECVERR})
            set(*udp6, SOL_IPV6, name, 1);
        set(*udp6, SOL_SOCKET, SO_TIMESTAMPNS, 1);
        bind6(*udp6, bound_port);
        join6(*udp6, dev);
        listener = keep(open(AF_INET6, SOCK_STREAM)); // both families
        bind6(*listener, bound_port);
        EXPECT_TRUE(sock_listen(*listener, 4).ok());
        client = keep(open(AF_INET, SOCK_STREAM));
        EXPECT_TRUE(sock_bind(*client, address(0, fuzz::client_port), 16).ok());
        client6 = keep(open(AF_INET6, SOCK_STREAM));
        set(*client6, SOL_IPV6, IPV6_V6ONLY, 1);
        bind6(*client6, fuzz::client_port);
        keep(open(AF_INET, SOCK_RAW, IPPROTO_ICMP));
        set(*keep(open(AF_INET, SOCK_RAW, IPPROTO_TCP)), SOL_IP, IP_RECVERR, 1);
        keep(open(AF_INET, SOCK_RAW, IPPROTO_RAW));
        set(*keep(open(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)), SOL_IPV6, IPV6_RECVERR, 1);
        keep(open(AF_INET6, SOCK_RAW, 99));
        const Ref<socket>& ping = keep(open(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
        EXPECT_TRUE(sock_bind(*ping, address(0, fuzz::echo_ident), 16).ok());
        bind6(*keep(open(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6)), fuzz::echo_ident);
        keep(open(AF_PACKET, SOCK_RAW, be16(u16{ETH_P_ALL}).raw));
        keep(open(AF_PACKET, SOCK_DGRAM, be16(u16{ETH_P_IPV6}).raw));
        make_ring(*keep(open(AF_PACKET, SOCK_RAW, be16(u16{ETH_P_ALL}).raw)));
    }
    const Ref<socket>& keep(Ref<socket> made) {
        all.push_back(std::move(made));
        return all.back();
    }
    socket& some(fuzz::Input& input) {
        const u8 place = input.below(static_cast<u32>(all.size() + accepted.size()));
        return place < all.size() ? *all[place] : *accepted[place - all.size()];
    }
    void accept() {
        auto fresh = sock_accept(*listener, true);
        if (fresh.ok() && accepted.size() < 4) accepted.push_back(std::move(fresh).value());
    }
};

// The link, its other end, and a tun.
struct World {
    SimDevice device;
    TunEnd tun;
    bool silent = false; // nobody answers for addresses

    World() {
        device.on_sent = [this](const Frame& frame) { answer(frame); };
        device.start();
        EXPECT_TRUE(inet_set_address(device.dev(), be32(our_ip), mask_of(24)).ok());
        IfRequest request{};
        request.flags = IFF_TUN | IFF_NO_PI;
        EXPECT_TRUE(tun.ioctl(TUNSETIFF, reinterpret_cast<uptr>(&request), false).ok());
        net_device& other = *dev_get_by_name(request.name);
        EXPECT_TRUE(dev_open(other).ok());
        EXPECT_TRUE(inet_set_address(other, be32(0x0a090001), mask_of(24)).ok());
        run_for(s_to_ns(2)); // its link-local address is found to be free
        device.inject(fuzz::router_advertisement());
        run_for(s_to_ns(2));
        EXPECT_NE(ipv6_get_ifaddr(fuzz::our_global, nullptr), nullptr);
    }
    void answer(const Frame& frame) {
        if (silent || frame.size() < 42) return;
        if (get16(frame, 12) == ETH_P_ARP && get16(frame, 20) == 1) {
            const u32 asked = get32(frame, 38);
            if (asked != our_ip)
                device.inject(ethernet(ETH_P_ARP, arp(2, peer_mac, asked, our_mac, our_ip)));
        }
        const bool solicitation = get16(frame, 12) == ETH_P_IPV6 && frame.size() >= 78 &&
                                  frame[20] == IPPROTO_ICMPV6 && frame[54] == 135;
        if (solicitation) device.inject(fuzz::neighbour_advertisement(&frame[62]));
    }
};

void load_rules(fuzz::Input& input) {
    static_cast<void>(rules_store(fuzz::rules(input)));
    TextBuffer shown;
    rules_show(shown);
    fuzz::show_everything();
}

void through_tun(fuzz::Input& input, TunEnd& tun) {
    Frame packet = input.flag() ? fuzz::packet4(input).front() : fuzz::packet6(input).front();
    IovIter from = IovIter::of_kernel(packet.data() + 14, packet.size() - 14);
    static_cast<void>(tun.write(from));
    IovIter to = IovIter::of_kernel(packet.data(), packet.size());
    static_cast<void>(tun.read(to, true));
}

// The device takes nothing for a while, or takes again what has waited.
void be_busy(SimDevice& device, bool busy) {
    device.busy = busy;
    if (!busy) netif_wake_queue(device.dev());
}

void inject(SimDevice& device, std::vector<Frame> frames) {
    for (Frame& frame : frames) device.inject(std::move(frame));
}

void step(fuzz::Input& input, World& world, Receivers& receivers) {
    switch (input.below(22)) {
    case 0:
        world.device.inject(fuzz::any_frame(input));
        break;
    case 1:
    case 2:
    case 3:
    case 4:
        inject(world.device, fuzz::packet4(input));
        break;
    case 5:
    case 6:
    case 7:
    case 8:
        inject(world.device, fuzz::packet6(input));
        break;
    case 9:
        run_for(ms_to_ns(1) << input.below(16));
        break;
    case 10:
        fuzz::receive(input, receivers.some(input));
        break;
    case 11:
        fuzz::send(input, receivers.some(input));
        break;
    case 12: // refused or never answered
        static_cast<void>(sock_connect(*receivers.client, address(peer_ip, bound_port), 16, true));
        break;
    case 13:
        static_cast<void>(sock_connect(*receivers.client6, name6(fuzz::peer_global, bound_port),
                                       sizeof(sockaddr_in6), true));
        break;
    case 14:
        receivers.accept();
        break;
    case 15:
        ip_knobs.ip_forward = input.flag();
        world.silent = input.flag();
        fail_allocations_after(input.flag() ? input.below(16) : -1);
        break;
    case 16:
        load_rules(input);
        break;
    case 17:
        fuzz::attach_filter(input, receivers.some(input));
        break;
    case 18:
        through_tun(input, world.tun);
        break;
    case 19:
        world.device.inject(fuzz::arp_frame(input));
        break;
    case 20:
        be_busy(world.device, input.flag());
        break;
    default:
        fuzz::option(input, receivers.some(input));
    }
    run_for(us_to_ns(100));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
    fuzz::start();
    fuzz::Input input(data, size);
    const usize before = live_allocations();
    {
        World world;
        {
            Receivers receivers(world.device.dev(), input.flag());
            while (!input.empty()) step(input, world, receivers);
            fail_allocations_after(-1);
            be_busy(world.device, false);
        }
        fuzz::settle();
        EXPECT_EQ(inet_frag_memory(), 0u);
        EXPECT_EQ(inet_frag_queues(), 0u);
    }
    fuzz::restore();
    fuzz::settle();
    fuzz::check_memory(before);
    return 0;
}
