// Jumps out of functions (setjmp(3)). The buffer: the registers that a call keeps, stack and return
// addresses, then whether and which signal mask was saved.
#pragma once
#include <bits/types.h>
__BEGIN_DECLS
struct __jmp_buffer {
    unsigned long __registers[8];
    int __mask_was_saved;
    sigset_t __mask;
};
typedef struct __jmp_buffer jmp_buf[1];
typedef jmp_buf sigjmp_buf;
int _setjmp(jmp_buf) __attribute__((__returns_twice__));
int __sigsetjmp(sigjmp_buf, int) __attribute__((__returns_twice__));
__NORETURN void longjmp(jmp_buf, int);
__NORETURN void _longjmp(jmp_buf, int);
__NORETURN void siglongjmp(sigjmp_buf, int);
#define setjmp(buffer) _setjmp(buffer)
#define sigsetjmp(buffer, save) __sigsetjmp(buffer, save)
__END_DECLS
