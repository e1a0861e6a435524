; long __cancellable_trap(number, a, b, c, d, e, f): a system call that a request to cancel may
; prevent. From __cancellable_begin up to __cancellable_end the call hasn't happened: there the
; handler of SIGCANCEL moves the thread to __cancellable_act.
%include "cfi.inc"
bits 32
DWARF_EBX equ 3
DWARF_EBP equ 5
DWARF_ESI equ 6
DWARF_EDI equ 7
TCB_CANCEL_PENDING equ 0x18 ; struct tcb, internal/tcb.h
global __cancellable_trap:function (__cancellable_trap.end - __cancellable_trap)
global __cancellable_begin:function hidden
global __cancellable_end:function hidden
global __cancellable_act:function hidden
extern __cancel_now:weak
section .text.__cancellable_trap progbits alloc exec nowrite align=16
__cancellable_trap:
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
__cancellable_begin:
    cmp dword [gs:TCB_CANCEL_PENDING], 0
    jne __cancellable_act
    int 0x80
__cancellable_end:
    cfi_remember_state
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
__cancellable_act:
    cfi_restore_state
    sub esp, 12 ; 16-byte alignment at the call
    cfi_adjust_cfa_offset 12
    call __cancel_now
    hlt
__cancellable_trap.end:
    cfi_endproc
section .note.GNU-stack noalloc noexec nowrite progbits
