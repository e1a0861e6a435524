// Waiting for several descriptors: poll(2), select(2), epoll(7).
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include "kernel_time.h"
#include "signal_mask.h"
#include "sysdep.h"

int poll(struct pollfd* fds, nfds_t count, int timeout) {
    return (int)SYSCALL_CANCEL(poll, fds, count, timeout);
}

int ppoll(struct pollfd* fds, nfds_t count, const struct timespec* timeout, const sigset_t* mask) {
    struct kernel_timespec limit;
    if (timeout) limit = to_kernel(timeout);
    return (int)SYSCALL_CANCEL(NAME_TIME64(ppoll, ppoll_time64), fds, count, timeout ? &limit : 0,
                               mask, KERNEL_MASK_BYTES);
}

static int wait_select(int count, fd_set* in, fd_set* out, fd_set* except,
                       struct kernel_timespec* limit, const sigset_t* mask) {
    struct {
        const sigset_t* set;
        size_t length;
    } signals = {mask, KERNEL_MASK_BYTES};
    return (int)SYSCALL_CANCEL(NAME_TIME64(pselect6, pselect6_time64), count, in, out, except,
                               limit, &signals);
}

int select(int count, fd_set* __restrict in, fd_set* __restrict out, fd_set* __restrict except,
           struct timeval* __restrict timeout) {
    if (!timeout) return wait_select(count, in, out, except, 0, 0);
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0) {
        errno = EINVAL;
        return -1;
    }
    struct kernel_timespec limit = {timeout->tv_sec + timeout->tv_usec / 1000000,
                                    timeout->tv_usec % 1000000 * 1000};
    int result = wait_select(count, in, out, except, &limit, 0);
    *timeout =
        (struct timeval){limit.seconds, limit.nanoseconds / 1000}; // what is left, as Linux's
    return result;
}

int pselect(int count, fd_set* __restrict in, fd_set* __restrict out, fd_set* __restrict except,
            const struct timespec* __restrict timeout, const sigset_t* __restrict mask) {
    struct kernel_timespec limit;
    if (timeout) limit = to_kernel(timeout);
    return wait_select(count, in, out, except, timeout ? &limit : 0, mask);
}

int epoll_create1(int flags) { return (int)INLINE_SYSCALL(epoll_create1, 1, flags); }
int epoll_create(int size) { return (int)INLINE_SYSCALL(epoll_create, 1, size); }
int epoll_ctl(int fd, int operation, int target, struct epoll_event* event) {
    return (int)INLINE_SYSCALL(epoll_ctl, 4, fd, operation, target, event);
}
int epoll_wait(int fd, struct epoll_event* events, int count, int timeout) {
    return (int)SYSCALL_CANCEL(epoll_wait, fd, events, count, timeout);
}
int epoll_pwait(int fd, struct epoll_event* events, int count, int timeout, const sigset_t* mask) {
    return (int)SYSCALL_CANCEL(epoll_pwait, fd, events, count, timeout, mask, KERNEL_MASK_BYTES);
}

int signalfd(int fd, const sigset_t* mask, int flags) {
    return (int)INLINE_SYSCALL(signalfd4, 4, fd, mask, KERNEL_MASK_BYTES, flags);
}

int timerfd_create(int clock, int flags) {
    return (int)INLINE_SYSCALL(timerfd_create, 2, clock, flags);
}

struct kernel_itimerspec {
    struct kernel_timespec interval, value;
};

static struct itimerspec timer_from(const struct kernel_itimerspec* timer) {
    return (struct itimerspec){from_kernel(timer->interval), from_kernel(timer->value)};
}

int timerfd_settime(int fd, int flags, const struct itimerspec* new, struct itimerspec* old) {
    struct kernel_itimerspec wanted = {to_kernel(&new->it_interval), to_kernel(&new->it_value)};
    struct kernel_itimerspec found;
    long number = NR_TIME64(timerfd_settime, timerfd_settime64);
    long result = internal_syscall4(number, fd, flags, &wanted, old ? &found : 0);
    if (result == 0 && old) *old = timer_from(&found);
    return (int)__syscall_result(result);
}

int timerfd_gettime(int fd, struct itimerspec* timer) {
    struct kernel_itimerspec found;
    long result = internal_syscall2(NR_TIME64(timerfd_gettime, timerfd_gettime64), fd, &found);
    if (result == 0) *timer = timer_from(&found);
    return (int)__syscall_result(result);
}
