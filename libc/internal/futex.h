// Waiting and waking by futex(2), for everything in libc/thread.
#pragma once
#include <limits.h>
#include <time.h>
#include <uapi/process.h>

#include "sysdep.h"

// A point on a clock; null where one is expected: for ever.
struct deadline {
    clockid_t clock; // CLOCK_REALTIME or CLOCK_MONOTONIC
    const struct timespec* time;
};

static inline int is_waiting_clock(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
}

// 0, or EINVAL for a deadline that is no time. Locks that look at it first, as glibc's do, refuse
// it also where nobody has to wait.
int __deadline_check(const struct deadline*);

// Sleeps while *word is `value`. Returns 0 when woken or when the word is another already (the
// caller looks again), EINTR, ETIMEDOUT, or EINVAL for a deadline that is no time. `shared`: the
// word may lie in memory that processes share.
int __futex_wait(const volatile void* word, unsigned value, int shared,
                 const struct deadline* deadline);
// The same as a cancellation point.
int __futex_wait_cancel(const volatile void* word, unsigned value, int shared,
                        const struct deadline* deadline);

static inline void futex_wake(volatile void* word, int count, int shared) {
    INTERNAL_SYSCALL(futex, 3, word, FUTEX_WAKE | (shared ? 0 : FUTEX_PRIVATE_FLAG), count);
}
