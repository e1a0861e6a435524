; long __clone(flags, stack, parent_tid, tls, child_tid): clone(2). The parent gets the kernel's
; result; the child begins in __thread_main, with nothing above it on its stack.
%include "cfi.inc"
bits 32
DWARF_EBX equ 3
DWARF_ESI equ 6
DWARF_EDI equ 7
global __clone:function (__clone.end - __clone)
extern __thread_main
section .text.__clone progbits alloc exec nowrite align=16
__clone:
    cfi_startproc
    push edi
    cfi_adjust_cfa_offset 4
    cfi_offset DWARF_EDI, -8
    push esi
    cfi_adjust_cfa_offset 4
    cfi_offset DWARF_ESI, -12
    push ebx
    cfi_adjust_cfa_offset 4
    cfi_offset DWARF_EBX, -16
    mov eax, 120
    mov ebx, [esp + 16]
    mov ecx, [esp + 20]
    mov edx, [esp + 24]
    mov esi, [esp + 28]
    mov edi, [esp + 32]
    int 0x80
    test eax, eax
    jz .child
    pop ebx
    cfi_adjust_cfa_offset -4
    cfi_restore DWARF_EBX
    pop esi
    cfi_adjust_cfa_offset -4
    cfi_restore DWARF_ESI
    pop edi
    cfi_adjust_cfa_offset -4
    cfi_restore DWARF_EDI
    ret
.child:
    xor ebp, ebp
    push ebp ; the outermost frame's return address; aligns the stack at the jump as at a call
    jmp __thread_main
.end:
    cfi_endproc
section .note.GNU-stack noalloc noexec nowrite progbits
