// Options, byte by byte.
#include "net/tcp/tcp_wire.h"

namespace {

constexpr u8 option_end = 0, option_nop = 1, option_mss = 2, option_window_scale = 3,
             option_sack_permitted = 4, option_sack = 5, option_timestamp = 8;
constexpr u32 aligned_timestamp = 0x0101'080a; // two NOPs, kind 8, length 10

u32 load32(const u8* p) {
    u32 raw;
    __builtin_memcpy(&raw, p, sizeof raw);
    return be32::from_raw(raw).host();
}

u8* store32(u8* p, u32 value) {
    const u32 raw = be32(value).raw;
    __builtin_memcpy(p, &raw, sizeof raw);
    return p + 4;
}

void parse_sack(TcpOptions& result, std::span<const u8> body) {
    if (body.size() < 8 || body.size() % 8 != 0) return;
    result.sack_count = 0;
    for (usize i = 0; i + 8 <= body.size() && result.sack_count < 4; i += 8)
        result.sack[result.sack_count++] = {SeqNumber(load32(&body[i])),
                                            SeqNumber(load32(&body[i + 4]))};
}

void parse_option(TcpOptions& result, u8 kind, std::span<const u8> body, bool syn) {
    switch (kind) {
    case option_mss:
        if (syn && body.size() == 2) result.mss = static_cast<u16>(body[0] << 8 | body[1]);
        break;
    case option_window_scale: // larger shifts count as 14 (RFC 7323, section 2.3)
        if (!syn || body.size() != 1) break;
        result.has_window_scale = true;
        result.window_scale = body[0] > 14 ? 14 : body[0];
        break;
    case option_sack_permitted:
        if (syn && body.size() == 0) result.sack_permitted = true;
        break;
    case option_sack:
        parse_sack(result, body);
        break;
    case option_timestamp:
        if (body.size() != 8) break;
        result.has_timestamp = true;
        result.timestamp = load32(&body[0]);
        result.timestamp_echo = load32(&body[4]);
        break;
    }
}

} // namespace

const tcphdr* tcp_checked_header(std::span<const u8> bytes) {
    if (bytes.size() < sizeof(tcphdr)) return nullptr;
    const auto* header = reinterpret_cast<const tcphdr*>(bytes.data());
    const u32 length = header->header_length();
    if (length < sizeof(tcphdr) || length > bytes.size()) return nullptr;
    return header;
}

TcpOptions tcp_parse_options(std::span<const u8> options, bool syn) {
    TcpOptions result;
    while (!options.empty()) {
        const u8 kind = options[0];
        if (kind == option_end) break;
        if (kind == option_nop) {
            options = options.subspan(1);
            continue;
        }
        if (options.size() < 2 || options[1] < 2 || options[1] > options.size()) break;
        parse_option(result, kind, options.subspan(2, options[1] - 2u), syn);
        options = options.subspan(options[1]);
    }
    return result;
}

bool tcp_parse_timestamp_only(std::span<const u8> options, u32& timestamp, u32& echo) {
    if (options.size() != 12 || load32(&options[0]) != aligned_timestamp) return false;
    timestamp = load32(&options[4]);
    echo = load32(&options[8]);
    return true;
}

u32 tcp_build_options(u8* to, const TcpOptions& options) {
    u8* p = to;
    if (options.mss) p = store32(p, u32{option_mss} << 24 | 4 << 16 | options.mss);
    if (options.has_timestamp) {
        p = store32(p, options.sack_permitted
                           ? u32{option_sack_permitted} << 24 | 2 << 16 | option_timestamp << 8 | 10
                           : aligned_timestamp);
        p = store32(p, options.timestamp);
        p = store32(p, options.timestamp_echo);
    } else if (options.sack_permitted) {
        p = store32(p, 0x0101'0000 | option_sack_permitted << 8 | 2);
    }
    if (options.has_window_scale)
        p = store32(p, u32{option_nop} << 24 | option_window_scale << 16 | 3 << 8 |
                           options.window_scale);
    const u32 used = static_cast<u32>(p - to);
    const u32 blocks_fit = (tcp_max_options - used - 4) / 8;
    const u32 blocks = options.sack_count < blocks_fit ? options.sack_count : blocks_fit;
    if (blocks > 0) {
        p = store32(p, 0x0101'0000 | option_sack << 8 | (2 + 8 * blocks));
        for (u32 i = 0; i < blocks; i++) {
            p = store32(p, options.sack[i].begin.raw());
            p = store32(p, options.sack[i].end.raw());
        }
    }
    return static_cast<u32>(p - to);
}
