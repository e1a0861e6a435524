; setjmp(3) of x86-64: the registers that a call keeps (AMD64 ABI 3.2.1), the caller's stack pointer
; and its return address, in the order of jmp_buf's __registers.
bits 64
extern __setjmp_save_mask
section .text._setjmp progbits alloc exec nowrite align=16
global _setjmp:function
global __sigsetjmp:function
_setjmp:
    xor esi, esi
__sigsetjmp:
    mov [rdi], rbx
    mov [rdi + 8], rbp
    mov [rdi + 16], r12
    mov [rdi + 24], r13
    mov [rdi + 32], r14
    mov [rdi + 40], r15
    lea rdx, [rsp + 8]
    mov [rdi + 48], rdx
    mov rdx, [rsp]
    mov [rdi + 56], rdx
    jmp __setjmp_save_mask ; returns 0 to setjmp's caller

section .text.__longjmp progbits alloc exec nowrite align=16
global __longjmp:function
__longjmp:
    mov eax, esi
    mov rbx, [rdi]
    mov rbp, [rdi + 8]
    mov r12, [rdi + 16]
    mov r13, [rdi + 24]
    mov r14, [rdi + 32]
    mov r15, [rdi + 40]
    mov rsp, [rdi + 48]
    jmp [rdi + 56]
section .note.GNU-stack noalloc noexec nowrite progbits
