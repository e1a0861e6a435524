// Arithmetic that <algorithm> would give a hosted program.
#pragma once

#include "kernel/base/types.h"

template <class T>
constexpr T min(T a, T b) {
    return b < a ? b : a;
}
template <class T>
constexpr T max(T a, T b) {
    return a < b ? b : a;
}
template <class T>
constexpr T clamp(T value, T low, T high) {
    return value < low ? low : (high < value ? high : value);
}

// `alignment` is a power of two.
constexpr u64 align_up(u64 value, u64 alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}
constexpr u64 align_down(u64 value, u64 alignment) { return value & ~(alignment - 1); }
constexpr u64 div_up(u64 value, u64 by) { return (value + by - 1) / by; }
