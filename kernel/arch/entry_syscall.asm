; The 64-bit door: where `syscall` leads. The processor has put the user's rip into rcx and its
; flags into r11, masked the flags with SFMASK, and changed nothing else: not even the stack.
; (SDM vol. 2, SYSCALL and SYSRET.)

%include "kernel/arch/entry.inc"

extern syscall_entry64, return_to_user, user_exit

global syscall_door:function
syscall_door:
    swapgs
    mov [gs:CPU_USER_RSP], rsp
    mov rsp, [gs:CPU_KERNEL_RSP]

    push USER_DATA              ; what an interrupt would have pushed: ss, rsp, rflags, cs, rip
    push qword [gs:CPU_USER_RSP]
    push r11
    push USER_CODE64
    push rcx
cfi_begin syscall_door, 40
    pushed 0                    ; error_code
    pushed 0                    ; vector
    pushed rax                  ; original_rax
    save_registers
    call_with_frame syscall_entry64

    test_pending_work
    jnz .slow
.leave:
    ; SYSRET can return only to where SYSCALL came from. After execve or sigreturn the frame holds
    ; other registers, and a non-canonical rip would fault in the kernel, with the user's stack.
    mov rcx, [rsp + FRAME_RIP]
    mov r11, [rsp + FRAME_RFLAGS]
    cmp rcx, [rsp + FRAME_RCX]
    jne .full
    cmp r11, [rsp + FRAME_R11]
    jne .full
    cmp qword [rsp + FRAME_CS], USER_CODE64
    jne .full
    test r11d, 1 << 8 | 1 << 16 ; TF, RF
    jnz .full
    shr rcx, 47
    jnz .full
    restore_registers
    mov rsp, [rsp + 6 * 8]
    swapgs
    o64 sysret

.slow:
    call_with_frame return_to_user
    jmp .leave
.full:
    jmp user_exit
cfi_end

; The 32-bit `syscall` (AMD's; CSTAR): no door of ours. Programs for i386 use int 0x80, which the
; auxiliary vector tells them by leaving out AT_SYSINFO. -ENOSYS.
global syscall_door32:function
syscall_door32:
    mov eax, -38
    o32 sysret
