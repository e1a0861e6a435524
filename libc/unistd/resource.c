// Limits, usage and priority (getrlimit(2), getrusage(2), getpriority(2)).
#include <sys/resource.h>
#include <sys/times.h>
#include <unistd.h>

#include "rusage.h"
#include "sysdep.h"

int prlimit(pid_t pid, int resource, const struct rlimit* new, struct rlimit* old) {
    return (int)INLINE_SYSCALL(prlimit64, 4, pid, resource, new, old);
}
int getrlimit(int resource, struct rlimit* limit) { return prlimit(0, resource, 0, limit); }
int setrlimit(int resource, const struct rlimit* limit) { return prlimit(0, resource, limit, 0); }

int getrusage(int who, struct rusage* usage) {
    struct kernel_rusage found;
    if (INLINE_SYSCALL(getrusage, 2, who, &found) < 0) return -1;
    rusage_from_kernel(usage, &found);
    return 0;
}

// The kernel gives 1 … 40 for 19 … −20, so that no result looks like an error.
int getpriority(int which, id_t who) {
    long result = INLINE_SYSCALL(getpriority, 2, which, who);
    return result < 0 ? -1 : 20 - (int)result;
}
int setpriority(int which, id_t who, int value) {
    return (int)INLINE_SYSCALL(setpriority, 3, which, who, value);
}

int nice(int increment) {
    errno = 0;
    int now = getpriority(PRIO_PROCESS, 0);
    if (now == -1 && errno) return -1;
    int wanted = now + increment;
    if (wanted > 19) wanted = 19;
    if (wanted < -20) wanted = -20;
    if (setpriority(PRIO_PROCESS, 0, wanted) < 0) {
        if (errno == EACCES) errno = EPERM;
        return -1;
    }
    return wanted;
}

clock_t times(struct tms* buffer) { return INTERNAL_SYSCALL(times, 1, buffer); }
