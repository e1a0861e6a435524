// Packets of IPv4, and ARP's, for the fuzz targets.
#include <gtest/gtest.h>

#include "kernel/uapi/in6.h"
#include "net/ipv4/ip.h"
#include "net/ipv6/ip6.h"
#include "tests/fuzz/wire_parts.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

namespace {

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

// Queries of all three versions, reports, leaves (RFC 3376, section 4).
Message igmp(Input& input) {
    const u8 types[] = {0x11, 0x11, 0x11, 0x12, 0x16, 0x17, 0x22};
    const u32 groups[] = {0, joined_group, filtered_group, 0xe0000001, 0xffffffff};
    const u8 type = input.pick(types);
    Frame rest;
    if (type == 0x11 && input.flag()) { // version 3: flags, interval, sources
        const u8 count = input.below(4);
        const u8 head[] = {input.byte(), input.byte(), 0, count};
        put(rest, head, sizeof head);
        for (u8 i = 0; i < count; i++) put32(rest, peer_ip + input.below(3));
        rest = damaged(input, rest);
    } else if (input.rarely(4)) {
        rest = input.bytes(40);
    }
    return {IPPROTO_IGMP, icmp(type, input.byte(), input.pick(groups), rest), 1};
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

// A question, an answer, an announcement or a probe; by whoever, about us or the peer.
Frame arp_frame(Input& input) {
    const u32 addresses[] = {peer_ip, our_ip, peer_ip + 1, 0, 0xffffffff, 0x08080808};
    Frame packet;
    put32(packet, 0x00010800);
    put32(packet, 0x06040000 | (1 + input.below(input.rarely(8) ? 255 : 2)));
    put(packet, input.rarely(8) ? our_mac : peer_mac, 6);
    put32(packet, input.pick(addresses));
    put(packet, input.flag() ? our_mac : peer_mac, 6);
    put32(packet, input.pick(addresses));
    return ethernet(ETH_P_ARP, damaged(input, packet));
}

} // namespace fuzz
