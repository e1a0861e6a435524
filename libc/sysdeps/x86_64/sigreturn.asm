; Where a signal handler returns to: rt_sigreturn(2). A debugger knows the place by these bytes.
bits 64
global __restore_rt:function
section .text.__restore_rt progbits alloc exec nowrite align=16
    nop
__restore_rt:
    mov rax, 15
    syscall
section .note.GNU-stack noalloc noexec nowrite progbits
