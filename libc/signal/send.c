// Sending signals (kill(2), tgkill(2), sigqueue(3)).
#include <signal.h>
#include <unistd.h>

#include "sysdep.h"

int kill(pid_t pid, int signal) { return (int)INLINE_SYSCALL(kill, 2, pid, signal); }
int tgkill(pid_t group, pid_t thread, int signal) {
    return (int)INLINE_SYSCALL(tgkill, 3, group, thread, signal);
}
int raise(int signal) { return tgkill(getpid(), gettid(), signal); }

int killpg(pid_t group, int signal) {
    if (group >= 0) return kill(-group, signal);
    errno = EINVAL;
    return -1;
}

int sigqueue(pid_t pid, int signal, const union sigval value) {
    siginfo_t information = {.si_signo = signal, .si_code = SI_QUEUE};
    information.si_pid = getpid();
    information.si_uid = getuid();
    information.si_value = value;
    return (int)INLINE_SYSCALL(rt_sigqueueinfo, 3, pid, signal, &information);
}
