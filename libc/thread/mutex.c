// Mutexes (pthread_mutex_lock(3)). The word is 0 or the owner's number, with FUTEX_WAITERS if
// somebody may sleep on it. A robust one that its owner has left behind gets FUTEX_OWNER_DIED from
// the kernel (robust_list in get_robust_list(2)).
#include <pthread.h>
#include <string.h>

#include "futex.h"
#include "mutex.h"
#include "threads.h"

enum { NOT_RECOVERABLE = FUTEX_TID_MASK }; // the word then: no thread has this number

int pthread_mutex_init(pthread_mutex_t* __restrict mutex,
                       const pthread_mutexattr_t* __restrict attributes) {
    memset(mutex, 0, sizeof *mutex);
    if (attributes) mutex->__m.__kind = attributes->__kind;
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t* mutex) {
    unsigned word = (unsigned)__atomic_load_n(&mutex->__m.__word, __ATOMIC_RELAXED);
    return word && word != NOT_RECOVERABLE ? EBUSY : 0;
}

static int type_of(const pthread_mutex_t* mutex) { return mutex->__m.__kind & MUTEX_TYPE; }
static int is_robust(const pthread_mutex_t* mutex) { return mutex->__m.__kind & MUTEX_ROBUST; }

// The kernel looks at a dead owner's mutexes with the shared key, whatever they are.
static int is_shared(const pthread_mutex_t* mutex) {
    return mutex->__m.__kind & (MUTEX_SHARED | MUTEX_ROBUST);
}

static int exchange(pthread_mutex_t* mutex, unsigned from, unsigned to) {
    return __atomic_compare_exchange_n(&mutex->__m.__word, (int*)&from, (int)to, 0,
                                       __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

// The ring of the robust mutexes that this thread holds. `pending` covers the steps between taking
// the word and entering the ring.
static void robust_begin(pthread_mutex_t* mutex) {
    struct tcb* self = THREAD_SELF;
    if (!self->robust.next) {
        self->robust.next = &self->robust;
        self->robust.word_offset = (long)__builtin_offsetof(pthread_mutex_t, __m.__word) -
                                   (long)__builtin_offsetof(pthread_mutex_t, __m.__next);
        INTERNAL_SYSCALL(set_robust_list, 2, &self->robust, sizeof self->robust);
    }
    __atomic_store_n(&self->robust.pending, (void*)&mutex->__m.__next, __ATOMIC_SEQ_CST);
}

static void robust_end(void) {
    __atomic_store_n(&THREAD_SELF->robust.pending, (void*)0, __ATOMIC_SEQ_CST);
}

// A link points to a `__next`, behind which is that mutex's `__previous`; the head has only the
// first.
static void robust_enter(pthread_mutex_t* mutex) {
    struct tcb* self = THREAD_SELF;
    void** first = self->robust.next;
    mutex->__m.__next = first;
    mutex->__m.__previous = &self->robust;
    if ((void*)first != (void*)&self->robust) first[1] = &mutex->__m.__next;
    __atomic_store_n(&self->robust.next, (void*)&mutex->__m.__next, __ATOMIC_RELEASE);
}

static void robust_leave(pthread_mutex_t* mutex) {
    void **next = mutex->__m.__next, **previous = mutex->__m.__previous;
    *previous = next;
    if ((void*)next != (void*)&THREAD_SELF->robust) next[1] = previous;
}

// One attempt. EBUSY: somebody else has it.
static int try_take(pthread_mutex_t* mutex, unsigned mine) {
    unsigned word = (unsigned)__atomic_load_n(&mutex->__m.__word, __ATOMIC_RELAXED);
    if (word == NOT_RECOVERABLE && is_robust(mutex)) return ENOTRECOVERABLE;
    unsigned waiters = word & FUTEX_WAITERS;
    if (!(word & FUTEX_TID_MASK) && exchange(mutex, word, mine | waiters))
        return word & FUTEX_OWNER_DIED ? EOWNERDEAD : 0;
    return EBUSY;
}

// Asks to be woken, and sleeps.
static int sleep_on(pthread_mutex_t* mutex, const struct deadline* deadline) {
    unsigned word = (unsigned)__atomic_load_n(&mutex->__m.__word, __ATOMIC_RELAXED);
    if (!(word & FUTEX_TID_MASK) || word == NOT_RECOVERABLE) return 0;
    if (!(word & FUTEX_WAITERS) && !exchange(mutex, word, word | FUTEX_WAITERS)) return 0;
    return __futex_wait(&mutex->__m.__word, word | FUTEX_WAITERS, is_shared(mutex), deadline);
}

static int take(pthread_mutex_t* mutex, int wait, const struct deadline* deadline) {
    unsigned mine = (unsigned)__thread_tid();
    int result = try_take(mutex, mine);
    while (result == EBUSY && wait) {
        int error = sleep_on(mutex, deadline);
        if (error == ETIMEDOUT || error == EINVAL) return error;
        // Others may sleep behind this one: who has slept takes it with the mark.
        result = try_take(mutex, mine | FUTEX_WAITERS);
    }
    return result;
}

static int lock_again(pthread_mutex_t* mutex, int wait) {
    if (type_of(mutex) == PTHREAD_MUTEX_RECURSIVE) {
        if (mutex->__m.__count == UINT_MAX) return EAGAIN;
        mutex->__m.__count++;
        return 0;
    }
    return wait ? EDEADLK : EBUSY;
}

static int is_mine(pthread_mutex_t* mutex) {
    unsigned word = (unsigned)__atomic_load_n(&mutex->__m.__word, __ATOMIC_RELAXED);
    return (word & FUTEX_TID_MASK) == (unsigned)__thread_tid();
}

static int lock(pthread_mutex_t* mutex, int wait, const struct deadline* deadline) {
    int kind = mutex->__m.__kind;
    if (!kind && exchange(mutex, 0, (unsigned)__thread_tid())) return 0;
    if (type_of(mutex) != PTHREAD_MUTEX_NORMAL && is_mine(mutex)) return lock_again(mutex, wait);
    if (is_robust(mutex)) robust_begin(mutex);
    int result = take(mutex, wait, deadline);
    if (result == 0 || result == EOWNERDEAD) {
        mutex->__m.__count = 0;
        if (is_robust(mutex)) robust_enter(mutex);
        if (result) mutex->__m.__kind |= MUTEX_INCONSISTENT;
    }
    if (is_robust(mutex)) robust_end();
    return result;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) { return lock(mutex, 1, 0); }
int pthread_mutex_trylock(pthread_mutex_t* mutex) { return lock(mutex, 0, 0); }

int pthread_mutex_clocklock(pthread_mutex_t* __restrict mutex, clockid_t clock,
                            const struct timespec* __restrict time) {
    struct deadline deadline = {clock, time};
    return is_waiting_clock(clock) ? lock(mutex, 1, &deadline) : EINVAL;
}

int pthread_mutex_timedlock(pthread_mutex_t* __restrict mutex,
                            const struct timespec* __restrict time) {
    return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, time);
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
    int kind = mutex->__m.__kind, shared = is_shared(mutex);
    if (kind && (type_of(mutex) != PTHREAD_MUTEX_NORMAL || is_robust(mutex))) {
        if (!is_mine(mutex)) return EPERM;
        if (mutex->__m.__count) {
            mutex->__m.__count--;
            return 0;
        }
    }
    unsigned free_word = 0;
    if (is_robust(mutex)) {
        robust_begin(mutex);
        robust_leave(mutex);
        if (kind & MUTEX_INCONSISTENT) free_word = NOT_RECOVERABLE;
    }
    unsigned word =
        (unsigned)__atomic_exchange_n(&mutex->__m.__word, (int)free_word, __ATOMIC_RELEASE);
    // From here on the mutex may be gone: its next owner may have destroyed it.
    if (word & FUTEX_WAITERS)
        futex_wake(&mutex->__m.__word, free_word == NOT_RECOVERABLE ? INT_MAX : 1, shared);
    if (kind & MUTEX_ROBUST) robust_end();
    return 0;
}

int pthread_mutex_consistent(pthread_mutex_t* mutex) {
    if (!is_robust(mutex) || !(mutex->__m.__kind & MUTEX_INCONSISTENT) || !is_mine(mutex))
        return EINVAL;
    mutex->__m.__kind &= ~MUTEX_INCONSISTENT;
    return 0;
}
