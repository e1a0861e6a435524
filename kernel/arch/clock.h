// The kernel's side of kernel/base/clock.h: setting the clocks, and the one-shot timer interrupt.
#pragma once

#include "kernel/base/clock.h"

void clock_set_realtime(Nanoseconds since_1970);
// The time-stamp counter's rate, in kHz.
u64 clock_tsc_khz();
void clock_busy_wait(Nanoseconds duration);

// Calibrates the time-stamp counter and the local APIC's timer; reads the CMOS clock.
void clock_init();
// Makes the timer interrupt come by `deadline`. Costs nothing when it is set to come before that
// anyway: an interrupt that finds nothing due only arms the next one.
void clock_arm(Nanoseconds deadline);
