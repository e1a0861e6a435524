// The slow path of a socket call that is a cancellation point: what the template in socketcall.inc
// calls in a program with threads. Returns as the trap does; the template sets errno.
#include "sysdep.h"

long __socketcall_cancel(long call, long* arguments);
long __socketcall_cancel(long call, long* arguments) {
    return __cancel2(SYS_ify(socketcall), call, arguments);
}
