// Messages of rtnetlink for the fuzz targets.
#include "tests/fuzz/arguments.h"

#include <gtest/gtest.h>

#include "net/ipv6/ip6.h"
#include "net/netlink/netlink_sock.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

namespace {

void put_attribute(Frame& message, u16 type, const Frame& value, u16 length) {
    put(message, &length, 2);
    put(message, &type, 2);
    put(message, value.data(), value.size());
    message.resize(nl_align(message.size()));
}

// What an attribute may hold: an address, a device, a number, a name, a link address, lifetimes.
Frame attribute_value(Input& input, bool v6) {
    Frame value;
    const be32 address4(some_address4(input) & (input.flag() ? 0xffffffff : 0xffff0000));
    const in6_addr address6 = some_address6(input), prefix = in6_prefix(address6, 64);
    const i32 index = some_index(input);
    const u32 numbers[] = {0, 1, 254, 255, 1400, 0xffffffff, 65536};
    const u32 number = input.pick(numbers);
    switch (input.below(8)) {
    case 0:
    case 1:
    case 2:
        if (v6)
            put(value, input.flag() ? &address6 : &prefix, 16);
        else
            put(value, &address4, 4);
        break;
    case 3:
        put(value, &index, 4);
        break;
    case 4:
        put(value, &number, 4);
        if (input.rarely(4)) value.resize(16); // struct ifa_cacheinfo begins with two such
        break;
    case 5: {
        const char* const names[] = {"eth0", "eth0:1", "lo", "eth9", "tun0"};
        value = text(input.pick(names));
        value.push_back(0);
        break;
    }
    case 6:
        put(value, peer_mac, 6);
        break;
    default:
        value = input.bytes(24);
    }
    return value;
}

Frame body_of(Input& input, u16 type, u8 family) {
    const i32 index = some_index(input);
    const u8 longest = family == AF_INET6 ? 130 : 34;
    Frame body{family};
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
        const u8 rest[] = {input.below(longest), input.byte(), input.byte()};
        put(body, rest, 3);
        put(body, &index, 4);
        break;
    }
    case 2: { // struct rtmsg
        const u8 tables[] = {0, 254, 255, 254}, types[] = {1, 1, 2, 3, 6, 7, 8, 0};
        const u8 rest[] = {input.below(longest),
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
    const u8 families[] = {AF_INET, AF_INET6, AF_INET6, 0};
    const u8 family = input.rarely(8) ? input.byte() : input.pick(families);
    Frame body = body_of(input, type, family);
    for (u8 count = input.below(6); count > 0; count--) {
        const u16 kind = static_cast<u16>(1 + input.below(input.rarely(8) ? 70 : 10));
        Frame value = attribute_value(input, family == AF_INET6);
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

} // namespace fuzz
