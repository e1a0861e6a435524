// Locks for many readers or one writer (pthread_rwlock_rdlock(3)). The state is the count of
// readers or WRITER, with WAITERS if somebody may sleep on it. Readers come in as long as no writer
// is in.
#include <pthread.h>
#include <string.h>

#include "futex.h"
#include "threads.h"

enum { WRITER = 0x7fffffff, WAITERS = (int)0x80000000 };

int pthread_rwlock_init(pthread_rwlock_t* __restrict lock,
                        const pthread_rwlockattr_t* __restrict attributes) {
    memset(lock, 0, sizeof *lock);
    if (attributes) lock->__r.__shared = attributes->__shared;
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t* lock) { return lock->__r.__state ? EBUSY : 0; }

static int exchange(pthread_rwlock_t* lock, int from, int to, int order) {
    return __atomic_compare_exchange_n(&lock->__r.__state, &from, to, 0, order, __ATOMIC_RELAXED);
}

static int state_of(pthread_rwlock_t* lock) {
    return __atomic_load_n(&lock->__r.__state, __ATOMIC_RELAXED);
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
    for (;;) {
        int state = state_of(lock), holders = state & ~WAITERS;
        if (holders == WRITER) return EBUSY;
        if (holders == WRITER - 1) return EAGAIN;
        if (exchange(lock, state, state + 1, __ATOMIC_ACQUIRE)) return 0;
    }
}

int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
    for (;;) {
        int state = state_of(lock);
        if (state & ~WAITERS) return EBUSY;
        if (!exchange(lock, state, state | WRITER, __ATOMIC_ACQUIRE)) continue;
        __atomic_store_n(&lock->__r.__writer, __thread_tid(), __ATOMIC_RELAXED);
        return 0;
    }
}

static int wait_for(pthread_rwlock_t* lock, int (*attempt)(pthread_rwlock_t*), clockid_t clock,
                    const struct timespec* time) {
    struct deadline deadline = {clock, time};
    int result = __deadline_check(&deadline);
    if (result) return result;
    while ((result = attempt(lock)) == EBUSY) {
        int state = state_of(lock);
        if (!(state & ~WAITERS)) continue;
        if ((state & ~WAITERS) == WRITER &&
            __atomic_load_n(&lock->__r.__writer, __ATOMIC_RELAXED) == __thread_tid())
            return EDEADLK;
        if (!(state & WAITERS) && !exchange(lock, state, state | WAITERS, __ATOMIC_RELAXED))
            continue;
        int error = __futex_wait(&lock->__r.__state, (unsigned)(state | WAITERS),
                                 lock->__r.__shared, &deadline);
        if (error == ETIMEDOUT) return error;
    }
    return result;
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
    return wait_for(lock, pthread_rwlock_tryrdlock, CLOCK_REALTIME, 0);
}
int pthread_rwlock_clockrdlock(pthread_rwlock_t* __restrict lock, clockid_t clock,
                               const struct timespec* __restrict time) {
    return wait_for(lock, pthread_rwlock_tryrdlock, clock, time);
}
int pthread_rwlock_timedrdlock(pthread_rwlock_t* __restrict lock,
                               const struct timespec* __restrict time) {
    return wait_for(lock, pthread_rwlock_tryrdlock, CLOCK_REALTIME, time);
}
int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
    return wait_for(lock, pthread_rwlock_trywrlock, CLOCK_REALTIME, 0);
}
int pthread_rwlock_clockwrlock(pthread_rwlock_t* __restrict lock, clockid_t clock,
                               const struct timespec* __restrict time) {
    return wait_for(lock, pthread_rwlock_trywrlock, clock, time);
}
int pthread_rwlock_timedwrlock(pthread_rwlock_t* __restrict lock,
                               const struct timespec* __restrict time) {
    return wait_for(lock, pthread_rwlock_trywrlock, CLOCK_REALTIME, time);
}

// The last one out wakes all who wait, and they try again.
int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
    int shared = lock->__r.__shared, state, left;
    if ((state_of(lock) & ~WAITERS) == WRITER)
        __atomic_store_n(&lock->__r.__writer, 0, __ATOMIC_RELAXED);
    do {
        state = state_of(lock);
        int holders = state & ~WAITERS;
        left = holders == WRITER || holders == 1 ? 0 : state - 1;
    } while (!exchange(lock, state, left, __ATOMIC_RELEASE));
    if (!left && (state & WAITERS)) futex_wake(&lock->__r.__state, INT_MAX, shared);
    return 0;
}

int pthread_rwlockattr_init(pthread_rwlockattr_t* attributes) {
    attributes->__shared = 0;
    return 0;
}

int pthread_rwlockattr_destroy(pthread_rwlockattr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_rwlockattr_setpshared(pthread_rwlockattr_t* attributes, int shared) {
    if (shared != 0 && shared != 1) return EINVAL;
    attributes->__shared = shared;
    return 0;
}

int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t* __restrict attributes,
                                  int* __restrict shared) {
    *shared = attributes->__shared;
    return 0;
}
