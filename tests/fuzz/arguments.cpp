// What a program may hand to the socket calls: names, ancillary data, filters. See arguments.h.
#include "tests/fuzz/arguments.h"

#include <gtest/gtest.h>

#include "kernel/uapi/filter.h"
#include "kernel/uapi/in6.h"
#include "net/netlink/netlink_sock.h"
#include "net/packet/packet_sock.h"
#include "tests/fuzz/wire.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

i32 some_index(Input& input) {
    if (input.rarely(8)) return static_cast<i32>(input.number());
    net_device* eth = dev_get_by_name("eth0");
    const i32 indices[] = {1, eth ? eth->ifindex : 1, 0};
    return input.pick(indices);
}

in6_addr some_address6(Input& input) {
    const in6_addr addresses[] = {in6_loopback,
                                  in6_addr(),
                                  peer_global,
                                  our_global,
                                  our_link_local,
                                  joined_group6,
                                  in6_addr(0, 0, 0xffff, 0x7f000001),
                                  in6_addr(0, 0, 0xffff, peer_ip),
                                  in6_all_nodes,
                                  router6};
    return input.pick(addresses);
}

u32 some_address4(Input& input) {
    const u32 addresses[] = {0x7f000001, 0x7f000001,   0,      0x7f000002, 0xe0000001,
                             0xffffffff, joined_group, our_ip, peer_ip,    0x08080808};
    return input.pick(addresses);
}

namespace {

template <class T>
SockaddrStorage stored(const T& address, u32& length) {
    SockaddrStorage made{};
    std::memcpy(made.bytes, &address, sizeof address);
    length = sizeof address;
    return made;
}

u16 some_port(Input& input) {
    return input.rarely(16) ? input.word() : static_cast<u16>(bound_port + input.below(4));
}

SockaddrStorage name6(Input& input, u32& length) {
    sockaddr_in6 made;
    made.sin6_family = AF_INET6;
    made.sin6_port = be16(some_port(input));
    made.sin6_addr = some_address6(input);
    if (input.rarely(4)) made.sin6_flowinfo = be32(input.number());
    if (input.flag()) made.sin6_scope_id = static_cast<u32>(some_index(input));
    return stored(made, length);
}

SockaddrStorage name_of_device(Input& input, u32& length) {
    const u16 protocols[] = {ETH_P_ALL, ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, 0, 0x1234};
    sockaddr_ll made{AF_PACKET, be16(input.pick(protocols)), some_index(input), 0, 0, 6, {}};
    std::memcpy(made.addr, peer_mac, 6);
    if (input.rarely(8)) made.halen = input.byte();
    return stored(made, length);
}

} // namespace

// In the file system, abstract, the longest there is, or none; few, so that two sockets meet.
SockaddrStorage path(Input& input, u32& length) {
    const std::string names[] = {"/a", std::string("\0b", 2), "/c", std::string(108, 'd'),
                                 std::string("/a\0", 3)};
    Frame bytes = text(input.pick(names));
    if (input.rarely(8)) bytes = input.bytes(12);
    SockaddrStorage made{};
    made.bytes[0] = AF_UNIX;
    std::copy(bytes.begin(), bytes.end(), made.bytes + 2);
    length = static_cast<u32>(2 + bytes.size());
    return made;
}

SockaddrStorage name(Input& input, u32& length) {
    length = 16;
    switch (input.below(8)) {
    case 0:
    case 1:
        return address(some_address4(input), some_port(input));
    case 2:
        return path(input, length);
    case 3:
    case 4:
        return name6(input, length);
    case 5:
        return name_of_device(input, length);
    case 6:
        return stored(SockaddrNl{AF_NETLINK, 0, input.below(4), input.flag() ? input.number() : 0},
                      length);
    default: {
        const Frame any = input.bytes(128);
        SockaddrStorage made{};
        std::copy(any.begin(), any.end(), made.bytes);
        length = static_cast<u32>(any.size());
        return made;
    }
    }
}

Frame control(Input& input) {
    struct Kind {
        int level, type;
    };
    const Kind kinds[] = {{SOL_SOCKET, SCM_RIGHTS},
                          {SOL_SOCKET, SCM_CREDENTIALS},
                          {SOL_SOCKET, SO_TIMESTAMPING},
                          {SOL_SOCKET, SO_MARK},
                          {SOL_IP, IP_PKTINFO},
                          {SOL_IP, IP_TTL},
                          {SOL_IP, IP_TOS},
                          {SOL_IP, IP_RETOPTS},
                          {SOL_IPV6, IPV6_PKTINFO},
                          {SOL_IPV6, IPV6_HOPLIMIT},
                          {SOL_IPV6, IPV6_TCLASS},
                          {SOL_IPV6, IPV6_DONTFRAG},
                          {SOL_IPV6, IPV6_2292PKTINFO}};
    Frame made;
    for (u8 count = input.below(4); count > 0; count--) {
        Kind kind = input.pick(kinds);
        if (input.rarely(8)) kind = {input.byte(), input.byte()};
        Frame payload;
        const u32 number = input.flag() ? input.byte() : input.number();
        const i32 index = some_index(input);
        const in6_addr address6 = some_address6(input);
        const be32 address4(some_address4(input));
        if (kind.type == IPV6_PKTINFO) {
            put(payload, &address6, 16);
            put(payload, &index, 4);
        } else if (kind.level == SOL_IP && kind.type == IP_PKTINFO) {
            put(payload, &index, 4);
            put(payload, &address4, 4);
            put(payload, &address4, 4);
        } else if (kind.level == SOL_SOCKET && kind.type == SCM_CREDENTIALS) {
            const u32 who[] = {1, input.below(2) * 1000u, 7};
            put(payload, who, sizeof who);
        } else if (kind.level == SOL_SOCKET && kind.type == SCM_RIGHTS) {
            for (u8 files = input.below(4); files > 0; files--) {
                const i32 fd = input.below(10);
                put(payload, &fd, 4);
            }
        } else if (input.rarely(4)) {
            payload = input.bytes(24);
        } else {
            put(payload, &number, 4);
        }
        const u64 length = 16 + payload.size() + (input.rarely(32) ? input.byte() : 0);
        put(made, &length, 8);
        put(made, &kind.level, 4);
        put(made, &kind.type, 4);
        put(made, payload.data(), payload.size());
        if (!input.rarely(32)) made.resize((made.size() + 7) / 8 * 8);
    }
    return made;
}

std::vector<sock_filter> filter(Input& input) {
    std::vector<sock_filter> program(1 + input.below(16));
    const u8 classes[] = {BPF_LD, BPF_LDX, BPF_ST, BPF_STX, BPF_ALU, BPF_JMP, BPF_LD, BPF_MISC};
    for (sock_filter& f : program) {
        const u8 kind = input.byte();
        f.code = static_cast<u16>(classes[kind & 7] | (input.byte() & 0xf8));
        if (kind & 0x80) f.code = static_cast<u16>(BPF_LD | BPF_ABS | (input.below(3) << 3));
        f.jt = input.rarely(16) ? input.byte() : input.below(4);
        f.jf = input.rarely(16) ? input.byte() : input.below(4);
        const u32 offsets[] = {input.byte(), static_cast<u32>(SKF_NET_OFF) + input.byte(),
                               static_cast<u32>(SKF_LL_OFF) + input.byte(),
                               static_cast<u32>(SKF_AD_OFF) + input.below(17) * 4u,
                               input.below(17)};
        f.k = input.rarely(16) ? input.number() : input.pick(offsets);
    }
    const u16 ends[] = {BPF_RET | BPF_A, BPF_RET | BPF_K};
    program.back().code = input.pick(ends);
    return program;
}

} // namespace fuzz
