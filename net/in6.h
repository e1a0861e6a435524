// An Internet address of either family, in the form that both share: IPv6's 128 bits (RFC 4291), in
// which an IPv4 address lies mapped, as ::ffff:a.b.c.d (section 2.5.5.2). So sockets, ports and
// connections of both families stand in the same tables, and a socket of AF_INET6 that speaks IPv4
// needs nothing of its own.
#pragma once

#include "kernel/base/endian.h"

struct in6_addr {
    be32 words[4]{be32(0), be32(0), be32(0), be32(0)};

    constexpr in6_addr() = default;
    constexpr in6_addr(be32 v4) : words{be32(0), be32(0), be32(0xffff), v4} {}
    constexpr in6_addr(u32 a, u32 b, u32 c, u32 d) : words{be32(a), be32(b), be32(c), be32(d)} {}

    u64 high() const { return load(0); }
    u64 low() const { return load(2); }
    bool operator==(const in6_addr& other) const {
        return ((high() ^ other.high()) | (low() ^ other.low())) == 0;
    }
    // Which "no address" is meant must be said: is_any() or v4().
    bool operator==(be32) const = delete;

    bool is_v4() const { return high() == 0 && words[2].raw == be32(0xffff).raw; }
    // The IPv4 address in it; 0 when there is none.
    be32 v4() const { return is_v4() ? words[3] : be32(0); }
    // ::, all of IPv6 (and of IPv4, unless the socket says IPV6_V6ONLY).
    bool is_unspecified() const { return (high() | low()) == 0; }
    // No address of either family: :: or 0.0.0.0.
    bool is_any() const {
        return high() == 0 && words[3].raw == 0 &&
               (words[2].raw == 0 || words[2].raw == be32(0xffff).raw);
    }
    bool is_loopback() const { return *this == in6_addr(0, 0, 0, 1); }
    bool is_multicast() const { return words[0].host() >> 24 == 0xff; }
    bool is_linklocal() const { return words[0].host() >> 22 == 0xfe80 >> 6; }
    bool is_sitelocal() const { return words[0].host() >> 22 == 0xfec0 >> 6; }
    // Of a group: how far it reaches (RFC 4291, section 2.7): 1 this interface, 2 this link.
    u32 group_scope() const { return words[0].host() >> 16 & 15; }
    // Means something on one link only, so that a scope id must say which.
    bool needs_scope() const {
        return is_linklocal() || (is_multicast() && (group_scope() == 1 || group_scope() == 2));
    }

  private:
    u64 load(u32 word) const {
        u64 value;
        __builtin_memcpy(&value, &words[word], sizeof value);
        return value;
    }
};
static_assert(sizeof(in6_addr) == 16);

// Do the first `length` bits agree?
inline bool in6_prefix_equal(const in6_addr& a, const in6_addr& b, u32 length) {
    for (u32 i = 0; i < 4; i++, length -= 32) {
        if (length < 32) {
            const u32 mask = length == 0 ? 0 : ~u32{0} << (32 - length);
            return ((a.words[i].host() ^ b.words[i].host()) & mask) == 0;
        }
        if (a.words[i] != b.words[i]) return false;
    }
    return true;
}
// The first `length` bits, zeros behind.
inline in6_addr in6_prefix(const in6_addr& address, u32 length) {
    in6_addr result;
    for (u32 i = 0; i < 4; i++) {
        const u32 bits = length > 32 * i ? length - 32 * i : 0;
        const u32 mask = bits == 0 ? 0 : bits >= 32 ? ~u32{0} : ~u32{0} << (32 - bits);
        result.words[i] = be32(address.words[i].host() & mask);
    }
    return result;
}
