// The clocks, the timers and the random numbers that every room may ask for. The kernel answers in
// kernel/arch and kernel/sched; a host test with a simulated clock.
#pragma once

#include "kernel/base/time.h"
#include "kernel/base/timer.h"
#include <span>

// Since boot, never goes back; ns.
Nanoseconds clock_monotonic();
// Since 1970-01-01 UTC; ns.
Nanoseconds clock_realtime();
// The queue whose timers are run at safe points, never from an interrupt.
TimerQueue& kernel_timers();
// Unpredictable bytes.
void random_bytes(std::span<u8> out);
