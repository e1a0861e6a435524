// Packets for the fuzz targets: see wire.h.
#include "tests/fuzz/wire.h"

#include <gtest/gtest.h>

#include "kernel/uapi/in6.h"
#include "net/ipv4/ip.h"
#include "net/ipv6/ip6.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

const in6_addr our_link_local(0xfe800000, 0, 0x505400ff, 0xfe123456),
    our_global(0x20010db8, 0, 0x505400ff, 0xfe123456), peer_global(0x20010db8, 0, 0, 0x99),
    router6(0xfe800000, 0, 0, 1), joined_group6(0xff050000, 0, 0, 0x77);

namespace {

// A transport header and what follows it; the checksum is put in once the addresses are known.
struct Message {
    u8 protocol = IPPROTO_UDP;
    Frame bytes;
    u8 hops = 64;
    bool sealed = true; // gets a checksum that is right
};

void put6(Frame& frame, const in6_addr& address) { put(frame, &address, sizeof address); }

// Where the checksum of a protocol's header is; nothing for others.
std::optional<usize> checksum_offset(u8 protocol) {
    switch (protocol) {
    case IPPROTO_TCP:
        return 16;
    case IPPROTO_UDP:
        return 6;
    case IPPROTO_ICMP:
    case IPPROTO_IGMP:
    case IPPROTO_ICMPV6:
        return 2;
    default:
        return std::nullopt;
    }
}

// `pseudo` is the sum of the pseudo-header.
void seal(Frame& message, u8 protocol, u32 pseudo) {
    const auto offset = checksum_offset(protocol);
    if (!offset || message.size() < *offset + 2) return;
    set16(message, *offset, 0);
    set16(message, *offset,
          checksum_fold(checksum_partial(message.data(), message.size(), pseudo)));
}

u16 port(Input& input) {
    const u16 usual[] = {bound_port, bound_port, client_port, 9};
    return input.rarely(8) ? input.word() : input.pick(usual);
}

Frame udp(Input& input) {
    Frame message;
    put16(message, port(input));
    put16(message, port(input));
    const Frame payload = input.bytes(300);
    put16(message, static_cast<u32>(input.rarely(16) ? input.word() : 8 + payload.size()));
    put16(message, 0);
    put(message, payload.data(), payload.size());
    return message;
}

Frame tcp(Input& input) {
    Frame message, options = input.bytes(40);
    options.resize((options.size() + 3) / 4 * 4);
    put16(message, port(input));
    put16(message, port(input));
    put32(message, input.number());
    put32(message, input.number());
    const usize words = input.rarely(16) ? input.below(16) : 5 + options.size() / 4;
    message.push_back(static_cast<u8>(words << 4));
    message.push_back(input.byte());
    put16(message, input.word());
    put32(message, input.flag() ? 0 : input.word());
    put(message, options.data(), options.size());
    const Frame payload = input.bytes(100);
    put(message, payload.data(), payload.size());
    return message;
}

// The transport header of something that we might have sent.
Frame sent_header(Input& input, u8 protocol) {
    if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6)
        return icmp(protocol == IPPROTO_ICMP ? 8 : 128, 0, u32{echo_ident} << 16 | 1, {});
    Frame header;
    put16(header, protocol == IPPROTO_TCP ? client_port : bound_port);
    put16(header, bound_port);
    if (protocol == IPPROTO_TCP) {
        put32(header, input.number());
        header.resize(20);
        header[12] = 0x50;
    } else {
        header.resize(8);
    }
    return header;
}

Frame damaged(Input& input, Frame bytes) {
    if (input.rarely(4) && !bytes.empty()) bytes[input.word() % bytes.size()] = input.byte();
    if (input.rarely(8)) bytes.resize(input.word() % (bytes.size() + 1));
    return bytes;
}

// What an ICMP error quotes.
Frame quote4(Input& input) {
    const u8 protocols[] = {IPPROTO_UDP, IPPROTO_TCP, IPPROTO_ICMP, IPPROTO_UDP, 99};
    const u8 protocol = input.pick(protocols);
    Frame payload = sent_header(input, protocol);
    const Frame more = input.bytes(60);
    put(payload, more.data(), more.size());
    return damaged(input,
                   ipv4(payload, {.source = our_ip, .destination = peer_ip, .protocol = protocol}));
}

Message icmp4(Input& input) {
    const u8 types[] = {3, 3, 3, 5, 8, 0, 11, 12, 13, 14, 4};
    const u8 type = input.rarely(8) ? input.byte() : input.pick(types);
    const u8 code = input.below(type == 3 ? 17 : 3);
    const bool error = type == 3 || type == 5 || type == 11 || type == 12 || type == 4;
    u32 rest = input.flag() ? u32{echo_ident} << 16 | input.below(4) : input.number();
    if (type == 5) rest = peer_ip + input.below(4); // another router
    return {IPPROTO_ICMP, icmp(type, code, rest, error ? quote4(input) : input.bytes(200))};
}

Message igmp(Input& input) {
    const u8 types[] = {0x11, 0x11, 0x12, 0x16, 0x17, 0x22};
    const u32 groups[] = {0, joined_group, 0xe0000001, 0xffffffff};
    return {IPPROTO_IGMP,
            icmp(input.pick(types), input.byte(), input.pick(groups), input.bytes(40)), 1};
}

Message message4(Input& input) {
    Message made;
    switch (input.below(5)) {
    case 0:
        made = {IPPROTO_UDP, udp(input)};
        break;
    case 1:
        made = {IPPROTO_TCP, tcp(input)};
        break;
    case 2:
        made = icmp4(input);
        break;
    case 3:
        made = igmp(input);
        break;
    default:
        made = {input.byte(), input.bytes(200)};
    }
    if (input.rarely(16)) made.hops = input.below(3);
    made.sealed = !input.rarely(32);
    return made;
}

// One fragment's place in a message.
struct Piece {
    usize offset, end;
    bool more;
};

// The message in two to four pieces, in any order; one may be missing, there twice, or overlap.
std::vector<Piece> pieces(Input& input, usize length) {
    std::vector<Piece> made;
    const usize count = 2 + input.below(3), step = (length / count + 7) / 8 * 8;
    for (usize i = 0; i < count; i++) {
        const usize begin = std::min(i * step, length), end = std::min(begin + step, length);
        made.push_back({begin, i + 1 == count ? length : end, i + 1 < count});
    }
    const u8 what = input.below(8);
    Piece& some = made[input.below(static_cast<u32>(count))];
    if (what == 1) std::swap(made.front(), some);
    if (what == 2) made.push_back(Piece(some));
    if (what == 3) some.offset += input.word() & 0xfff8;
    if (what == 4) some.more = !some.more;
    if (what == 5) made.erase(made.begin() + (&some - made.data()));
    if (what == 6 && some.offset >= 8) some.offset -= 8;
    return made;
}

Frame piece_of(const Message& message, const Piece& piece) {
    Frame bytes;
    for (usize at = piece.offset; at < piece.end; at++)
        bytes.push_back(at < message.bytes.size() ? message.bytes[at] : 0);
    return bytes;
}

} // namespace

std::vector<Frame> packet4(Input& input) {
    const u32 sources[] = {peer_ip, peer_ip,    peer_ip,    our_ip,       0x0a0002ff,
                           0,       0x08080808, 0x7f000001, joined_group, 0x0a090002};
    const u32 destinations[] = {our_ip,     our_ip,     our_ip,     joined_group, 0xe0000001,
                                0x0a0002ff, 0xffffffff, 0x08080808, peer_ip + 7,  0x0a090002};
    Message message = message4(input);
    Ip ip{.source = input.pick(sources),
          .destination = input.pick(destinations),
          .protocol = message.protocol,
          .ttl = message.hops,
          .id = input.below(4)};
    ip.options = input.rarely(4) ? input.bytes(40) : Frame();
    ip.options.resize((ip.options.size() + 3) / 4 * 4);
    const bool has_pseudo = ip.protocol == IPPROTO_TCP || ip.protocol == IPPROTO_UDP;
    const u32 length = static_cast<u32>(message.bytes.size());
    const u32 pseudo =
        ip_pseudo_checksum(be32(ip.source), be32(ip.destination), ip.protocol, length);
    if (message.sealed) seal(message.bytes, ip.protocol, has_pseudo ? pseudo : 0);
    if (!input.rarely(4)) return {ethernet(ETH_P_IP, ipv4(message.bytes, ip))};
    std::vector<Frame> frames;
    for (const Piece& piece : pieces(input, length)) {
        ip.fragment = static_cast<u16>((piece.more ? 0x2000 : 0) | (piece.offset / 8 & 0x1fff));
        frames.push_back(ethernet(ETH_P_IP, ipv4(piece_of(message, piece), ip)));
    }
    return frames;
}

// --- IPv6 ---

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

Frame ipv6(const Frame& payload, u8 next, u8 hops, const in6_addr& source,
           const in6_addr& destination) {
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
    const Frame quoted = ipv6(payload, first, 64, our_global, peer_global);
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
        return ethernet(ETH_P_IPV6, ipv6(payload, next, message.hops, source, destination));
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

// --- frames of any bytes ---

namespace {

constexpr usize link_header = 14, ipv4_header = 20, ipv6_header = 40;

void mend_transport(Frame& frame, usize at, u8 protocol, u32 pseudo) {
    Frame message(frame.begin() + static_cast<long>(at), frame.end());
    seal(message, protocol, pseudo);
    std::copy(message.begin(), message.end(), frame.begin() + static_cast<long>(at));
}

void mend_ipv4(Frame& frame) {
    if (frame.size() < link_header + ipv4_header) return;
    u8* ip = &frame[link_header];
    const usize header = (ip[0] & 15u) * 4, total = frame.size() - link_header;
    if (header < ipv4_header || header > total) return;
    ip[2] = static_cast<u8>(total >> 8);
    ip[3] = static_cast<u8>(total);
    const u8 protocol = ip[9];
    if (!(ip[6] & 0x3f) && !ip[7]) { // not a fragment
        be32 source, destination;
        std::memcpy(&source, ip + 12, 4);
        std::memcpy(&destination, ip + 16, 4);
        const bool has_pseudo = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
        const u32 bytes = static_cast<u32>(total - header);
        mend_transport(frame, link_header + header, protocol,
                       has_pseudo ? ip_pseudo_checksum(source, destination, protocol, bytes) : 0);
    }
    set16(frame, link_header + 10, 0);
    set16(frame, link_header + 10, checksum_fold(checksum_partial(ip, header, 0)));
}

void mend_ipv6(Frame& frame) {
    if (frame.size() < link_header + ipv6_header) return;
    u8* ip = &frame[link_header];
    const usize bytes = frame.size() - link_header - ipv6_header;
    ip[4] = static_cast<u8>(bytes >> 8);
    ip[5] = static_cast<u8>(bytes);
    const u8 tail[8] = {0, 0, ip[4], ip[5], 0, 0, 0, ip[6]};
    const u32 pseudo = checksum_partial(tail, sizeof tail, checksum_partial(ip + 8, 32, 0));
    mend_transport(frame, link_header + ipv6_header, ip[6], pseudo);
}

} // namespace

Frame any_frame(Input& input) {
    const u16 kinds[] = {ETH_P_IP, ETH_P_ARP, ETH_P_IPV6, 0x8100};
    const u8 choice = input.below(5);
    Frame made = ethernet(choice < 4 ? kinds[choice] : input.word(), input.bytes(1500));
    if (input.rarely(8)) return made;
    if (get16(made, 12) == ETH_P_IP) mend_ipv4(made);
    if (get16(made, 12) == ETH_P_IPV6) mend_ipv6(made);
    return made;
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
    return ethernet(ETH_P_IPV6, ipv6(message, IPPROTO_ICMPV6, 255, router6, in6_all_nodes));
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
    return ethernet(ETH_P_IPV6, ipv6(message, IPPROTO_ICMPV6, 255, target, us));
}

} // namespace fuzz
