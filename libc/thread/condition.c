// Condition variables (pthread_cond_wait(3)). Each signal advances a sequence; a waiter sleeps
// while it is what it was when the waiter still held the mutex, so that no signal can slip in
// between.
#include <pthread.h>
#include <string.h>

#include "futex.h"

enum { DESTROYING = 0x80000000u }; // in __waiters: somebody waits for the last one to be gone

int pthread_cond_init(pthread_cond_t* __restrict condition,
                      const pthread_condattr_t* __restrict attributes) {
    memset(condition, 0, sizeof *condition);
    if (attributes) {
        condition->__c.__clock = attributes->__c.__clock;
        condition->__c.__shared = attributes->__c.__shared;
    }
    return 0;
}

// May be called as soon as all have been woken, before they have looked.
int pthread_cond_destroy(pthread_cond_t* condition) {
    unsigned* waiters = &condition->__c.__waiters;
    unsigned left = __atomic_fetch_or(waiters, DESTROYING, __ATOMIC_ACQ_REL) | DESTROYING;
    while (left != DESTROYING) {
        __futex_wait(waiters, left, condition->__c.__shared, 0);
        left = __atomic_load_n(waiters, __ATOMIC_ACQUIRE);
    }
    return 0;
}

struct waiting {
    pthread_cond_t* condition;
    pthread_mutex_t* mutex;
};

static void leave(pthread_cond_t* condition) {
    int shared = condition->__c.__shared;
    unsigned* waiters = &condition->__c.__waiters;
    if (__atomic_fetch_sub(waiters, 1, __ATOMIC_ACQ_REL) == DESTROYING + 1)
        futex_wake(waiters, 1, shared);
}

// A thread cancelled in its wait has the mutex again when its cleanup handlers run.
static void leave_cancelled(void* argument) {
    struct waiting* waiting = argument;
    leave(waiting->condition);
    pthread_mutex_lock(waiting->mutex);
}

static int wait_for(pthread_cond_t* condition, pthread_mutex_t* mutex,
                    const struct deadline* deadline) {
    struct waiting waiting = {condition, mutex};
    unsigned* sequence = &condition->__c.__sequence;
    unsigned seen = __atomic_load_n(sequence, __ATOMIC_RELAXED);
    __atomic_fetch_add(&condition->__c.__waiters, 1, __ATOMIC_SEQ_CST);
    int error = pthread_mutex_unlock(mutex);
    if (error) {
        leave(condition);
        return error;
    }
    pthread_cleanup_push(leave_cancelled, &waiting);
    do error = __futex_wait_cancel(sequence, seen, condition->__c.__shared, deadline);
    while (error == EINTR && __atomic_load_n(sequence, __ATOMIC_RELAXED) == seen);
    pthread_cleanup_pop(0);
    leave(condition);
    int lock_error = pthread_mutex_lock(mutex);
    return lock_error ? lock_error : error == EINTR ? 0 : error;
}

int pthread_cond_wait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex) {
    return wait_for(condition, mutex, 0);
}

int pthread_cond_clockwait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex,
                           clockid_t clock, const struct timespec* __restrict time) {
    struct deadline deadline = {clock, time};
    int error = __deadline_check(&deadline);
    return error ? error : wait_for(condition, mutex, &deadline);
}

int pthread_cond_timedwait(pthread_cond_t* __restrict condition, pthread_mutex_t* __restrict mutex,
                           const struct timespec* __restrict time) {
    return pthread_cond_clockwait(condition, mutex, condition->__c.__clock, time);
}

static int wake(pthread_cond_t* condition, int count) {
    if (!(__atomic_load_n(&condition->__c.__waiters, __ATOMIC_SEQ_CST) & ~DESTROYING)) return 0;
    int shared = condition->__c.__shared;
    __atomic_fetch_add(&condition->__c.__sequence, 1, __ATOMIC_RELEASE);
    futex_wake(&condition->__c.__sequence, count, shared);
    return 0;
}

int pthread_cond_signal(pthread_cond_t* condition) { return wake(condition, 1); }
int pthread_cond_broadcast(pthread_cond_t* condition) { return wake(condition, INT_MAX); }

int pthread_condattr_init(pthread_condattr_t* attributes) {
    *attributes = (pthread_condattr_t){{0}};
    return 0;
}

int pthread_condattr_destroy(pthread_condattr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_condattr_setclock(pthread_condattr_t* attributes, clockid_t clock) {
    if (!is_waiting_clock(clock)) return EINVAL;
    attributes->__c.__clock = (unsigned char)clock;
    return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t* __restrict attributes,
                              clockid_t* __restrict clock) {
    *clock = attributes->__c.__clock;
    return 0;
}

int pthread_condattr_setpshared(pthread_condattr_t* attributes, int shared) {
    if (shared != 0 && shared != 1) return EINVAL;
    attributes->__c.__shared = (unsigned char)shared;
    return 0;
}

int pthread_condattr_getpshared(const pthread_condattr_t* __restrict attributes,
                                int* __restrict shared) {
    *shared = attributes->__c.__shared;
    return 0;
}
