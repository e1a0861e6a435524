// What a program may hand to the socket calls: see arguments.h.
#include "tests/fuzz/arguments.h"

#include <gtest/gtest.h>

#include "kernel/uapi/filter.h"
#include "kernel/uapi/in6.h"
#include "kernel/uapi/ioctl.h"
#include "kernel/uapi/packet.h"
#include "net/dev_ioctl.h"
#include "net/ipv6/ip6.h"
#include "net/netlink/netlink_sock.h"
#include "net/packet/packet_sock.h"
#include "tests/fuzz/wire.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

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

// A device's index: lo, the other one, none, any.
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

SockaddrStorage path(Input& input, u32& length) { // abstract, or none
    const Frame bytes = input.bytes(12);
    SockaddrStorage made{};
    made.bytes[0] = AF_UNIX;
    std::copy(bytes.begin(), bytes.end(), made.bytes + 2);
    length = static_cast<u32>(2 + bytes.size());
    return made;
}

} // namespace

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
        } else if (kind.type == SCM_CREDENTIALS) {
            payload.resize(12);
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

// --- netlink ---

namespace {

void put_attribute(Frame& message, u16 type, const Frame& value, u16 length) {
    put(message, &length, 2);
    put(message, &type, 2);
    put(message, value.data(), value.size());
    message.resize(nl_align(message.size()));
}

Frame attribute_value(Input& input) {
    Frame value;
    const be32 address(some_address4(input) & (input.flag() ? 0xffffffff : 0xffff0000));
    const i32 index = some_index(input);
    const u32 numbers[] = {0, 1, 254, 255, 1400, 0xffffffff, 65536};
    const u32 number = input.pick(numbers);
    switch (input.below(6)) {
    case 0:
    case 1:
        put(value, &address, 4);
        break;
    case 2:
        put(value, &index, 4);
        break;
    case 3:
        put(value, &number, 4);
        break;
    case 4: {
        const char* const names[] = {"eth0", "eth0:1", "lo", "eth9", "tun0"};
        value = text(input.pick(names));
        value.push_back(0);
        break;
    }
    default:
        value = input.bytes(24);
    }
    return value;
}

Frame body_of(Input& input, u16 type) {
    const i32 index = some_index(input);
    Frame body{input.rarely(8) ? input.byte() : u8{AF_INET}};
    switch ((type - RTM_NEWLINK) / 4) {
    case 0: { // struct ifinfomsg
        const u32 flags = input.number() & 0x1fff, change = input.number();
        body = {0, 0, 0, 0};
        put(body, &index, 4);
        put(body, &flags, 4);
        put(body, &change, 4);
        break;
    }
    case 1: { // struct ifaddrmsg
        const u8 rest[] = {input.below(34), input.byte(), input.byte()};
        put(body, rest, 3);
        put(body, &index, 4);
        break;
    }
    case 2: { // struct rtmsg
        const u8 tables[] = {0, 254, 255, 254}, types[] = {1, 1, 2, 3, 6, 7, 8, 0};
        const u8 rest[] = {input.below(34),
                           0,
                           static_cast<u8>(input.rarely(8) ? input.byte() : 0),
                           input.pick(tables),
                           input.byte(),
                           static_cast<u8>(input.flag() ? 0 : input.byte()),
                           input.pick(types)};
        put(body, rest, 7);
        const u32 flags = input.flag() ? 0 : input.number();
        put(body, &flags, 4);
        break;
    }
    default: { // struct ndmsg
        const u16 states[] = {0x80, 2, 4, 1, 0x40, 0x20, 0};
        body.resize(4);
        put(body, &index, 4);
        const u16 state = input.pick(states);
        put(body, &state, 2);
        body.push_back(input.byte());
        body.push_back(0);
    }
    }
    return body;
}

Frame netlink_message(Input& input) {
    const u16 usual[] = {16, 18, 19, 20, 21, 22, 24, 25, 26, 28, 29, 30};
    const u16 type = input.rarely(16) ? input.word() : input.pick(usual);
    const u16 flag_sets[] = {0,
                             NLM_F_DUMP,
                             NLM_F_CREATE,
                             NLM_F_CREATE | NLM_F_EXCL,
                             NLM_F_REPLACE,
                             NLM_F_CREATE | NLM_F_APPEND,
                             NLM_F_ECHO};
    u16 flags = NLM_F_REQUEST | input.pick(flag_sets);
    if (input.flag()) flags |= NLM_F_ACK;
    if (input.rarely(16)) flags = input.word();
    Frame body = body_of(input, type);
    for (u8 count = input.below(6); count > 0; count--) {
        const u16 kind = static_cast<u16>(1 + input.below(input.rarely(8) ? 70 : 10));
        Frame value = attribute_value(input);
        if (kind == RTA_METRICS && input.flag()) {
            Frame nested;
            put_attribute(nested, 2, value, static_cast<u16>(4 + value.size()));
            value = nested;
        }
        const u32 length = 4 + static_cast<u32>(value.size());
        put_attribute(body, kind, value,
                      static_cast<u16>(input.rarely(32) ? input.byte() : length));
    }
    NlHeader header{static_cast<u32>(sizeof header + body.size()), type, flags, input.byte(), 0};
    if (input.rarely(32)) header.length = input.word();
    Frame message;
    put(message, &header, sizeof header);
    put(message, body.data(), body.size());
    return message;
}

} // namespace

Frame netlink_messages(Input& input) {
    Frame made = netlink_message(input);
    if (input.rarely(4)) {
        made.resize(nl_align(made.size()));
        const Frame more = netlink_message(input);
        put(made, more.data(), more.size());
    }
    return made;
}

// --- texts ---

std::string rules(Input& input) {
    const char* const chains[] = {"pre_routing", "local_in", "forward", "local_out",
                                  "post_routing"};
    const char* const matches[] = {"",
                                   "proto tcp ",
                                   "proto udp ",
                                   "proto icmp type echo-request ",
                                   "from 10.0.2.0/24 ",
                                   "not to 10.0.2.15 ",
                                   "from fe80::/10 ",
                                   "to 2001:db8::/64 ",
                                   "dport 7200 ",
                                   "not sport 7200-7202 ",
                                   "proto 58 ",
                                   "type 128 "};
    const char* const targets[] = {"accept", "drop", "reject", "log", "show", "count"};
    std::string made = input.rarely(4) ? "flush\n" : "";
    for (u8 count = 1 + input.below(3); count > 0; count--) {
        const std::string chain = input.pick(chains);
        if (input.rarely(8)) {
            made += "policy " + chain + " drop\n";
            continue;
        }
        const std::string first = input.pick(matches), second = input.pick(matches);
        made += "add " + chain + " " + first + (first == second ? "" : second) +
                input.pick(targets) + "\n";
    }
    return made;
}

std::string policy(Input& input) {
    const char* const calls[] = {"any",    "create",        "bind",   "connect,sendmsg", "recvmsg",
                                 "accept", "sock_rcv_skb",  "listen", "setsockopt",      "shutdown",
                                 "bind",   "unix_may_send", "connect"};
    const char* const matches[] = {"",
                                   "uid 1000 ",
                                   "not uid 0 ",
                                   "program test ",
                                   "family inet6 ",
                                   "type dgram ",
                                   "address 127.0.0.0/8 ",
                                   "not address ::1 ",
                                   "port 7200-7201 ",
                                   "family unix "};
    const char* const targets[] = {"allow", "deny", "deny EPERM", "log"};
    std::string made = input.rarely(4) ? "flush\n" : "";
    for (u8 count = 1 + input.below(2); count > 0; count--)
        made += std::string("add ") + input.pick(calls) + " " + input.pick(matches) +
                input.pick(targets) + "\n";
    return made;
}

// --- the calls ---

namespace {

constexpr u32 message_flags = MSG_OOB | MSG_PEEK | MSG_DONTROUTE | MSG_TRUNC | MSG_EOR |
                              MSG_WAITALL | MSG_ERRQUEUE | MSG_MORE | MSG_CONFIRM |
                              MSG_CMSG_CLOEXEC;

u32 some_flags(Input& input) {
    const u32 usual[] = {0, 0, MSG_OOB, MSG_PEEK, MSG_ERRQUEUE, MSG_MORE, MSG_TRUNC, MSG_EOR};
    return input.rarely(8) ? input.number() & message_flags : input.pick(usual);
}

Frame data_for(Input& input, const socket& sock) {
    if (sock.sk && sock.sk->family == AF_NETLINK) return netlink_messages(input);
    if (sock.sk && sock.sk->family == AF_PACKET && input.flag()) return any_frame(input);
    if (sock.sk && sock.sk->type == SOCK_RAW && input.flag()) {
        const std::vector<Frame> frames = input.flag() ? packet4(input) : packet6(input);
        return Frame(frames.front().begin() + 14, frames.front().end());
    }
    Frame data(input.flag() ? input.byte() : input.word());
    if (input.flag() && !data.empty()) data[0] = input.flag() ? 8 : 128; // an echo request
    return data;
}

struct Level {
    int level, names;
};

void attach(Input& input, socket& sock) {
    std::vector<sock_filter> program = filter(input);
    struct {
        u64 length;
        const sock_filter* instructions;
    } const fprog{program.size(), program.data()};
    static_cast<void>(sock_setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER,
                                      {reinterpret_cast<const u8*>(&fprog), sizeof fprog}, false));
}

// A value of the form that the option has.
Frame option_value(Input& input, int level, int which) {
    Frame value;
    const i32 index = some_index(input);
    const be32 group(input.flag() ? joined_group : some_address4(input));
    const u32 numbers[] = {0, 1, 1, 2, 64, 255, 1280, 65536, 0xffffffff};
    const u32 number = input.rarely(8) ? input.number() : input.pick(numbers);
    if (level == SOL_IP && which >= IP_MULTICAST_IF && which <= IP_DROP_MEMBERSHIP) {
        const be32 interface(some_address4(input));
        put(value, &group, 4);
        put(value, &interface, 4);
        if (input.flag()) put(value, &index, 4);
    } else if (level == SOL_IPV6 &&
               (which == IPV6_ADD_MEMBERSHIP || which == IPV6_DROP_MEMBERSHIP)) {
        const in6_addr address = some_address6(input);
        put(value, &address, 16);
        put(value, &index, 4);
    } else if (level == SOL_PACKET && which <= PACKET_DROP_MEMBERSHIP) {
        const u16 rest[] = {input.below(4), 6};
        put(value, &index, 4);
        put(value, rest, 4);
        put(value, peer_mac, 6);
        value.resize(16);
    } else if (level == SOL_PACKET && which == PACKET_RX_RING) {
        const u32 sizes[] = {4096, 8192, 12288, 1616, 2048, 0}, counts[] = {1, 2, 3, 4, 8, 15};
        const u32 ring[] = {input.pick(sizes), input.pick(counts), input.pick(sizes),
                            input.rarely(8) ? input.number() : input.pick(counts)};
        put(value, ring, sizeof ring);
    } else if (level == SOL_SOCKET && which == SO_BINDTODEVICE) {
        value = text(input.flag() ? "lo" : "eth0");
    } else if (input.rarely(8)) {
        value = input.bytes(64);
    } else {
        put(value, &number, 4);
        if (which == SO_LINGER || input.rarely(4)) put32(value, input.byte() << 24);
    }
    return value;
}

} // namespace

void send(Input& input, socket& sock) {
    SockaddrStorage to;
    msghdr message;
    if (input.flag()) {
        message.name = &to;
        to = name(input, message.namelen);
    }
    Frame ancillary = input.flag() ? control(input) : Frame();
    message.control = ancillary.empty() ? nullptr : ancillary.data();
    message.controllen = static_cast<u32>(ancillary.size());
    const Frame data = data_for(input, sock);
    message.iter = IovIter::of_kernel(data.data(), data.size());
    message.flags = MSG_DONTWAIT | MSG_NOSIGNAL | some_flags(input);
    static_cast<void>(sock_sendmsg(sock, message));
}

void receive(Input& input, socket& sock) {
    SockaddrStorage from;
    msghdr message;
    if (input.flag()) message.name = &from;
    Frame room(input.byte()), data(input.word());
    message.control = room.empty() ? nullptr : room.data();
    message.controllen = message.control_room = static_cast<u32>(room.size());
    message.compat = input.rarely(8);
    message.iter = IovIter::of_kernel(data.data(), data.size());
    static_cast<void>(sock_recvmsg(sock, message, MSG_DONTWAIT | some_flags(input)));
}

void option(Input& input, socket& sock) {
    const Level levels[] = {{SOL_SOCKET, 84},   {SOL_IP, 52},      {IPPROTO_TCP, 33},
                            {IPPROTO_UDP, 105}, {SOL_IPV6, 80},    {SOL_RAW, 4},
                            {SOL_PACKET, 25},   {SOL_NETLINK, 12}, {IPPROTO_ICMPV6, 4}};
    const Level choice = input.pick(levels);
    const int level = input.rarely(32) ? input.byte() : choice.level;
    const int which = input.below(static_cast<u32>(choice.names));
    // What points into the program's memory must point at something.
    if (level == SOL_SOCKET && (which == SO_ATTACH_FILTER || which == SO_ATTACH_REUSEPORT_CBPF))
        return attach(input, sock);
    Frame value = option_value(input, level, which);
    // Milliseconds that a connection without an owner may stay: not longer than the test waits.
    if (level == IPPROTO_TCP && which == TCP_USER_TIMEOUT) value.assign({1, 0, 1, 0});
    static_cast<void>(sock_setsockopt(sock, level, which, value, input.rarely(4)));
    Frame answer(input.byte());
    static_cast<void>(sock_getsockopt(sock, level, which, answer, input.rarely(4)));
}

void request(Input& input, socket& sock) {
    const u32 ranges[] = {SIOCADDRT, SIOCGIFNAME, SIOCGIFMTU, SIOCDARP, SIOCATMARK};
    const u32 command = input.rarely(8) ? SIOCETHTOOL : input.pick(ranges) + input.below(32);
    const bool compat = false; // its pointers have 32 bits: none of the host's
    // Room for the longest, struct in6_rtmsg and rtentry; pointers inside lead to readable memory.
    alignas(8) static u8 memory[4096];
    alignas(8) u8 argument[160] = {};
    const char* const names[] = {"lo", "eth0", "eth0:1", "lo:2", "tun0"};
    if (command == SIOCADDRT || command == SIOCDELRT) {
        const Frame bytes = input.bytes(120);
        std::copy(bytes.begin(), bytes.end(), argument);
        const bool v6 = sock.sk && sock.sk->family == AF_INET6;
        for (usize i = 0; i < 3 && !v6; i++) {
            const SockaddrStorage made =
                address(i == 2 ? 0xffffff00 : some_address4(input) & (i ? ~0u : 0xffffff00), 0);
            std::memcpy(argument + 8 + 16 * i, made.bytes, 16);
        }
        if (!v6) std::memset(argument + 88, 0, 8); // the device's name
    } else {
        std::strcpy(reinterpret_cast<char*>(argument), input.pick(names));
        const SockaddrStorage made = address(some_address4(input), 0);
        std::memcpy(argument + 16, made.bytes, 16);
        const u8* inside = memory;
        const u32 ethtool = input.below(80);
        const i32 room = 40 * input.below(5);
        std::memcpy(memory, &ethtool, 4);
        if (command == SIOCETHTOOL) std::memcpy(argument + 16, &inside, 8);
        if (command == SIOCGIFCONF) {
            std::memcpy(argument, &room, 4);
            std::memcpy(argument + 8, &inside, 8);
        }
        const i16 flags = static_cast<i16>(input.word());
        if (command == SIOCSIFFLAGS) std::memcpy(argument + 16, &flags, 2);
        const u32 mtu = 60 + input.word();
        if (command == SIOCSIFMTU) std::memcpy(argument + 16, &mtu, 4);
    }
    static_cast<void>(sock_ioctl(sock, command, reinterpret_cast<uptr>(argument), compat));
}

} // namespace fuzz
