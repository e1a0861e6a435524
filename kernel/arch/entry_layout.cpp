// Holds the numbers in entry.inc to the structures they describe.
#include "kernel/sched/thread.h"

static_assert(offsetof(Cpu, self) == 0);
static_assert(offsetof(Cpu, current) == 8);
static_assert(offsetof(Cpu, user_rsp_scratch) == 16);
static_assert(offsetof(Cpu, kernel_rsp_top) == 24);
static_assert(offsetof(Cpu, work_pending) == 32);
static_assert(offsetof(Thread, signal_pending) == 0);
static_assert(offsetof(Thread, need_resched) == 1);
static_assert(offsetof(TrapFrame, r11) == 6 * 8);
static_assert(offsetof(TrapFrame, rcx) == 11 * 8);
static_assert(offsetof(TrapFrame, rip) == 18 * 8);
static_assert(offsetof(TrapFrame, cs) == 19 * 8);
static_assert(offsetof(TrapFrame, rflags) == 20 * 8);
static_assert(offsetof(TrapFrame, ss) == 22 * 8);
static_assert(sizeof(TrapFrame) == 23 * 8);
