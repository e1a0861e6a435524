// What a process does at a signal (sigaction(2)). The handler returns to a restorer, which is the
// system call that puts the interrupted state back.
#include <signal.h>
#include <string.h>

#include "signal_mask.h"
#include "sysdep.h"
#include "threads.h"

struct kernel_sigaction {
    sighandler_t handler;
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask[KERNEL_MASK_BYTES / sizeof(long)];
};

void __restore(void);    // sigreturn.asm: i386, handler without SA_SIGINFO
void __restore_rt(void); // sigreturn.asm

int sigaction(int signal, const struct sigaction* __restrict new,
              struct sigaction* __restrict old) {
    struct kernel_sigaction wanted, found;
    if (signal >= FIRST_INTERNAL_SIGNAL && signal <= LAST_INTERNAL_SIGNAL) {
        errno = EINVAL;
        return -1;
    }
    if (new) {
        wanted.handler = new->sa_handler;
        wanted.flags = (unsigned)new->sa_flags | SA_RESTORER;
        wanted.restorer = __restore_rt;
#ifdef __i386__
        if (!(new->sa_flags& SA_SIGINFO)) wanted.restorer = __restore;
#endif
        memcpy(wanted.mask, &new->sa_mask, KERNEL_MASK_BYTES);
    }
    long result = INLINE_SYSCALL(rt_sigaction, 4, signal, new ? &wanted : 0, old ? &found : 0,
                                 KERNEL_MASK_BYTES);
    if (result == 0 && old) {
        memset(old, 0, sizeof *old);
        old->sa_handler = found.handler;
        old->sa_flags = (int)(found.flags & ~(unsigned long)SA_RESTORER);
        old->sa_restorer = found.restorer;
        memcpy(&old->sa_mask, found.mask, KERNEL_MASK_BYTES);
    }
    return (int)result;
}

static sigset_t interrupting; // signals for which siginterrupt(3) asked

sighandler_t signal(int signal, sighandler_t handler) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;
    if (sigismember(&interrupting, signal) == 1) action.sa_flags = 0;
    sigaddset(&action.sa_mask, signal);
    return sigaction(signal, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int siginterrupt(int signal, int interrupt) {
    struct sigaction action;
    if (sigaction(signal, 0, &action) < 0) return -1;
    if (interrupt) {
        sigaddset(&interrupting, signal);
        action.sa_flags &= ~SA_RESTART;
    } else {
        sigdelset(&interrupting, signal);
        action.sa_flags |= SA_RESTART;
    }
    return sigaction(signal, &action, 0);
}
