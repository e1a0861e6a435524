// Sleeping on a word. See futex.h.
#include "futex.h"

#include "kernel_time.h"

static int result_of(long result) {
    return result == 0 || result == -EAGAIN ? 0 : INTERNAL_SYSCALL_ERRNO(result);
}

int __deadline_check(const struct deadline* deadline) {
    if (!deadline || !deadline->time) return 0;
    long nanoseconds = deadline->time->tv_nsec;
    int good = is_waiting_clock(deadline->clock) && nanoseconds >= 0 && nanoseconds < 1000000000;
    return good ? 0 : EINVAL;
}

// Fills `limit` and returns 0, or says why there is nothing to wait for.
static int check(const struct deadline* deadline, struct kernel_timespec* limit) {
    if (!deadline || !deadline->time) return 0;
    if (deadline->time->tv_sec < 0) return ETIMEDOUT; // the kernel takes no time before 1970
    *limit = to_kernel(deadline->time);
    return __deadline_check(deadline);
}

// FUTEX_WAIT_BITSET, because its time is a point on a clock; FUTEX_WAIT's is a distance.
static int operation(int shared, const struct deadline* deadline) {
    int operation = FUTEX_WAIT_BITSET | (shared ? 0 : FUTEX_PRIVATE_FLAG);
    if (deadline && deadline->time && deadline->clock == CLOCK_REALTIME)
        operation |= FUTEX_CLOCK_REALTIME;
    return operation;
}

int __futex_wait(const volatile void* word, unsigned value, int shared,
                 const struct deadline* deadline) {
    struct kernel_timespec limit;
    int error = check(deadline, &limit);
    if (error) return error;
    return result_of(internal_syscall6(NR_TIME64(futex, futex_time64), word,
                                       operation(shared, deadline), value,
                                       deadline && deadline->time ? &limit : 0, 0, -1));
}

int __futex_wait_cancel(const volatile void* word, unsigned value, int shared,
                        const struct deadline* deadline) {
    struct kernel_timespec limit;
    int error = check(deadline, &limit);
    if (error) return error;
    return result_of(INTERNAL_SYSCALL_CANCEL(NAME_TIME64(futex, futex_time64), word,
                                             operation(shared, deadline), value,
                                             deadline && deadline->time ? &limit : 0, 0, -1));
}
