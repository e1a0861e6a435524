; long __trap6(number, a, b, c, d, e, f): the i386 trap with all six arguments (syscall(2)).
%include "cfi.inc"
bits 32
DWARF_EBX equ 3
DWARF_EBP equ 5
DWARF_ESI equ 6
DWARF_EDI equ 7
section .text.__trap6 progbits alloc exec nowrite align=16
global __trap6:function (__trap6.end - __trap6)
__trap6:
    cfi_startproc
    push ebp
    cfi_adjust_cfa_offset 4
    cfi_offset DWARF_EBP, -8
    push edi
    cfi_adjust_cfa_offset 4
    cfi_offset DWARF_EDI, -12
    push esi
    cfi_adjust_cfa_offset 4
    cfi_offset DWARF_ESI, -16
    push ebx
    cfi_adjust_cfa_offset 4
    cfi_offset DWARF_EBX, -20
    mov eax, [esp + 20]
    mov ebx, [esp + 24]
    mov ecx, [esp + 28]
    mov edx, [esp + 32]
    mov esi, [esp + 36]
    mov edi, [esp + 40]
    mov ebp, [esp + 44]
    int 0x80
    pop ebx
    cfi_adjust_cfa_offset -4
    cfi_restore DWARF_EBX
    pop esi
    cfi_adjust_cfa_offset -4
    cfi_restore DWARF_ESI
    pop edi
    cfi_adjust_cfa_offset -4
    cfi_restore DWARF_EDI
    pop ebp
    cfi_adjust_cfa_offset -4
    cfi_restore DWARF_EBP
    ret
.end:
    cfi_endproc
