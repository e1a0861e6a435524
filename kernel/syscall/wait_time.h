// Timeouts of the waiting calls: read in either layout, and what is left of them written back.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/base/clock.h"
#include "kernel/mem/user_copy.h"
#include "kernel/proc/user_time.h"

inline Nanoseconds time_left(Nanoseconds deadline) {
    const Nanoseconds now = clock_monotonic();
    return deadline > now ? deadline - now : 0;
}

// A timeout in user memory; Linux writes back what is left of it (poll(2), select(2)).
template <class Timespec>
class UserTimeout {
  public:
    Result<void> import(UserPtr<Timespec> from) {
        from_ = from;
        if (!from) return {};
        const Nanoseconds span = TRY(checked_span(TRY(get_user(from))));
        deadline_ = deadline_of(span);
        endless_ = span == no_deadline;
        return {};
    }
    Nanoseconds deadline() const { return deadline_; }
    // EFAULT.
    Result<void> finish() {
        if (!from_ || endless_) return {};
        const Nanoseconds left = time_left(deadline_);
        Timespec t{};
        t.tv_sec = static_cast<decltype(t.tv_sec)>(left / s_to_ns(1));
        t.tv_nsec = static_cast<decltype(t.tv_nsec)>(left % s_to_ns(1));
        return put_user(from_, t);
    }

  private:
    UserPtr<Timespec> from_;
    Nanoseconds deadline_ = no_deadline;
    bool endless_ = false;
};
