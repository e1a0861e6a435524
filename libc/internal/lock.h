// libc's own lock, round streams and the heap: a word and a futex. Costs nothing while the program
// has one thread. 0 is free, 1 taken, 2 taken and somebody waits.
#pragma once
#include "tcb.h"

void __lock_slow(int*);
void __unlock_wake(int*);

static inline void libc_lock(int* lock) {
    if (SINGLE_THREAD_P) return;
    int free_value = 0;
    if (!__atomic_compare_exchange_n(lock, &free_value, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        __lock_slow(lock);
}

static inline void libc_unlock(int* lock) {
    if (SINGLE_THREAD_P) return;
    if (__atomic_exchange_n(lock, 0, __ATOMIC_RELEASE) == 2) __unlock_wake(lock);
}
