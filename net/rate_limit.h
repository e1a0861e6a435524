// A bound on how often something is done: `burst` at once, and one more each `interval`.
#pragma once

#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include <utility>

class RateLimit {
  public:
    RateLimit(u32 burst, Nanoseconds interval) : burst_(burst), interval_(interval) {}

    // When it is allowed, `refused` is how many times it wasn't since the last time that it was.
    bool allows(u32& refused) {
        const Nanoseconds now = clock_monotonic();
        const u64 fresh = filled_ == 0 ? burst_ : (now - filled_) / interval_;
        if (fresh > 0) {
            left_ = static_cast<u32>(min<u64>(burst_, left_ + fresh));
            filled_ = now;
        }
        if (left_ == 0) {
            refused_++;
            return false;
        }
        left_--;
        refused = std::exchange(refused_, 0u);
        return true;
    }

  private:
    const u32 burst_;
    const Nanoseconds interval_;
    u32 left_ = 0, refused_ = 0;
    Nanoseconds filled_ = 0;
};
