// The FPU and SSE registers of user programs (the kernel uses none). They are switched when a
// thread really uses them: until then CR0.TS makes the first use trap.
#pragma once

#include "kernel/base/result.h"
#include "kernel/sched/thread.h"

// The FXSAVE area: Intel SDM vol. 1, table 10-2.
struct alignas(16) FpuState {
    u8 bytes[512];
};

// The calling thread used the FPU without owning it: gives it to it. False without memory.
bool fpu_first_use();
// At a thread switch: the next thread owns the registers, or traps on its first use.
void fpu_switch(Thread& next);
// The thread's state, brought up to date in memory; null when it never used the FPU.
FpuState* fpu_state(Thread& thread);
// Gives the thread this state (sigreturn); null: as for a new program. ENOMEM.
Result<void> fpu_set_state(Thread& thread, const FpuState* state);
// fork: `to` gets a copy of what `from` has. ENOMEM.
Result<void> fpu_copy(Thread& from, Thread& to);
// The thread has none any more: execve, exit.
void fpu_discard(Thread& thread);
