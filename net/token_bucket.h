// How often something may happen: tokens that are used up and come back with time.
#pragma once

#include "kernel/base/clock.h"
#include "kernel/base/math.h"

struct TokenBucket {
    u32 tokens = 0;
    Nanoseconds filled = 0;

    bool take(u32 burst, Nanoseconds interval) {
        const Nanoseconds now = clock_monotonic();
        if (filled == 0) {
            tokens = burst;
            filled = now;
        }
        const u64 fresh = (now - filled) / interval;
        if (fresh > 0) {
            tokens = static_cast<u32>(min<u64>(burst, tokens + fresh));
            filled = now;
        }
        if (tokens == 0) return false;
        tokens--;
        return true;
    }
};
