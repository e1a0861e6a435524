; The change from one kernel stack to another, and the first steps of a new thread.

extern thread_begin

; void switch_context(u64* save_rsp, u64 load_rsp): returns in the other thread, to where that one
; called it. Only what a function must preserve is saved (System V ABI, AMD64, 3.2.1).
global switch_context:function
switch_context:
    push rbp
    push rbx
    push r12
    push r13
    push r14
    push r15
    mov [rdi], rsp
    mov rsp, rsi
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    pop rbp
    ret

; What a new thread's stack is prepared to return to: start in r12, argument in r13.
global thread_trampoline:function
thread_trampoline:
    sub rsp, 8                  ; 16-byte alignment at the call
    mov rdi, r12
    mov rsi, r13
    call thread_begin
    ud2
