// Time in the kernel: nanoseconds of the monotonic clock since boot, in 64 bits.
#pragma once

#include "kernel/base/types.h"

using Nanoseconds = u64;

constexpr Nanoseconds us_to_ns(u64 us) { return us * 1000; }
constexpr Nanoseconds ms_to_ns(u64 ms) { return ms * 1'000'000; }
constexpr Nanoseconds s_to_ns(u64 s) { return s * 1'000'000'000; }

// A deadline that never comes.
constexpr Nanoseconds no_deadline = ~u64{0};
