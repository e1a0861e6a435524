// Packets of IPv6 for the fuzz targets: extension headers, neighbour and listener discovery,
// errors.
#include <gtest/gtest.h>

#include "kernel/uapi/in6.h"
#include "net/ipv4/ip.h"
#include "net/ipv6/ip6.h"
#include "tests/fuzz/wire_parts.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

namespace {

in6_addr some_target(Input& input) {
    const in6_addr targets[] = {our_global,    our_link_local, peer_global,  router6,
                                joined_group6, in6_addr(),     in6_loopback, in6_all_nodes};
    return input.pick(targets);
}

// Options of neighbour discovery (RFC 4861, section 4.6).
void put_nd_options(Input& input, Frame& body) {
    for (u8 count = input.below(5); count > 0; count--) {
        const u8 what = input.below(7);
        const u8 link[] = {
            static_cast<u8>(1 + (what & 1)), 1, 0x52, 0x55, 0x0a, 0, 2, input.below(3)};
        switch (what) {
        case 0:
        case 1:
            put(body, link, 8);
            break;
        case 2: { // a prefix
            const u32 lifetimes[] = {0, 1, 7200, 3600, ~u32{0}, 8000};
            const u8 head[] = {3, 4, static_cast<u8>(input.rarely(4) ? input.byte() : 64),
                               static_cast<u8>(input.rarely(4) ? input.byte() : 0xc0)};
            put(body, head, 4);
            put32(body, input.pick(lifetimes));
            put32(body, input.pick(lifetimes));
            put32(body, 0);
            put6(body,
                 input.rarely(4) ? some_target(input) : in6_addr(0x20010db8, input.below(3), 0, 0));
            break;
        }
        case 3: // the MTU
            put32(body, 0x05010000);
            put32(body, input.flag() ? 1280 + input.byte() : input.number());
            break;
        case 4: { // a redirected packet
            Frame quoted = input.bytes(60);
            quoted.resize(quoted.size() / 8 * 8 + 6); // behind type, length and six zeros: whole
            quoted.resize(quoted.size() + 2);
            body.push_back(4);
            body.push_back(static_cast<u8>(quoted.size() / 8 + 1));
            body.resize(body.size() + 6);
            put(body, quoted.data(), quoted.size());
            break;
        }
        default: { // any other, and lengths that aren't so
            Frame any = input.bytes(30);
            body.push_back(input.byte());
            body.push_back(static_cast<u8>(input.rarely(4) ? input.byte() : (any.size() + 9) / 8));
            any.resize((any.size() + 9) / 8 * 8 - 2);
            put(body, any.data(), any.size());
        }
        }
    }
}

Message neighbour_discovery(Input& input) {
    const u8 type = static_cast<u8>(133 + input.below(5));
    u32 rest = 0;
    Frame body;
    switch (type) {
    case 134: { // hop limit, flags, lifetime; reachable and retransmission times
        const u16 lifetimes[] = {0, 1800, 1, 9000, 0xffff};
        rest = u32{input.byte()} << 24 | u32{input.byte()} << 16 | input.pick(lifetimes);
        put32(body, input.flag() ? 0 : input.number());
        put32(body, input.flag() ? 0 : input.number());
        break;
    }
    case 136:
        rest = u32{input.byte()} << 24;
        [[fallthrough]];
    case 135:
        put6(body, some_target(input));
        break;
    case 137:
        put6(body, some_target(input));
        put6(body, some_target(input));
        break;
    default:
        break;
    }
    put_nd_options(input, body);
    return {IPPROTO_ICMPV6, icmp(type, input.rarely(32) ? 1 : 0, rest, damaged(input, body)), 255};
}

Message listener_discovery(Input& input) {
    const u8 types[] = {130, 130, 130, 131, 132, 143};
    Frame body;
    put6(body, input.flag() ? joined_group6 : some_target(input));
    const Frame more = input.bytes(40); // version 2 has more
    put(body, more.data(), more.size());
    return {IPPROTO_ICMPV6,
            icmp(input.pick(types), 0, u32{input.word()} << 16, damaged(input, body)), 1};
}

// An extension header of a kind, that leads to another.
Frame extension(Input& input, u8 kind, u8 next) {
    Frame header{next, 0};
    if (kind == 43) {
        const u8 fixed[] = {input.below(5), static_cast<u8>(input.rarely(4) ? input.byte() : 0)};
        put(header, fixed, 2);
    }
    for (u8 count = input.below(4); count > 0 && kind != 43; count--) {
        const u8 options[] = {0, 1, 5, 0x1e, 0x5e, 0x9e, 0xde, 0xc2};
        const u8 option = input.rarely(8) ? input.byte() : input.pick(options);
        header.push_back(option);
        if (option == 0) continue;
        const Frame data = input.bytes(12);
        header.push_back(static_cast<u8>(input.rarely(16) ? input.byte() : data.size()));
        put(header, data.data(), data.size());
    }
    const usize missing = (8 - header.size() % 8) % 8;
    if (missing == 1) header.push_back(0);
    if (missing > 1) { // PadN
        header.push_back(1);
        header.push_back(static_cast<u8>(missing - 2));
        header.resize(header.size() + missing - 2);
    }
    header[1] = static_cast<u8>(input.rarely(16) ? input.byte() : header.size() / 8 - 1);
    return header;
}

// Up to three extension headers in front of `protocol`; `first` is what the fixed header names.
Frame extensions(Input& input, u8 protocol, u8& first) {
    const u8 kinds[] = {0, 60, 43, 60, 59, 51};
    Frame chain;
    first = protocol;
    for (u8 count = input.rarely(3) ? 1 + input.below(3) : 0; count > 0; count--) {
        const u8 kind = input.pick(kinds);
        Frame header = extension(input, kind, first);
        put(header, chain.data(), chain.size());
        chain = header;
        first = kind;
    }
    return chain;
}

Message error6(Input& input) {
    const u8 protocols[] = {IPPROTO_UDP, IPPROTO_TCP, IPPROTO_ICMPV6, IPPROTO_UDP, 99};
    const u8 protocol = input.pick(protocols), type = static_cast<u8>(1 + input.below(4));
    u8 first;
    Frame payload = extensions(input, protocol, first);
    const Frame header = sent_header(input, protocol), more = input.bytes(60);
    put(payload, header.data(), header.size());
    put(payload, more.data(), more.size());
    const u32 mtus[] = {1280, 1400, 68, 0, 0xffff'ffff, 1500};
    const u32 rest = type == 2 ? input.pick(mtus) : input.below(64);
    const Frame quoted = ipv6(payload, first, our_global, peer_global);
    return {IPPROTO_ICMPV6, icmp(type, input.below(8), rest, damaged(input, quoted))};
}

Message message6(Input& input) {
    Message made;
    switch (input.below(8)) {
    case 0:
        made = {IPPROTO_UDP, udp(input)};
        break;
    case 1:
        made = {IPPROTO_TCP, tcp(input)};
        break;
    case 2:
    case 3:
        made = neighbour_discovery(input);
        break;
    case 4:
        made = listener_discovery(input);
        break;
    case 5:
        made = error6(input);
        break;
    case 6:
        made = {IPPROTO_ICMPV6, icmp(static_cast<u8>(128 + input.below(2)), 0,
                                     u32{echo_ident} << 16 | input.byte(), input.bytes(200))};
        break;
    default:
        made = {input.flag() ? input.byte() : u8{IPPROTO_ICMPV6}, input.bytes(200)};
    }
    if (input.rarely(16)) made.hops = input.byte();
    made.sealed = !input.rarely(32);
    return made;
}

} // namespace

std::vector<Frame> packet6(Input& input) {
    const in6_addr sources[] = {router6,    peer_global, peer_global,   router6,
                                in6_addr(), our_global,  joined_group6, in6_loopback};
    const in6_addr destinations[] = {
        our_global,    our_link_local, in6_all_nodes, ipv6_solicited_node(our_global),
        joined_group6, our_global,     peer_global,   in6_addr(0, 0, 0xffff, our_ip)};
    Message message = message6(input);
    const in6_addr source = input.pick(sources), destination = input.pick(destinations);
    const u32 length = static_cast<u32>(message.bytes.size());
    if (message.sealed)
        seal(message.bytes, message.protocol,
             ipv6_pseudo_checksum(source, destination, message.protocol, length));
    u8 first;
    Frame chain = extensions(input, message.protocol, first);
    auto frame = [&](u8 next, const Frame& payload) {
        return ethernet(ETH_P_IPV6, ipv6(payload, next, source, destination, message.hops));
    };
    if (!input.rarely(4)) {
        put(chain, message.bytes.data(), length);
        return {frame(first, chain)};
    }
    const u32 id = input.below(4);
    const bool outside = input.flag(); // the headers stand in front of the fragment's, or inside
    if (!outside) {
        put(chain, message.bytes.data(), length);
        message.bytes = chain;
    }
    std::vector<Frame> frames;
    for (const Piece& piece : pieces(input, message.bytes.size())) {
        Frame payload = outside ? chain : Frame();
        const Frame part = piece_of(message, piece);
        payload.push_back(outside ? message.protocol : first);
        payload.push_back(0);
        put16(payload, static_cast<u32>((piece.offset & 0xfff8) | (piece.more ? 1 : 0)));
        put32(payload, id);
        put(payload, part.data(), part.size());
        if (outside && !chain.empty()) payload[0] = 44;
        frames.push_back(frame(outside && !chain.empty() ? first : u8{44}, payload));
    }
    return frames;
}

Frame router_advertisement() {
    Frame body(8);
    const u8 options[] = {1, 1, 0x52, 0x55, 0x0a, 0, 2, 2, 3, 4, 64, 0xc0};
    put(body, options, sizeof options);
    put32(body, 36000);
    put32(body, 18000);
    put32(body, 0);
    put6(body, in6_addr(0x20010db8, 0, 0, 0));
    Frame message = icmp(134, 0, 64u << 24 | 9000, body);
    seal(message, IPPROTO_ICMPV6,
         ipv6_pseudo_checksum(router6, in6_all_nodes, IPPROTO_ICMPV6,
                              static_cast<u32>(message.size())));
    return ethernet(ETH_P_IPV6, ipv6(message, IPPROTO_ICMPV6, router6, in6_all_nodes, 255));
}

Frame neighbour_advertisement(const u8* address) {
    in6_addr target;
    std::memcpy(&target, address, sizeof target);
    Frame body;
    put6(body, target);
    const u8 option[] = {2, 1, 0x52, 0x55, 0x0a, 0, 2, 2};
    put(body, option, sizeof option);
    Frame message = icmp(136, 0, 0x60000000, body);
    const in6_addr& us = target.is_linklocal() ? our_link_local : our_global;
    seal(message, IPPROTO_ICMPV6,
         ipv6_pseudo_checksum(target, us, IPPROTO_ICMPV6, static_cast<u32>(message.size())));
    return ethernet(ETH_P_IPV6, ipv6(message, IPPROTO_ICMPV6, target, us, 255));
}

} // namespace fuzz
