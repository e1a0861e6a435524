// The slow path of cancellation points, in programs with threads.
//
// The danger is a thread that is cancelled when its recv has taken bytes out of the socket: nobody
// would ever see them. So it may be cancelled up to the trap, and while the kernel waits in it, but
// not once the call is done. __cancellable_trap (assembly) keeps its look at the request and the
// trap in one range of addresses; the handler of SIGCANCEL (cancel.c) acts only if it interrupted
// the thread within, where the call has either not begun or is to be begun again.
#include "sysdep.h"
#include "threads.h"

long __cancellable_trap(long number, long a, long b, long c, long d, long e, long f);
void __cancel_now(void) __attribute__((weak)); // nobody asks where pthread_cancel isn't linked

_Static_assert(__builtin_offsetof(struct tcb, multiple_threads) == (sizeof(long) == 8 ? 0x18 : 0xc),
               "as in socketcall.inc");
_Static_assert(__builtin_offsetof(struct tcb, cancel_pending) == (sizeof(long) == 8 ? 0x30 : 0x18),
               "as in cancellable_trap.asm");

long __syscall_cancel(long number, long a, long b, long c, long d, long e, long f) {
    struct tcb* self = THREAD_SELF;
    if (!cancel_enabled(self)) return __trap6(number, a, b, c, d, e, f);
    long result = __cancellable_trap(number, a, b, c, d, e, f);
    // Some calls (poll, nanosleep) are never begun again after a handler. close has closed all the
    // same, so it must return.
    if (result == -EINTR && self->cancel_pending && cancel_enabled(self) &&
        number != SYS_ify(close))
        __cancel_now();
    return result;
}
