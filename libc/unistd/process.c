// Processes: identity, groups, control.
#include <sched.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sysdep.h"

pid_t getpid(void) { return (pid_t)INTERNAL_SYSCALL(getpid, 0); }
pid_t getppid(void) { return (pid_t)INTERNAL_SYSCALL(getppid, 0); }
pid_t gettid(void) { return (pid_t)INTERNAL_SYSCALL(gettid, 0); }
pid_t getpgid(pid_t pid) { return (pid_t)INLINE_SYSCALL(getpgid, 1, pid); }
pid_t getpgrp(void) { return getpgid(0); }
pid_t getsid(pid_t pid) { return (pid_t)INLINE_SYSCALL(getsid, 1, pid); }
int setpgid(pid_t pid, pid_t group) { return (int)INLINE_SYSCALL(setpgid, 2, pid, group); }
int setpgrp(void) { return setpgid(0, 0); }
pid_t setsid(void) { return (pid_t)INLINE_SYSCALL(setsid, 0); }
int sched_yield(void) { return (int)INLINE_SYSCALL(sched_yield, 0); }

int prctl(int option, ...) {
    va_list arguments;
    va_start(arguments, option);
    long a = va_arg(arguments, long), b = va_arg(arguments, long);
    long c = va_arg(arguments, long), d = va_arg(arguments, long);
    va_end(arguments);
    return (int)INLINE_SYSCALL(prctl, 5, option, a, b, c, d);
}

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t* set) {
    long result = INLINE_SYSCALL(sched_getaffinity, 3, pid, size, set);
    if (result < 0) return -1;
    for (size_t i = (size_t)result; i < size; i++) ((char*)set)[i] = 0;
    return 0;
}
int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t* set) {
    return (int)INLINE_SYSCALL(sched_setaffinity, 3, pid, size, set);
}
int sched_get_priority_max(int policy) {
    return (int)INLINE_SYSCALL(sched_get_priority_max, 1, policy);
}
int sched_get_priority_min(int policy) {
    return (int)INLINE_SYSCALL(sched_get_priority_min, 1, policy);
}
