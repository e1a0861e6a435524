// Blocking signals and waiting for them (sigprocmask(2), sigsuspend(2), sigwaitinfo(2)).
#include <signal.h>
#include <string.h>

#include "kernel_time.h"
#include "signal_mask.h"
#include "sysdep.h"
#include "threads.h"

// The library's own signals can't be blocked. `new` and `old` may be the same set.
int pthread_sigmask(int how, const sigset_t* __restrict new, sigset_t* __restrict old) {
    uint64_t wanted, found, internal = 3ull << (FIRST_INTERNAL_SIGNAL - 1);
    if (new) {
        memcpy(&wanted, new, sizeof wanted);
        wanted &= ~internal;
    }
    long result = INTERNAL_SYSCALL(rt_sigprocmask, 4, how, new ? &wanted : 0, old ? &found : 0,
                                   KERNEL_MASK_BYTES);
    if (result == 0 && old) {
        sigemptyset(old);
        memcpy(old, &found, sizeof found);
    }
    return INTERNAL_SYSCALL_ERRNO(result);
}

int sigprocmask(int how, const sigset_t* __restrict new, sigset_t* __restrict old) {
    return (int)__syscall_result(-pthread_sigmask(how, new, old));
}

int sigpending(sigset_t* set) {
    sigemptyset(set);
    return (int)INLINE_SYSCALL(rt_sigpending, 2, set, KERNEL_MASK_BYTES);
}

int sigsuspend(const sigset_t* set) {
    return (int)SYSCALL_CANCEL(rt_sigsuspend, set, KERNEL_MASK_BYTES);
}

int sigtimedwait(const sigset_t* __restrict set, siginfo_t* __restrict information,
                 const struct timespec* __restrict timeout) {
    struct kernel_timespec limit;
    if (timeout) limit = to_kernel(timeout);
    return (int)SYSCALL_CANCEL(NAME_TIME64(rt_sigtimedwait, rt_sigtimedwait_time64), set,
                               information, timeout ? &limit : 0, KERNEL_MASK_BYTES);
}

int sigwaitinfo(const sigset_t* __restrict set, siginfo_t* __restrict information) {
    return sigtimedwait(set, information, 0);
}

int sigwait(const sigset_t* __restrict set, int* __restrict signal) {
    int result;
    do result = sigtimedwait(set, 0, 0);
    while (result < 0 && errno == EINTR);
    if (result < 0) return errno;
    *signal = result;
    return 0;
}

int sigaltstack(const stack_t* __restrict new, stack_t* __restrict old) {
    return (int)INLINE_SYSCALL(sigaltstack, 2, new, old);
}
