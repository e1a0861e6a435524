// The two clocks (monotonic and of day) and the one-shot timer interrupt.
#pragma once

#include "kernel/base/time.h"
#include "kernel/base/timer.h"

// Nanoseconds since boot; never goes back. From the time-stamp counter, calibrated at boot.
Nanoseconds clock_monotonic();
// Nanoseconds since 1970-01-01 UTC: the CMOS clock at boot, or what clock_set_realtime() said.
Nanoseconds clock_realtime();
void clock_set_realtime(Nanoseconds since_1970);
// The time-stamp counter's rate, in kHz.
u64 clock_tsc_khz();
void clock_busy_wait(Nanoseconds duration);

// The kernel's one queue of timers. They are called back at safe points, never from an interrupt.
TimerQueue& kernel_timers();

// Calibrates the time-stamp counter and the local APIC's timer; reads the CMOS clock.
void clock_init();
// Makes the timer interrupt come at `deadline` (never for no_deadline). Costs nothing when it is
// already set to come by then and `exactly` isn't asked for.
void clock_arm(Nanoseconds deadline);
