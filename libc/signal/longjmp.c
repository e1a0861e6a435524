// The part of setjmp(3) that isn't registers: the signal mask, and longjmp's value.
#include <setjmp.h>
#include <signal.h>

#include "libc_symbols.h"

int __setjmp_save_mask(struct __jmp_buffer* buffer, int save);
void __longjmp(struct __jmp_buffer* buffer, int value) __attribute__((__noreturn__));

int __setjmp_save_mask(struct __jmp_buffer* buffer, int save) {
    buffer->__mask_was_saved = save && sigprocmask(SIG_BLOCK, 0, &buffer->__mask) == 0;
    return 0;
}

void siglongjmp(sigjmp_buf buffer, int value) {
    if (buffer->__mask_was_saved) sigprocmask(SIG_SETMASK, &buffer->__mask, 0);
    __longjmp(buffer, value ? value : 1);
}
strong_alias(siglongjmp, longjmp) strong_alias(siglongjmp, _longjmp)
