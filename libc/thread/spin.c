// Spin locks (pthread_spin_lock(3)). On one processor the owner can't go on while this thread
// spins, so it soon lets others run.
#include <errno.h>
#include <pthread.h>

enum { SPINS = 100 };

int pthread_spin_init(pthread_spinlock_t* lock, int shared) {
    (void)shared; // the word alone is the lock: sharing costs nothing
    *lock = 0;
    return 0;
}

int pthread_spin_destroy(pthread_spinlock_t* lock) {
    (void)lock;
    return 0;
}

int pthread_spin_trylock(pthread_spinlock_t* lock) {
    return __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) ? EBUSY : 0;
}

int pthread_spin_lock(pthread_spinlock_t* lock) {
    while (pthread_spin_trylock(lock))
        for (int spins = 0; __atomic_load_n(lock, __ATOMIC_RELAXED); spins++)
            if (spins < SPINS)
                __builtin_ia32_pause();
            else
                sched_yield();
    return 0;
}

int pthread_spin_unlock(pthread_spinlock_t* lock) {
    __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
    return 0;
}
