// Packets for the fuzz targets: what both families share, and frames of any bytes.
#include <gtest/gtest.h>

#include "kernel/uapi/in6.h"
#include "net/ipv4/ip.h"
#include "net/ipv6/ip6.h"
#include "tests/fuzz/wire_parts.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

const in6_addr our_link_local(0xfe800000, 0, 0x505400ff, 0xfe123456),
    our_global(0x20010db8, 0, 0x505400ff, 0xfe123456), peer_global(0x20010db8, 0, 0, 0x99),
    router6(0xfe800000, 0, 0, 1), joined_group6(0xff050000, 0, 0, 0x77);

namespace {

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

u16 port(Input& input) {
    const u16 usual[] = {bound_port, bound_port, client_port, 9};
    return input.rarely(8) ? input.word() : input.pick(usual);
}

} // namespace

void seal(Frame& message, u8 protocol, u32 pseudo) {
    const auto offset = checksum_offset(protocol);
    if (!offset || message.size() < *offset + 2) return;
    set16(message, *offset, 0);
    set16(message, *offset,
          checksum_fold(checksum_partial(message.data(), message.size(), pseudo)));
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

} // namespace fuzz
