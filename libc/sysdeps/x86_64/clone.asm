; long __clone(flags, stack, parent_tid, child_tid, tls): clone(2). The parent gets the kernel's
; result; the child begins in __thread_main, with nothing above it on its stack.
bits 64
global __clone:function (__clone.end - __clone)
extern __thread_main
section .text.__clone progbits alloc exec nowrite align=16
__clone:
    mov r10, rcx
    mov eax, 56
    syscall
    test rax, rax
    jz .child
    ret
.child:
    xor ebp, ebp
    push rbp ; the outermost frame's return address; aligns the stack at the jump as at a call
    jmp __thread_main
.end:
section .note.GNU-stack noalloc noexec nowrite progbits
