; Where the kernel starts a program: esp points to argc, argv, the environment and the auxiliary
; vector (i386 ABI 2.3.1). ebp = 0 marks the outermost frame.
bits 32
global _start:function
extern __libc_start
section .text
_start:
    xor ebp, ebp
    mov eax, esp
    and esp, -16
    sub esp, 12
    push eax
    call __libc_start
    hlt
section .note.GNU-stack noalloc noexec nowrite progbits
