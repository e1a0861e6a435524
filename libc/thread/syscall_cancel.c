// The slow path of cancellation points. Without threads nothing can be pending.
#include "sysdep.h"

long __syscall_cancel(long number, long a, long b, long c, long d, long e, long f) {
    return __trap6(number, a, b, c, d, e, f);
}
