// The values that socket options take, each in its form, for the fuzz targets.
#include "tests/fuzz/arguments.h"

#include <gtest/gtest.h>

#include "kernel/uapi/in6.h"
#include "kernel/uapi/packet.h"
#include "tests/fuzz/wire.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

namespace {

u32 some_group(Input& input) { return input.flag() ? joined_group : some_address4(input); }

// A struct sockaddr_storage.
void put_stored(Input& input, Frame& value, int level, bool group) {
    SockaddrStorage stored{};
    if ((level == SOL_IPV6) != input.rarely(16)) {
        stored.bytes[0] = AF_INET6;
        const in6_addr name = group && input.flag() ? joined_group6 : some_address6(input);
        std::memcpy(stored.bytes + 8, &name, sizeof name);
    } else {
        stored = address(group ? some_group(input) : some_address4(input), 0);
    }
    put(value, stored.bytes, 128);
}

// struct ip_mreq, ip_mreqn, ip_mreq_source, ip_msfilter.
Frame membership4(Input& input, int which) {
    Frame value;
    put32(value, some_group(input));
    put32(value, some_address4(input));
    if (which == IP_MSFILTER) {
        const u32 list[] = {input.below(3), input.below(5)}; // the mode, and how many sources
        put(value, list, sizeof list);
        for (u32 i = 0; i < list[1]; i++) put32(value, some_address4(input));
    } else if (which >= IP_UNBLOCK_SOURCE && which <= IP_DROP_SOURCE_MEMBERSHIP) {
        put32(value, some_address4(input));
    } else if (input.flag()) {
        const i32 index = some_index(input);
        put(value, &index, sizeof index);
    }
    return value;
}

// struct group_req, group_source_req, group_filter: of either family.
Frame membership(Input& input, int level, int which) {
    Frame value;
    const i32 index = some_index(input);
    put(value, &index, sizeof index);
    put32(value, 0);
    put_stored(input, value, level, true);
    if (which == MCAST_MSFILTER) {
        const u32 list[] = {input.below(3), input.below(4)};
        put(value, list, sizeof list);
        for (u32 i = 0; i < list[1]; i++) put_stored(input, value, level, false);
    } else if (which != MCAST_JOIN_GROUP && which != MCAST_LEAVE_GROUP) {
        put_stored(input, value, level, false);
    }
    return value;
}

Frame for_ipv6(Input& input, int which) {
    const in6_addr address6 = some_address6(input);
    const i32 index = some_index(input);
    Frame value;
    switch (which) {
    case IPV6_ADD_MEMBERSHIP:
    case IPV6_DROP_MEMBERSHIP:
    case IPV6_JOIN_ANYCAST:
    case IPV6_LEAVE_ANYCAST:
    case IPV6_PKTINFO:
        put(value, &address6, 16);
        put(value, &index, 4);
        return value;
    case IPV6_FLOWLABEL_MGR: { // struct in6_flowlabel_req
        put(value, &address6, 16);
        put32(value, input.below(4));
        const u8 rest[] = {input.below(4), input.below(6), input.below(8), 0, 10, 0, 10, 0};
        put(value, rest, sizeof rest);
        value.resize(32);
        return value;
    }
    case IPV6_HOPOPTS:
    case IPV6_RTHDRDSTOPTS:
    case IPV6_RTHDR:
    case IPV6_DSTOPTS: { // a header of eight bytes, or more than it has
        const u8 header[] = {0, input.rarely(4) ? input.byte() : u8{0}, input.below(5), 4, 0, 0};
        put(value, header, sizeof header);
        value.resize(8 * (1 + input.below(3)));
        return value;
    }
    default:
        return value;
    }
}

Frame for_packet(Input& input, int which) {
    Frame value;
    if (which == PACKET_ADD_MEMBERSHIP || which == PACKET_DROP_MEMBERSHIP) {
        const i32 index = some_index(input);
        const u16 rest[] = {input.below(4), 6};
        put(value, &index, 4);
        put(value, rest, 4);
        put(value, peer_mac, 6);
        value.resize(16);
    } else if (which == PACKET_RX_RING) {
        const u32 sizes[] = {4096, 8192, 12288, 1616, 2048, 0}, counts[] = {1, 2, 3, 4, 8, 15};
        const u32 ring[] = {input.pick(sizes), input.pick(counts), input.pick(sizes),
                            input.rarely(8) ? input.number() : input.pick(counts)};
        put(value, ring, sizeof ring);
    }
    return value;
}

// Empty when the option takes a number.
Frame structure(Input& input, int level, int which) {
    const bool ip = level == SOL_IP || level == SOL_IPV6;
    if (ip && which >= MCAST_JOIN_GROUP && which <= MCAST_MSFILTER)
        return membership(input, level, which);
    if (level == SOL_IP && which >= IP_MULTICAST_IF && which <= IP_MSFILTER &&
        which != IP_MULTICAST_TTL && which != IP_MULTICAST_LOOP)
        return membership4(input, which);
    if (level == SOL_IPV6) return for_ipv6(input, which);
    if (level == SOL_PACKET) return for_packet(input, which);
    if (level == SOL_SOCKET && which == SO_BINDTODEVICE) return text(input.flag() ? "lo" : "eth0");
    return {};
}

} // namespace

Frame option_value(Input& input, int level, int which) {
    if (input.rarely(8)) return input.bytes(64);
    Frame value = structure(input, level, which);
    if (!value.empty()) {
        if (input.rarely(16)) value.resize(input.byte() % (value.size() + 1));
        return value;
    }
    const u32 numbers[] = {0, 1, 1, 2, 64, 255, 1280, 65536, 0xffffffff};
    const u32 number = input.rarely(8) ? input.number() : input.pick(numbers);
    put(value, &number, 4);
    if (which == SO_LINGER || input.rarely(4)) put32(value, input.byte() << 24);
    return value;
}

} // namespace fuzz
