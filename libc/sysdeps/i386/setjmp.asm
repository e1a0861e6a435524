; setjmp(3) of i386: the registers that a call keeps (i386 ABI 2.2.1), the caller's stack pointer and
; its return address, in the order of jmp_buf's __registers.
bits 32
extern __setjmp_save_mask
section .text._setjmp progbits alloc exec nowrite align=16
global _setjmp:function
global __sigsetjmp:function
_setjmp:
    xor edx, edx
    jmp save
__sigsetjmp:
    mov edx, [esp + 8]
save:
    mov eax, [esp + 4]
    mov [eax], ebx
    mov [eax + 4], ebp
    mov [eax + 8], esi
    mov [eax + 12], edi
    lea ecx, [esp + 4]
    mov [eax + 16], ecx
    mov ecx, [esp]
    mov [eax + 20], ecx
    sub esp, 20
    push edx
    push eax
    call __setjmp_save_mask
    add esp, 28
    ret

section .text.__longjmp progbits alloc exec nowrite align=16
global __longjmp:function
__longjmp:
    mov edx, [esp + 4]
    mov eax, [esp + 8]
    mov ebx, [edx]
    mov ebp, [edx + 4]
    mov esi, [edx + 8]
    mov edi, [edx + 12]
    mov esp, [edx + 16]
    jmp [edx + 20]
section .note.GNU-stack noalloc noexec nowrite progbits
