// The trap of i386: number in eax, arguments in ebx ecx edx esi edi ebp, result in eax; every other
// register is kept. Source: syscall(2).
#pragma once

#define __TRAP(inputs...)                                                                          \
    long result;                                                                                   \
    __asm__ volatile("int $0x80" : "=a"(result) : inputs : "memory");                              \
    return result

static inline long __trap0(long n) { __TRAP("0"(n)); }
static inline long __trap1(long n, long a) { __TRAP("0"(n), "b"(a)); }
static inline long __trap2(long n, long a, long b) { __TRAP("0"(n), "b"(a), "c"(b)); }
static inline long __trap3(long n, long a, long b, long c) {
    __TRAP("0"(n), "b"(a), "c"(b), "d"(c));
}
static inline long __trap4(long n, long a, long b, long c, long d) {
    __TRAP("0"(n), "b"(a), "c"(b), "d"(c), "S"(d));
}
static inline long __trap5(long n, long a, long b, long c, long d, long e) {
    __TRAP("0"(n), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e));
}
#undef __TRAP
// The sixth argument's register may be the compiler's frame pointer, so a function in assembly
// loads it (syscall6.asm).
long __trap6(long n, long a, long b, long c, long d, long e, long f);

#define internal_syscall0(number) __trap0(number)
#define internal_syscall1(number, a) __trap1(number, (long)(a))
#define internal_syscall2(number, a, b) __trap2(number, (long)(a), (long)(b))
#define internal_syscall3(number, a, b, c) __trap3(number, (long)(a), (long)(b), (long)(c))
#define internal_syscall4(number, a, b, c, d)                                                      \
    __trap4(number, (long)(a), (long)(b), (long)(c), (long)(d))
#define internal_syscall5(number, a, b, c, d, e)                                                   \
    __trap5(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))
#define internal_syscall6(number, a, b, c, d, e, f)                                                \
    __trap6(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
