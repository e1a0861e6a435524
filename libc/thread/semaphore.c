// Semaphores (sem_overview(7)). The value and the count of waiters change together: who posts
// learns in the same step whether to wake, and need not look at the semaphore again, which may be
// gone by then.
#include <semaphore.h>
#include <string.h>

#include <pthread.h>

#include "futex.h"

static const uint64_t one_waiter = 1ull << 32;

int sem_init(sem_t* semaphore, int shared, unsigned value) {
    if (value > SEM_VALUE_MAX) {
        errno = EINVAL;
        return -1;
    }
    memset(semaphore, 0, sizeof *semaphore);
    semaphore->__s.__value = value;
    semaphore->__s.__shared = shared;
    return 0;
}

int sem_destroy(sem_t* semaphore) {
    (void)semaphore;
    return 0;
}

int sem_getvalue(sem_t* __restrict semaphore, int* __restrict value) {
    *value = (int)__atomic_load_n(&semaphore->__s.__value, __ATOMIC_RELAXED);
    return 0;
}

// Takes one, and `less` off the waiters. Returns whether there was one.
static int take(sem_t* semaphore, uint64_t less) {
    uint64_t both = __atomic_load_n(&semaphore->__both, __ATOMIC_RELAXED);
    while ((uint32_t)both)
        if (__atomic_compare_exchange_n(&semaphore->__both, &both, both - 1 - less, 0,
                                        __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return 1;
    return 0;
}

int sem_trywait(sem_t* semaphore) {
    if (take(semaphore, 0)) return 0;
    errno = EAGAIN;
    return -1;
}

static void stop_waiting(void* semaphore) {
    __atomic_fetch_sub(&((sem_t*)semaphore)->__both, one_waiter, __ATOMIC_RELAXED);
}

static int wait_for(sem_t* semaphore, const struct deadline* deadline) {
    int error = __deadline_check(deadline);
    pthread_testcancel();
    if (!error && take(semaphore, 0)) return 0;
    __atomic_fetch_add(&semaphore->__both, one_waiter, __ATOMIC_RELAXED);
    pthread_cleanup_push(stop_waiting, semaphore);
    while (!error && !take(semaphore, one_waiter))
        error = __futex_wait_cancel(&semaphore->__s.__value, 0, semaphore->__s.__shared, deadline);
    pthread_cleanup_pop(error);
    if (!error) return 0;
    errno = error;
    return -1;
}

int sem_wait(sem_t* semaphore) { return wait_for(semaphore, 0); }

int sem_clockwait(sem_t* __restrict semaphore, clockid_t clock,
                  const struct timespec* __restrict time) {
    struct deadline deadline = {clock, time};
    return wait_for(semaphore, &deadline);
}

int sem_timedwait(sem_t* __restrict semaphore, const struct timespec* __restrict time) {
    return sem_clockwait(semaphore, CLOCK_REALTIME, time);
}

int sem_post(sem_t* semaphore) {
    int shared = semaphore->__s.__shared;
    uint64_t both = __atomic_load_n(&semaphore->__both, __ATOMIC_RELAXED);
    do {
        if ((uint32_t)both == SEM_VALUE_MAX) {
            errno = EOVERFLOW;
            return -1;
        }
    } while (!__atomic_compare_exchange_n(&semaphore->__both, &both, both + 1, 0, __ATOMIC_RELEASE,
                                          __ATOMIC_RELAXED));
    if (both >> 32) futex_wake(&semaphore->__s.__value, 1, shared);
    return 0;
}
