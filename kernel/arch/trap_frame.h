// What an entry saves of the interrupted code: one layout for exceptions, interrupts and both
// system-call doors. It lies at the top of the thread's kernel stack whenever the thread is in the
// kernel on behalf of user code.
#pragma once

#include "kernel/base/types.h"

// Selectors. The order is the one that SYSRET wants (Intel SDM vol. 2, SYSRET): user 32-bit code,
// user data, user 64-bit code; the numbers are Linux's, which programs and debuggers have seen.
constexpr u16 kernel_code_selector = 0x10;
constexpr u16 kernel_data_selector = 0x18;
constexpr u16 user_code32_selector = 0x23;
constexpr u16 user_data_selector = 0x2b;
constexpr u16 user_code64_selector = 0x33;
constexpr u16 tss_selector = 0x40;
constexpr u16 tls_selector_first = 0x63; // three GDT slots, as set_thread_area(2) on Linux/x86-64

struct TrapFrame {
    // Saved by the entry (kernel/arch/entry_*.asm keeps this order).
    u64 r15, r14, r13, r12, rbp, rbx;
    u64 r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    // The system-call number as it came in (rax is overwritten by the result), or -1 when this
    // isn't a system call.
    i64 original_rax;
    // Of an exception or interrupt: which, and the processor's error code (0 when it has none).
    u64 vector, error_code;
    // Pushed by the processor (or built by the syscall entry in the same form).
    u64 rip, cs, rflags, rsp, ss;

    bool from_user() const { return (cs & 3) == 3; }
    // True when the interrupted code is 32-bit code.
    bool is_compat() const { return cs == user_code32_selector; }
};
