// The end of a thread, seen from another (pthread_join(3), pthread_detach(3)).
#include <pthread.h>

#include "futex.h"
#include "threads.h"

// The kernel's wake-up when it clears tid is one for shared words. Gives up at the deadline.
static int join(struct tcb* thread, void** result, const struct deadline* deadline) {
    if (thread == THREAD_SELF) return EDEADLK;
    if (thread->join_state == THREAD_DETACHED) return EINVAL;
    int tid, error = 0;
    pthread_testcancel();
    while ((tid = __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE))) {
        if (error == ETIMEDOUT || error == EINVAL) return error;
        error = __futex_wait_cancel(&thread->tid, (unsigned)tid, 1, deadline);
    }
    if (result) *result = thread->result;
    __stack_release(thread);
    return 0;
}

int pthread_join(pthread_t id, void** result) { return join((struct tcb*)id, result, 0); }

int pthread_timedjoin_np(pthread_t id, void** result, const struct timespec* time) {
    struct deadline deadline = {CLOCK_REALTIME, time};
    return join((struct tcb*)id, result, &deadline);
}

int pthread_tryjoin_np(pthread_t id, void** result) {
    struct tcb* thread = (struct tcb*)id;
    return __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE) ? EBUSY : join(thread, result, 0);
}

int pthread_detach(pthread_t id) {
    struct tcb* thread = (struct tcb*)id;
    int state = THREAD_JOINABLE;
    if (__atomic_compare_exchange_n(&thread->join_state, &state, THREAD_DETACHED, 0,
                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return 0;
    if (state == THREAD_DETACHED) return EINVAL;
    __stack_release(thread);
    return 0;
}
