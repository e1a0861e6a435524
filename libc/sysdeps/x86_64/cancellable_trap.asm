; long __cancellable_trap(number, a, b, c, d, e, f): a system call that a request to cancel may
; prevent. From __cancellable_begin up to __cancellable_end the call hasn't happened: there the
; handler of SIGCANCEL moves the thread to __cancellable_act.
%include "cfi.inc"
bits 64
TCB_CANCEL_PENDING equ 0x30 ; struct tcb, internal/tcb.h
global __cancellable_trap:function (__cancellable_trap.end - __cancellable_trap)
global __cancellable_begin:function hidden
global __cancellable_end:function hidden
global __cancellable_act:function hidden
extern __cancel_now:weak
section .text.__cancellable_trap progbits alloc exec nowrite align=16
__cancellable_trap:
    cfi_startproc
    mov rax, rdi
    mov rdi, rsi
    mov rsi, rdx
    mov rdx, rcx
    mov r10, r8
    mov r8, r9
    mov r9, [rsp + 8]
__cancellable_begin:
    cmp dword [fs:TCB_CANCEL_PENDING], 0
    jne __cancellable_act
    syscall
__cancellable_end:
    ret
__cancellable_act:
    sub rsp, 8
    cfi_adjust_cfa_offset 8
    call __cancel_now
    hlt
__cancellable_trap.end:
    cfi_endproc
section .note.GNU-stack noalloc noexec nowrite progbits
