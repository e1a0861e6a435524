// Processor time, told apart into user and system by sampling: the total is exact (clock readings
// at each switch), its parts are what the clock's interrupts find. A system call pays nothing for
// it.
#pragma once

#include "kernel/proc/process.h"

// For the clock's interrupt from user mode: what the thread has used since the last sample goes to
// the side on which the interrupt fell due.
void sample_cpu_time(const TrapFrame& frame);
// The thread ends: the rest, shorter than a sample, goes where the others went.
void settle_cpu_time(Task& task);
// As far as sampled. Both only grow.
CpuTimes cpu_times_of(const Process& process);
