; Where a signal handler returns to: sigreturn(2), or rt_sigreturn(2) for one with SA_SIGINFO. A
; debugger knows the places by these bytes.
bits 32
global __restore:function
global __restore_rt:function
section .text.__restore progbits alloc exec nowrite align=16
    nop
__restore:
    pop eax ; the signal's number
    mov eax, 119
    int 0x80
section .text.__restore_rt progbits alloc exec nowrite align=16
    nop
__restore_rt:
    mov eax, 173
    int 0x80
section .note.GNU-stack noalloc noexec nowrite progbits
