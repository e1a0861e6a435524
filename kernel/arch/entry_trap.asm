; Where exceptions and interrupts lead, and the way back to user mode that all entries share.

%include "kernel/arch/entry.inc"

MSR_GS_BASE equ 0xc0000101

extern trap_dispatch, return_to_user, trap_bad_return

; One stub a vector: they make the frame the same whether the processor pushes an error code
; (SDM vol. 3, table 6-1) or not, and say which vector it was.
%macro trap_stub 2              ; vector, common code
trap_stub_%1:
%if %1 == 8 || (%1 >= 10 && %1 <= 14) || %1 == 17 || %1 == 21
cfi_begin trap_stub_%1, 48
%else
cfi_begin trap_stub_%1, 40
    pushed 0
%endif
    pushed %1
    jmp %2
cfi_end
%endmacro

%assign vector 0
%rep 49
%if vector == 2 || vector == 8 || vector == 18
    trap_stub vector, trap_on_own_stack
%else
    trap_stub vector, trap_common
%endif
%assign vector vector + 1
%endrep
    trap_stub 255, trap_common

trap_common:
cfi_begin trap_common, 56
    pushed -1                   ; original_rax: not a system call
    save_registers
    cld
    user_access_end
    test byte [rsp + FRAME_CS], 3
    jz .from_kernel
    swapgs
    call_with_frame trap_dispatch
    jmp user_exit
.from_kernel:
    call_with_frame trap_dispatch
    restore_registers
    add rsp, 3 * 8              ; original_rax, vector, error_code
    iretq
cfi_end

; Double fault, NMI and machine check come on stacks of their own and at any instruction, also
; where the kernel runs with the user's gs: its sign tells whose it is.
trap_on_own_stack:
cfi_begin trap_on_own_stack, 56
    pushed -1
    save_registers
    cld
    user_access_end
    xor ebx, ebx                ; whether to swap back
    mov ecx, MSR_GS_BASE
    rdmsr
    test edx, edx
    js .kernel_gs
    swapgs
    inc ebx
.kernel_gs:
    call_with_frame trap_dispatch
    test ebx, ebx
    jz .leave
    swapgs
.leave:
    restore_registers
    add rsp, 3 * 8
    iretq
cfi_end

; Back to user mode with the frame at rsp, through the safe point.
global user_exit:function
user_exit:
cfi_begin user_exit, FRAME_SIZE
    test_pending_work
    jnz .slow
.leave:
    ; IRETQ must not fault: it would in the kernel with the user's gs. What it loads is checked
    ; first; a frame made by sigreturn may hold anything.
    mov rax, [rsp + FRAME_CS]
    mov rcx, [rsp + FRAME_RIP]
    cmp qword [rsp + FRAME_SS], USER_DATA
    jne .bad
    cmp rax, USER_CODE64
    je .code64
    cmp rax, USER_CODE32
    jne .bad
    shr rcx, 32
    jmp .checked
.code64:
    shr rcx, 47
.checked:
    jnz .bad
    restore_registers
    add rsp, 3 * 8
    swapgs
    iretq
.slow:
    call_with_frame return_to_user
    jmp .leave
.bad:
    call_with_frame trap_bad_return
    jmp user_exit
cfi_end

; [[noreturn]] void leave_to_user(TrapFrame* frame)
global leave_to_user:function
leave_to_user:
    mov rsp, rdi
    jmp user_exit

; The stubs' addresses, for the IDT: vectors 0-48, then 255.
section .rodata
global trap_stubs
trap_stubs:
%assign vector 0
%rep 49
    dq trap_stub_ %+ vector
%assign vector vector + 1
%endrep
    dq trap_stub_255
