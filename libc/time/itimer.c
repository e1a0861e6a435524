// Interval timers (setitimer(2)); the kernel's struct has times of a long's width.
#include <sys/time.h>

#include "sysdep.h"

struct kernel_itimerval {
    long interval_seconds, interval_microseconds, seconds, microseconds;
};

static struct itimerval timer_from(const struct kernel_itimerval* timer) {
    return (struct itimerval){{timer->interval_seconds, timer->interval_microseconds},
                              {timer->seconds, timer->microseconds}};
}

int getitimer(int which, struct itimerval* timer) {
    struct kernel_itimerval found;
    if (INLINE_SYSCALL(getitimer, 2, which, &found) < 0) return -1;
    *timer = timer_from(&found);
    return 0;
}

int setitimer(int which, const struct itimerval* __restrict new, struct itimerval* __restrict old) {
    struct kernel_itimerval wanted, found;
    if (new)
        wanted =
            (struct kernel_itimerval){(long)new->it_interval.tv_sec, (long)new->it_interval.tv_usec,
                                      (long)new->it_value.tv_sec, (long)new->it_value.tv_usec};
    if (INLINE_SYSCALL(setitimer, 3, which, new ? &wanted : 0, old ? &found : 0) < 0) return -1;
    if (old) *old = timer_from(&found);
    return 0;
}
