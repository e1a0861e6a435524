// Which thread, and signals to one (pthread_self(3), pthread_kill(3)).
#include <pthread.h>
#include <unistd.h>

#include "sysdep.h"
#include "threads.h"

pthread_t pthread_self(void) { return (pthread_t)THREAD_SELF; }
int pthread_equal(pthread_t a, pthread_t b) { return a == b; }

int pthread_kill(pthread_t id, int signal) {
    struct tcb* thread = (struct tcb*)id;
    int tid =
        thread == THREAD_SELF ? __thread_tid() : __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE);
    if (signal < 0 || signal >= NSIG) return EINVAL;
    if (!tid) return 0; // it has ended, but its identity lives until it is joined
    long result = INTERNAL_SYSCALL(tgkill, 3, getpid(), tid, signal);
    return result == -ESRCH ? 0 : INTERNAL_SYSCALL_ERRNO(result);
}
