// Interval timers: setitimer(2), alarm(2).
#pragma once

#include "kernel/proc/process.h"

struct IntervalSetting {
    Nanoseconds interval = 0, value = 0; // 0: off
};
IntervalSetting interval_timer_get(const Process& process, int which);
// Returns what was set before.
IntervalSetting interval_timer_set(Process& process, int which, IntervalSetting setting);
