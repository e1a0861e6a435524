// Network byte order as types: a be16 or be32 can't be mixed up with a number of the host.
#pragma once

#include "kernel/base/types.h"

template <class T>
struct BigEndian {
    T raw; // as it lies in memory

    BigEndian() = default;
    constexpr explicit BigEndian(T host) : raw(swap(host)) {}
    constexpr T host() const { return swap(raw); }
    static constexpr BigEndian from_raw(T raw) {
        BigEndian value;
        value.raw = raw;
        return value;
    }
    constexpr bool operator==(const BigEndian&) const = default;

  private:
    static constexpr T swap(T value) {
        if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
        if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
        if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
    }
};

using be16 = BigEndian<u16>;
using be32 = BigEndian<u32>;
using be64 = BigEndian<u64>;
