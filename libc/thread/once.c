// Initialisation that happens once (pthread_once(3p)).
#include <pthread.h>

#include "futex.h"

enum { NEW, RUNNING, AWAITED, DONE };

static void finish(pthread_once_t* once, int state) {
    if (__atomic_exchange_n(once, state, __ATOMIC_RELEASE) == AWAITED) futex_wake(once, INT_MAX, 0);
}

// The function's thread was cancelled: as if it had never been called.
static void start_over(void* once) { finish(once, NEW); }

static void run(pthread_once_t* once, void (*function)(void)) {
    pthread_cleanup_push(start_over, once);
    function();
    pthread_cleanup_pop(0);
    finish(once, DONE);
}

int pthread_once(pthread_once_t* once, void (*function)(void)) {
    for (;;) {
        int state = __atomic_load_n(once, __ATOMIC_ACQUIRE);
        if (state == DONE) return 0;
        int next = state == NEW ? RUNNING : AWAITED;
        if (!__atomic_compare_exchange_n(once, &state, next, 0, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
            continue;
        if (state == NEW)
            run(once, function);
        else
            __futex_wait(once, AWAITED, 0, 0);
    }
}
