// Frames as the other end makes and reads them, for the tests of net/.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>

#include "kernel/base/checksum.h"
#include "net/ipv4/devinet.h"
#include "net/ipv4/inet.h"
#include "net/ipv4/ip.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/ip6.h"
#include "net/net_init.h"
#include "tests/host/host_net.h"

namespace host {

constexpr u8 our_mac[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
constexpr u8 peer_mac[6] = {0x52, 0x55, 0x0a, 0x00, 0x02, 0x02};
constexpr u32 our_ip = 0x0a00020f, peer_ip = 0x0a000202; // 10.0.2.15, 10.0.2.2

inline void put(Frame& frame, const void* bytes, usize count) {
    const auto* from = static_cast<const u8*>(bytes);
    frame.insert(frame.end(), from, from + count);
}
inline void put16(Frame& frame, u32 value) {
    frame.push_back(static_cast<u8>(value >> 8));
    frame.push_back(static_cast<u8>(value));
}
inline void put32(Frame& frame, u32 value) {
    put16(frame, value >> 16);
    put16(frame, value & 0xffff);
}
inline u32 get16(const Frame& frame, usize at) { return frame.at(at) << 8 | frame.at(at + 1); }
inline u32 get32(const Frame& frame, usize at) {
    return get16(frame, at) << 16 | get16(frame, at + 2);
}
inline void set16(Frame& frame, usize at, u16 in_memory_order) {
    std::memcpy(&frame.at(at), &in_memory_order, 2);
}

inline Frame ethernet(u16 type, const Frame& payload, const u8* to = our_mac,
                      const u8* from = peer_mac) {
    Frame frame;
    put(frame, to, 6);
    put(frame, from, 6);
    put16(frame, type);
    put(frame, payload.data(), payload.size());
    while (frame.size() < 60) frame.push_back(0); // as a real link pads
    return frame;
}

inline Frame arp(u16 operation, const u8* sender_mac, u32 sender, const u8* target_mac,
                 u32 target) {
    Frame packet;
    put16(packet, 1);
    put16(packet, 0x0800);
    packet.push_back(6);
    packet.push_back(4);
    put16(packet, operation);
    put(packet, sender_mac, 6);
    put32(packet, sender);
    put(packet, target_mac, 6);
    put32(packet, target);
    return packet;
}

struct Ip {
    u32 source = peer_ip, destination = our_ip;
    u8 protocol = 17, ttl = 64, tos = 0;
    u16 id = 1, fragment = 0;
    Frame options = {};
};
inline Frame ipv4(const Frame& payload, const Ip& ip = {}) {
    Frame packet;
    const usize header = 20 + ip.options.size();
    packet.push_back(static_cast<u8>(0x40 | header / 4));
    packet.push_back(ip.tos);
    put16(packet, static_cast<u32>(header + payload.size()));
    put16(packet, ip.id);
    put16(packet, ip.fragment);
    packet.push_back(ip.ttl);
    packet.push_back(ip.protocol);
    put16(packet, 0);
    put32(packet, ip.source);
    put32(packet, ip.destination);
    put(packet, ip.options.data(), ip.options.size());
    set16(packet, 10, checksum_fold(checksum_partial(packet.data(), header, 0)));
    put(packet, payload.data(), payload.size());
    return packet;
}

inline Frame udp(u16 source_port, u16 destination_port, const Frame& payload, const Ip& ip = {}) {
    Frame datagram;
    put16(datagram, source_port);
    put16(datagram, destination_port);
    put16(datagram, static_cast<u32>(8 + payload.size()));
    put16(datagram, 0);
    put(datagram, payload.data(), payload.size());
    const u32 pseudo = ip_pseudo_checksum(be32(ip.source), be32(ip.destination), 17,
                                          static_cast<u32>(datagram.size()));
    u16 check = checksum_fold(checksum_partial(datagram.data(), datagram.size(), pseudo));
    set16(datagram, 6, check ? check : 0xffff);
    return datagram;
}

inline Frame icmp(u8 type, u8 code, u32 rest, const Frame& payload) {
    Frame message{type, code};
    put16(message, 0);
    put32(message, rest);
    put(message, payload.data(), payload.size());
    set16(message, 2, checksum_fold(checksum_partial(message.data(), message.size(), 0)));
    return message;
}

inline void put6(Frame& frame, const in6_addr& address) { put(frame, &address, sizeof address); }

inline Frame ipv6(const Frame& payload, u8 next, const in6_addr& source,
                  const in6_addr& destination, u8 hops = 64) {
    Frame packet;
    put32(packet, 0x60000000);
    put16(packet, static_cast<u32>(payload.size()));
    packet.push_back(next);
    packet.push_back(hops);
    put6(packet, source);
    put6(packet, destination);
    put(packet, payload.data(), payload.size());
    return packet;
}

// A message whose checksum stands at a place and counts the pseudo-header of IPv6.
inline Frame summed6(Frame message, u8 protocol, usize place, const in6_addr& source,
                     const in6_addr& destination) {
    set16(message, place, 0);
    const u32 pseudo =
        ipv6_pseudo_checksum(source, destination, protocol, static_cast<u32>(message.size()));
    set16(message, place, checksum_fold(checksum_partial(message.data(), message.size(), pseudo)));
    return message;
}

inline Frame text(const std::string& characters) {
    return Frame(characters.begin(), characters.end());
}

inline SockaddrStorage address(u32 ip, u16 port) {
    SockaddrStorage storage{};
    const sockaddr_in in{2, be16(port), be32(ip), {}};
    std::memcpy(storage.bytes, &in, sizeof in);
    return storage;
}

inline bool network_ready() {
    static const bool ready = net_init().ok();
    return ready;
}

// A socket and the calls of a program on it.
struct TestSocket {
    Ref<socket> sock;

    explicit TestSocket(int type = SOCK_DGRAM, int protocol = 0) {
        EXPECT_TRUE(network_ready());
        auto made = sock_create(AF_INET, type, protocol);
        if (made.ok()) sock = std::move(made).value();
    }
    int bind(u32 ip, u16 port) {
        auto r = sock_bind(*sock, address(ip, port), 16);
        return r.ok() ? 0 : r.error().code;
    }
    int connect(u32 ip, u16 port) {
        auto r = sock_connect(*sock, address(ip, port), 16, false);
        return r.ok() ? 0 : r.error().code;
    }
    // Bytes sent, or the errno negated.
    long send_to(const Frame& data, u32 ip, u16 port, u32 flags = 0) {
        SockaddrStorage name = address(ip, port);
        msghdr message;
        message.name = &name;
        message.namelen = 16;
        return send_message(message, data, flags);
    }
    long send(const Frame& data, u32 flags = 0) {
        msghdr message;
        return send_message(message, data, flags);
    }
    long send_message(msghdr& message, const Frame& data, u32 flags) {
        message.iter = IovIter::of_kernel(data.data(), data.size());
        message.flags = flags;
        auto r = sock_sendmsg(*sock, message);
        return r.ok() ? static_cast<long>(*r) : -r.error().code;
    }
    // What came; `error` is the errno (0: none), `from` and `flags` what came with it.
    struct Received {
        Frame data;
        int error = 0;
        u32 from_ip = 0;
        u16 from_port = 0;
        u32 flags = 0;
        Frame control;
        long result = 0;
    };
    Received receive(u32 flags = MSG_DONTWAIT, usize room = 65536) {
        Received got;
        got.data.resize(room);
        SockaddrStorage name{};
        Frame control(512);
        msghdr message;
        message.name = &name;
        message.control = control.data();
        message.controllen = static_cast<u32>(control.size());
        message.iter = IovIter::of_kernel(got.data.data(), room);
        auto r = sock_recvmsg(*sock, message, flags);
        if (!r.ok()) {
            got.error = r.error().code;
            got.data.clear();
            return got;
        }
        got.result = static_cast<long>(*r);
        got.data.resize(std::min<usize>(room, *r));
        sockaddr_in from;
        std::memcpy(&from, name.bytes, sizeof from);
        got.from_ip = from.sin_addr.host();
        got.from_port = from.sin_port.host();
        got.flags = message.flags;
        control.resize(message.controllen);
        got.control = control;
        return got;
    }
    int set_option(int level, int name, int value) {
        auto r = sock_setsockopt(*sock, level, name,
                                 {reinterpret_cast<const u8*>(&value), sizeof value}, false);
        return r.ok() ? 0 : r.error().code;
    }
    int get_option(int level, int name) {
        int value = 0;
        auto r = sock_getsockopt(*sock, level, name, {reinterpret_cast<u8*>(&value), sizeof value},
                                 false);
        return r.ok() ? value : -r.error().code;
    }
    u16 port() {
        SockaddrStorage name{};
        EXPECT_TRUE(sock_getname(*sock, name, false).ok());
        sockaddr_in in;
        std::memcpy(&in, name.bytes, sizeof in);
        return in.sin_port.host();
    }
};

// The stack with eth0 at 10.0.2.15/24, gateway 10.0.2.2; a peer that answers ARP by itself.
class NetTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(network_ready());
        ipv6_enabled = speaks_ipv6; // its frames would stand between those that tests count
        device = std::make_unique<SimDevice>();
        device->start();
        ASSERT_TRUE(inet_set_address(device->dev(), be32(our_ip), mask_of(24)).ok());
        run_until_idle(ms_to_ns(10));
        device->sent.clear();
        device->on_sent = [this](const Frame& frame) { peer(frame); };
    }
    void TearDown() override {
        device.reset();
        credentials = {1, 0, 0, true};
        ipv6_enabled = true;
    }
    virtual void peer(const Frame& frame) {
        if (get16(frame, 12) == ETH_P_ARP && get16(frame, 20) == 1 && answer_arp) {
            const u32 asked = get32(frame, 38);
            if (asked != our_ip && asked >> 8 == our_ip >> 8)
                device->inject(ethernet(ETH_P_ARP, arp(2, peer_mac, asked, our_mac, our_ip)));
            return;
        }
        frames.push_back(frame);
    }
    void inject_ip(const Frame& packet) {
        device->inject(ethernet(ETH_P_IP, packet));
        run_for(ms_to_ns(1));
    }
    // The next IPv4 packet that was sent, without its Ethernet header.
    std::optional<Frame> next_ip() {
        while (!frames.empty()) {
            Frame frame = frames.front();
            frames.pop_front();
            if (get16(frame, 12) != ETH_P_IP) continue;
            return Frame(frame.begin() + 14, frame.begin() + 14 + get16(frame, 16));
        }
        return std::nullopt;
    }

    std::unique_ptr<SimDevice> device;
    std::deque<Frame> frames;
    bool answer_arp = true;
    bool speaks_ipv6 = false;
};

} // namespace host
