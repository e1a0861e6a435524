// Sums eight bytes at a time as two 32-bit halves in 64-bit accumulators: no carries to chase, and
// the quickest form measured under emulation.
#include "kernel/base/checksum.h"
#include "kernel/base/string.h"

namespace {

u64 load64(const u8* p) {
    u64 value;
    __builtin_memcpy(&value, p, sizeof value);
    return value;
}

u32 fold64(u64 sum) {
    sum = (sum & 0xffff'ffff) + (sum >> 32);
    sum = (sum & 0xffff'ffff) + (sum >> 32);
    return static_cast<u32>(sum);
}

// The up to seven bytes at the end, zero-extended.
u64 load_tail(const u8* p, usize bytes) {
    u64 value = 0;
    for (usize i = 0; i < bytes; i++) value |= u64{p[i]} << (8 * i);
    return (value & 0xffff'ffff) + (value >> 32);
}

template <bool Copy>
u32 run(u8* to, const u8* from, usize bytes, u32 start) {
    u64 low = start, high = 0;
    while (bytes >= 32) {
        const u64 a = load64(from), b = load64(from + 8), c = load64(from + 16),
                  d = load64(from + 24);
        if constexpr (Copy) {
            __builtin_memcpy(to, &a, 8);
            __builtin_memcpy(to + 8, &b, 8);
            __builtin_memcpy(to + 16, &c, 8);
            __builtin_memcpy(to + 24, &d, 8);
            to += 32;
        }
        low += (a & 0xffff'ffff) + (b & 0xffff'ffff) + (c & 0xffff'ffff) + (d & 0xffff'ffff);
        high += (a >> 32) + (b >> 32) + (c >> 32) + (d >> 32);
        from += 32;
        bytes -= 32;
    }
    while (bytes >= 8) {
        const u64 a = load64(from);
        if constexpr (Copy) {
            __builtin_memcpy(to, &a, 8);
            to += 8;
        }
        low += a & 0xffff'ffff;
        high += a >> 32;
        from += 8;
        bytes -= 8;
    }
    if (bytes > 0) {
        if constexpr (Copy) memcpy(to, from, bytes);
        low += load_tail(from, bytes);
    }
    return fold64(u64{fold64(low)} + high);
}

} // namespace

u32 checksum_partial(const void* data, usize bytes, u32 sum) {
    return run<false>(nullptr, static_cast<const u8*>(data), bytes, sum);
}

u32 checksum_copy(void* to, const void* from, usize bytes, u32 sum) {
    return run<true>(static_cast<u8*>(to), static_cast<const u8*>(from), bytes, sum);
}
