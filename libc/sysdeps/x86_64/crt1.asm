; Where the kernel starts a program: rsp points to argc, argv, the environment and the auxiliary
; vector (AMD64 ABI 3.4.1). rbp = 0 marks the outermost frame.
bits 64
global _start:function
extern __libc_start
section .text
_start:
    xor ebp, ebp
    mov rdi, rsp
    and rsp, -16
    call __libc_start
    hlt
section .note.GNU-stack noalloc noexec nowrite progbits
