// Barriers (pthread_barrier_wait(3p)): who comes last lets all through.
#include <pthread.h>
#include <string.h>

#include "futex.h"

int pthread_barrier_init(pthread_barrier_t* __restrict barrier,
                         const pthread_barrierattr_t* __restrict attributes, unsigned limit) {
    if (limit == 0 || limit > INT_MAX) return EINVAL;
    memset(barrier, 0, sizeof *barrier);
    barrier->__b.__limit = limit & INT_MAX;
    barrier->__b.__shared = attributes && attributes->__shared;
    return 0;
}

// A lock that is never skipped: processes may share it.
static void lock(pthread_barrier_t* barrier) {
    int* word = &barrier->__b.__lock;
    int seen = 0;
    if (__atomic_compare_exchange_n(word, &seen, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE))
        __futex_wait(word, 2, barrier->__b.__shared, 0);
}

static void unlock(pthread_barrier_t* barrier) {
    if (__atomic_exchange_n(&barrier->__b.__lock, 0, __ATOMIC_RELEASE) == 2)
        futex_wake(&barrier->__b.__lock, 1, barrier->__b.__shared);
}

// __inside counts who is still in pthread_barrier_wait; destroy waits until nobody is.
static void leave(pthread_barrier_t* barrier) {
    int shared = barrier->__b.__shared;
    if (__atomic_fetch_sub(&barrier->__b.__inside, 1, __ATOMIC_ACQ_REL) == 1)
        futex_wake(&barrier->__b.__inside, INT_MAX, shared);
}

int pthread_barrier_wait(pthread_barrier_t* barrier) {
    __atomic_fetch_add(&barrier->__b.__inside, 1, __ATOMIC_ACQ_REL);
    lock(barrier);
    unsigned round = barrier->__b.__round;
    int last = ++barrier->__b.__arrived == barrier->__b.__limit;
    if (last) {
        barrier->__b.__arrived = 0;
        __atomic_store_n(&barrier->__b.__round, round + 1, __ATOMIC_RELEASE);
    }
    unlock(barrier);
    if (last)
        futex_wake(&barrier->__b.__round, INT_MAX, barrier->__b.__shared);
    else
        while (__atomic_load_n(&barrier->__b.__round, __ATOMIC_ACQUIRE) == round)
            __futex_wait(&barrier->__b.__round, round, barrier->__b.__shared, 0);
    leave(barrier);
    return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

int pthread_barrier_destroy(pthread_barrier_t* barrier) {
    unsigned inside;
    if (__atomic_load_n(&barrier->__b.__arrived, __ATOMIC_RELAXED)) return EBUSY;
    while ((inside = __atomic_load_n(&barrier->__b.__inside, __ATOMIC_ACQUIRE)))
        __futex_wait(&barrier->__b.__inside, inside, barrier->__b.__shared, 0);
    return 0;
}

int pthread_barrierattr_init(pthread_barrierattr_t* attributes) {
    attributes->__shared = 0;
    return 0;
}

int pthread_barrierattr_destroy(pthread_barrierattr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_barrierattr_setpshared(pthread_barrierattr_t* attributes, int shared) {
    if (shared != 0 && shared != 1) return EINVAL;
    attributes->__shared = shared;
    return 0;
}

int pthread_barrierattr_getpshared(const pthread_barrierattr_t* __restrict attributes,
                                   int* __restrict shared) {
    *shared = attributes->__shared;
    return 0;
}
