// The TCP header on the wire (RFC 9293, section 3.1) and its options: parsed from bytes whose
// length is checked first, built into bytes that are reserved.
#pragma once

#include "kernel/base/endian.h"
#include "net/tcp/sequence.h"
#include <optional>
#include <span>

constexpr u8 th_fin = 1, th_syn = 2, th_rst = 4, th_psh = 8, th_ack = 16, th_urg = 32, th_ece = 64,
             th_cwr = 128;

struct tcphdr {
    be16 source, destination;
    be32 sequence, acknowledgment;
    u8 data_offset; // 4 bits header length in 32-bit words, 4 bits reserved
    u8 flags;
    be16 window;
    u16 check; // in memory order
    be16 urgent;
    u32 header_length() const { return (data_offset >> 4) * 4u; }
};
static_assert(sizeof(tcphdr) == 20);
constexpr u32 tcp_checksum_offset = 16;
constexpr u32 tcp_max_options = 40;

// The header of a segment of `bytes` bytes; null when they don't hold one with all its options.
const tcphdr* tcp_checked_header(std::span<const u8> bytes);

struct SackBlock {
    SeqNumber begin, end;
    constexpr u32 length() const { return seq_length(begin, end); }
    constexpr bool empty() const { return begin == end; }
};

// RFC 9293 (MSS), RFC 7323 (window scale, timestamps), RFC 2018 (SACK).
struct TcpOptions {
    bool has_timestamp = false, has_window_scale = false, sack_permitted = false;
    u8 window_scale = 0;
    u8 sack_count = 0;
    u16 mss = 0; // 0: none given
    u32 timestamp = 0, timestamp_echo = 0;
    SackBlock sack[4] = {};
};

// What `options` say; those of a SYN alone are read only when `syn`. A malformed rest is passed
// over (RFC 9293, section 3.1, MUST-7).
TcpOptions tcp_parse_options(std::span<const u8> options, bool syn);
// The aligned timestamp option alone, as most segments carry it; false for anything else.
bool tcp_parse_timestamp_only(std::span<const u8> options, u32& timestamp, u32& echo);
// Writes them, padded to a multiple of four, into room for tcp_max_options. Returns the length.
u32 tcp_build_options(u8* to, const TcpOptions& options);
