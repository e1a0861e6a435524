// Times as the kernel's 64-bit calls take them: both members have 64 bits, on i386 too, where a C
// timespec's nanoseconds have 32 and padding that may hold anything.
#pragma once
#include <time.h>

struct kernel_timespec {
    int64_t seconds, nanoseconds;
};

static inline struct kernel_timespec to_kernel(const struct timespec* time) {
    return (struct kernel_timespec){time->tv_sec, time->tv_nsec};
}
static inline struct timespec from_kernel(struct kernel_timespec time) {
    return (struct timespec){time.seconds, (long)time.nanoseconds};
}

// The calls with 64-bit times have names of their own in i386's table.
#ifdef __x86_64__
#define NAME_TIME64(plain, time64) plain
#else
#define NAME_TIME64(plain, time64) time64
#endif
#define NR_TIME64(plain, time64) __JOIN(__NR_, NAME_TIME64(plain, time64))
