// What both ABIs' signal frames have in common.
#pragma once

#include "kernel/proc/process.h"

constexpr u64 rflags_cleared_for_handler = 1 << 10 | 1 << 8 | 1 << 16; // DF, TF, RF
// What sigreturn may change: CF PF AF ZF SF TF DF OF RF AC.
constexpr u64 rflags_restorable = 0x50dd5;

// Where a frame goes: below the stack pointer, or on the alternate stack.
inline u64 signal_stack_top(const Task& task, u64 rsp, const SignalAction& action) {
    const stack_native& alternate = task.alternate_stack;
    if (!(action.flags & SA_ONSTACK) || alternate.ss_size == 0) return rsp;
    const bool on_it = rsp > alternate.ss_sp && rsp - alternate.ss_sp <= alternate.ss_size;
    return on_it ? rsp : alternate.ss_sp + alternate.ss_size;
}

// As sigaltstack(2) tells it: with SS_ONSTACK or SS_DISABLE.
inline stack_native described_stack(const Task& task, u64 rsp) {
    stack_native stack = task.alternate_stack;
    if (stack.ss_size == 0)
        stack.ss_flags = SS_DISABLE;
    else if (rsp > stack.ss_sp && rsp - stack.ss_sp <= stack.ss_size)
        stack.ss_flags = SS_ONSTACK;
    return stack;
}
// sigaltstack(2)'s setting. EINVAL, ENOMEM, EPERM.
Result<void> set_alternate_stack(Task& task, const stack_native& stack, u64 rsp, usize minimum);

// A frame that makes no sense: the program can't go on.
inline void bad_signal_frame(Task& task) {
    force_signal(task, SignalInfo{.signal = SIGSEGV, .code = SI_KERNEL});
}
