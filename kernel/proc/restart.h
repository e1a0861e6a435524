// Restarting system calls that a signal interrupted. These codes never reach user code: on the way
// out deliver_signals() turns them into EINTR or runs the call again. The numbers are Linux's
// (include/linux/errno.h), so that a tracer sees what it expects.
#pragma once

#include "kernel/base/result.h"
#include "kernel/sched/thread.h"

#define ERESTARTSYS 512           // again, unless a handler without SA_RESTART runs
#define ERESTARTNOINTR 513        // again, whatever the handler
#define ERESTARTNOHAND 514        // again only when no handler runs
#define ERESTART_RESTARTBLOCK 516 // as ERESTARTNOHAND, but by restart_syscall with what is left

// The way out looks at the code only when there is work pending, so mark it.
inline Errno restart_with(int code) {
    current_thread().signal_pending = true;
    return Errno{code};
}

// What a call returns that Linux restarts (read, write, accept, wait4, ioctl, futex …): EINTR
// becomes ERESTARTSYS.
template <class T>
Result<T> restart_if_interrupted(Result<T> result) {
    if (!result.ok() && result.error().code == EINTR) return restart_with(ERESTARTSYS);
    return result;
}
