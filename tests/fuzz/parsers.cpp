// Fuzz target: each function of net/ that reads bytes from the wire or from the command line,
// alone. The first byte chooses it; the rest are its bytes, in a buffer of their own, so that one
// byte too far is seen.
#include <gtest/gtest.h>

#include "net/arp_packet.h"
#include "net/ipv4/ip_internal.h"
#include "net/netconfig.h"
#include "net/tcp/tcp_wire.h"
#include "tests/fuzz/fuzz.h"

namespace {

using Bytes = std::span<u8>;

void arp(Bytes bytes) { static_cast<void>(arp_parse(bytes)); }

void ip_options(Bytes bytes) {
    if (bytes.size() > 40 || bytes.size() % 4) return; // the header's length says so
    u8 bad;
    bool source_routed;
    static_cast<void>(ip_options_check_outgoing(bytes));
    if (!ip_options_check(bytes, bad, source_routed)) {
        EXPECT_LE(bad, 20 + bytes.size());
        return;
    }
    ip_options_fill(bytes, be32(0x0a000001));
    EXPECT_TRUE(ip_options_check(bytes, bad, source_routed));
    EXPECT_LE(ip_options_for_fragment(bytes), bytes.size());
}

void tcp_header(Bytes bytes) {
    const tcphdr* header = tcp_checked_header(bytes);
    if (!header) return;
    const std::span<const u8> options =
        bytes.subspan(sizeof(tcphdr), header->header_length() - sizeof(tcphdr));
    const TcpOptions parsed = tcp_parse_options(options, header->flags & th_syn);
    EXPECT_LE(parsed.sack_count, 4);
    u32 stamp, echo;
    if (tcp_parse_timestamp_only(options, stamp, echo)) {
        EXPECT_TRUE(parsed.has_timestamp);
        EXPECT_EQ(parsed.timestamp, stamp);
        EXPECT_EQ(parsed.timestamp_echo, echo);
    }
}

void command_line(Bytes bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    static_cast<void>(parse_netconfig(text));
    static_cast<void>(find_netconfig(text));
    be32 address;
    static_cast<void>(parse_ipv4(text, address));
}

constexpr void (*parsers[])(Bytes) = {arp, ip_options, tcp_header, command_line};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
    if (size == 0) return 0;
    std::vector<u8> bytes(data + 1, data + size);
    bytes.shrink_to_fit();
    parsers[*data % std::size(parsers)](bytes);
    return 0;
}
