// IP options (RFC 791, section 3.1). Record route and timestamp are honoured, source routes are
// recognised and refused, others pass through untouched.
#include "kernel/base/string.h"
#include "net/ipv4/ip_internal.h"

namespace {

constexpr u8 option_end = 0, option_noop = 1, option_record_route = 7, option_timestamp = 68,
             option_router_alert = 148, option_loose_route = 131, option_strict_route = 137;
constexpr u8 copied = 0x80;

// Calls visit(type, offset, length) for each option that has a length; false when one is
// malformed, `bad` being where.
template <class Visit>
bool walk(std::span<const u8> options, u8& bad, Visit visit) {
    usize at = 0;
    while (at < options.size() && options[at] != option_end) {
        if (options[at] == option_noop) {
            at++;
            continue;
        }
        bad = static_cast<u8>(at);
        if (at + 1 >= options.size() || options[at + 1] < 2 ||
            at + options[at + 1] > options.size())
            return false;
        if (!visit(options[at], at, options[at + 1])) return false;
        at += options[at + 1];
    }
    return true;
}

bool is_source_route(u8 type) { return type == option_loose_route || type == option_strict_route; }

u32 milliseconds_since_midnight() {
    return static_cast<u32>(clock_realtime() / 1'000'000 % 86'400'000);
}

void put32(u8* at, u32 value) {
    const be32 wire(value);
    memcpy(at, &wire, sizeof wire);
}

void record_route(u8* option, u8 length, be32 address) {
    const u8 pointer = option[2]; // from 1
    if (pointer < 4 || pointer + 3 > length) return;
    memcpy(option + pointer - 1, &address, 4);
    option[2] = static_cast<u8>(pointer + 4);
}

void record_time(u8* option, u8 length, be32 address) {
    const u8 pointer = option[2], flag = option[3] & 15;
    const u8 size = flag == 0 ? 4 : 8;
    if (pointer < 5) return;
    if (pointer - 1 + size > length) { // full: count the hops that missed
        if (option[3] >> 4 < 15) option[3] = static_cast<u8>(option[3] + 16);
        return;
    }
    u8* at = option + pointer - 1;
    if (flag == 1) memcpy(at, &address, 4);
    if (flag == 3 && memcmp(at, &address, 4) != 0) return; // prespecified, and not us
    put32(at + size - 4, milliseconds_since_midnight());
    option[2] = static_cast<u8>(pointer + size);
}

} // namespace

bool ip_options_check(std::span<const u8> options, u8& bad_byte, bool& source_routed) {
    source_routed = false;
    return walk(options, bad_byte, [&](u8 type, usize, u8 length) {
        if (is_source_route(type)) source_routed = true;
        if (type == option_record_route || is_source_route(type)) return length >= 3;
        if (type == option_timestamp) return length >= 4;
        return true;
    });
}

Result<void> ip_options_check_outgoing(std::span<const u8> options) {
    u8 bad = 0;
    bool source_routed = false;
    if (!ip_options_check(options, bad, source_routed)) return Errno{EINVAL};
    if (source_routed) return Errno{EPERM};
    const bool all_known = walk(options, bad, [](u8 type, usize, u8) {
        return type == option_record_route || type == option_timestamp ||
               type == option_router_alert;
    });
    if (!all_known && !socket_credentials().net_admin) return Errno{EINVAL};
    return {};
}

usize ip_options_length(std::span<const u8> options) {
    u8 bad = 0;
    usize end = 0;
    walk(options, bad, [&](u8, usize at, u8 length) {
        end = at + length;
        return true;
    });
    while (end < options.size() && options[end] == option_noop) end++;
    return end;
}

void ip_options_fill(std::span<u8> options, be32 address) {
    u8 bad = 0;
    walk(options, bad, [&](u8 type, usize at, u8 length) {
        u8* option = options.data() + at;
        if (type == option_record_route) record_route(option, length, address);
        if (type == option_timestamp) record_time(option, length, address);
        return true;
    });
}

u8 ip_options_for_fragment(std::span<u8> options) {
    u8 kept[40] = {};
    u8 bytes = 0, bad = 0;
    walk(options, bad, [&](u8 type, usize at, u8 length) {
        if (!(type & copied)) return true;
        memcpy(kept + bytes, options.data() + at, length);
        bytes = static_cast<u8>(bytes + length);
        return true;
    });
    bytes = static_cast<u8>((bytes + 3) & ~3);
    memcpy(options.data(), kept, bytes);
    return bytes;
}
