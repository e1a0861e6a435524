// The waiting half of lock.h.
#include "lock.h"

#include <uapi/process.h>

#include "sysdep.h"

void __lock_slow(int* lock) {
    while (__atomic_exchange_n(lock, 2, __ATOMIC_ACQUIRE) != 0)
        INTERNAL_SYSCALL(futex, 4, lock, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 2, 0);
}

void __unlock_wake(int* lock) {
    INTERNAL_SYSCALL(futex, 3, lock, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
}
