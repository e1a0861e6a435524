; The 32-bit door: where `int 0x80` leads (interrupt gate, DPL 3), from 32-bit and 64-bit programs
; alike. The processor has switched to the thread's kernel stack and pushed ss, rsp, rflags, cs and
; rip there; interrupts are off.

%include "kernel/arch/entry.inc"

extern syscall_entry32, user_exit

global int80_door:function
int80_door:
cfi_begin int80_door, 40
    pushed 0                    ; error_code
    pushed 0x80                 ; vector
    pushed rax                  ; original_rax
    save_registers
    swapgs
    cld
    user_access_end
    call_with_frame syscall_entry32
    jmp user_exit
cfi_end
