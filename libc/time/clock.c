// Clocks and sleeping (clock_gettime(2), clock_nanosleep(2), gettimeofday(2)).
#include <sys/time.h>
#include <time.h>

#include "kernel_time.h"
#include "sysdep.h"

int clock_gettime(clockid_t clock, struct timespec* time) {
    struct kernel_timespec found;
    long result = internal_syscall2(NR_TIME64(clock_gettime, clock_gettime64), clock, &found);
    if (result == 0) *time = from_kernel(found);
    return (int)__syscall_result(result);
}

int clock_settime(clockid_t clock, const struct timespec* time) {
    struct kernel_timespec wanted = to_kernel(time);
    long number = NR_TIME64(clock_settime, clock_settime64);
    return (int)__syscall_result(internal_syscall2(number, clock, &wanted));
}

int clock_getres(clockid_t clock, struct timespec* time) {
    struct kernel_timespec found;
    long number = NR_TIME64(clock_getres, clock_getres_time64);
    long result = internal_syscall2(number, clock, time ? &found : 0);
    if (result == 0 && time) *time = from_kernel(found);
    return (int)__syscall_result(result);
}

static long sleep_on(clockid_t clock, int flags, const struct timespec* time,
                     struct timespec* left) {
    struct kernel_timespec wanted = to_kernel(time), remaining = wanted;
    long result = INTERNAL_SYSCALL_CANCEL(NAME_TIME64(clock_nanosleep, clock_nanosleep_time64),
                                          clock, flags, &wanted, &remaining);
    if (result == -EINTR && left && !(flags & TIMER_ABSTIME)) *left = from_kernel(remaining);
    return result;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec* time,
                    struct timespec* left) {
    return -(int)sleep_on(clock, flags, time, left);
}

int nanosleep(const struct timespec* time, struct timespec* left) {
    return (int)__syscall_result(sleep_on(CLOCK_REALTIME, 0, time, left));
}

int timespec_get(struct timespec* time, int base) {
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}

time_t time(time_t* result) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

clock_t clock(void) {
    struct timespec used = {0, 0};
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) < 0) return -1;
    return (clock_t)(used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / 1000);
}

int gettimeofday(struct timeval* __restrict time, void* __restrict zone) {
    struct timespec now = {0, 0};
    if (zone) *(struct timezone*)zone = (struct timezone){0, 0};
    if (clock_gettime(CLOCK_REALTIME, &now) < 0) return -1;
    if (time) *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

int settimeofday(const struct timeval* time, const struct timezone* zone) {
    (void)zone; // the kernel's zone serves nothing but old hardware clocks
    if (!time) return 0;
    struct timespec wanted = {time->tv_sec, (long)time->tv_usec * 1000};
    if (time->tv_usec >= 0 && time->tv_usec < 1000000)
        return clock_settime(CLOCK_REALTIME, &wanted);
    errno = EINVAL;
    return -1;
}

double difftime(time_t end, time_t start) { return (double)(end - start); }
