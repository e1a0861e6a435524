// The trap of x86-64: number in rax, arguments in rdi rsi rdx r10 r8 r9, result in rax; the
// instruction itself overwrites rcx (return address) and r11 (flags). Source: AMD64 ABI A.2.1.
#pragma once

#define REGISTERS_CLOBBERED_BY_SYSCALL "rcx", "r11"
#define __TRAP(inputs...)                                                                          \
    long result;                                                                                   \
    __asm__ volatile("syscall"                                                                     \
                     : "=a"(result)                                                                \
                     : inputs                                                                      \
                     : "memory", REGISTERS_CLOBBERED_BY_SYSCALL);                                  \
    return result

static inline long __trap0(long n) { __TRAP("0"(n)); }
static inline long __trap1(long n, long a) { __TRAP("0"(n), "D"(a)); }
static inline long __trap2(long n, long a, long b) { __TRAP("0"(n), "D"(a), "S"(b)); }
static inline long __trap3(long n, long a, long b, long c) {
    __TRAP("0"(n), "D"(a), "S"(b), "d"(c));
}
static inline long __trap4(long n, long a, long b, long c, long d) {
    register long r10 __asm__("r10") = d;
    __TRAP("0"(n), "D"(a), "S"(b), "d"(c), "r"(r10));
}
static inline long __trap5(long n, long a, long b, long c, long d, long e) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __TRAP("0"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8));
}
static inline long __trap6(long n, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __TRAP("0"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9));
}
#undef __TRAP

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
