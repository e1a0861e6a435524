// From C to the kernel: INTERNAL_SYSCALL gives what the kernel returned, INLINE_SYSCALL turns an
// error into errno and −1, SYSCALL_CANCEL is that and a cancellation point (pthreads(7)).
#pragma once
#include <errno.h>
#include <sys/syscall.h>

#include "libc_symbols.h"
#include "sysdep_machine.h" // internal_syscall0 … internal_syscall6 of the architecture
#include "tcb.h"

#define SYS_ify(name) __JOIN(__NR_, name)
#define __set_errno(value) (errno = (value))

// The detour expands the arguments first: SYSCALL_LL may make two of one.
#define INTERNAL_SYSCALL(name, nr, args...) __CALL(internal_syscall##nr, SYS_ify(name), ##args)
#define __CALL(function, args...) function(args)
#define INTERNAL_SYSCALL_ERROR_P(result) ((unsigned long)(result) > -4096UL)
#define INTERNAL_SYSCALL_ERRNO(result) (-(int)(result))

#define INLINE_SYSCALL(name, nr, args...) __syscall_result(INTERNAL_SYSCALL(name, nr, ##args))

// Sets errno and returns −1 for results −4095 … −1, returns any other as it is.
long __syscall_error(long result) __attribute__((cold));
static inline long __syscall_result(long result) {
    return likely(!INTERNAL_SYSCALL_ERROR_P(result)) ? result : __syscall_error(result);
}

// Counting arguments, so that SYSCALL_CANCEL needs no number.
#define __ARGUMENT_COUNT(args...) __ARGUMENT_COUNT_(dummy, ##args, 6, 5, 4, 3, 2, 1, 0)
#define __ARGUMENT_COUNT_(dummy, a, b, c, d, e, f, n, ...) n
#define __JOIN(a, b) __JOIN_(a, b)
#define __JOIN_(a, b) a##b

// The slow path of a cancellation point: acts on a pending request before the trap, and on one that
// arrives while the call blocks. Returns as INTERNAL_SYSCALL does.
long __syscall_cancel(long number, long a, long b, long c, long d, long e, long f);
#define __cancel0(number) __syscall_cancel(number, 0, 0, 0, 0, 0, 0)
#define __cancel1(number, a) __syscall_cancel(number, (long)(a), 0, 0, 0, 0, 0)
#define __cancel2(number, a, b) __syscall_cancel(number, (long)(a), (long)(b), 0, 0, 0, 0)
#define __cancel3(number, a, b, c)                                                                 \
    __syscall_cancel(number, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define __cancel4(number, a, b, c, d)                                                              \
    __syscall_cancel(number, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define __cancel5(number, a, b, c, d, e)                                                           \
    __syscall_cancel(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define __cancel6(number, a, b, c, d, e, f)                                                        \
    __syscall_cancel(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#define INTERNAL_SYSCALL_CANCEL(name, args...)                                                     \
    (likely(SINGLE_THREAD_P)                                                                       \
         ? __CALL(__JOIN(internal_syscall, __ARGUMENT_COUNT(args)), SYS_ify(name), ##args)         \
         : __CALL(__JOIN(__cancel, __ARGUMENT_COUNT(args)), SYS_ify(name), ##args))
#define SYSCALL_CANCEL(name, args...) __syscall_result(INTERNAL_SYSCALL_CANCEL(name, ##args))

// A 64-bit argument: one register on x86-64, two (low, high) on i386.
#ifdef __x86_64__
#define SYSCALL_LL(value) (long)(value)
#else
#define SYSCALL_LL(value)                                                                          \
    (long)(unsigned long long)(value), (long)((unsigned long long)(value) >> 32)
#endif
