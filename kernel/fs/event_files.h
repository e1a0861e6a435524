// Files that are nothing but events: counters (eventfd(2)) and timers (timerfd_create(2)).
#pragma once

#include "kernel/fs/file.h"

Result<Ref<file>> make_event_counter(u64 count, bool semaphore, u32 flags);

// Times are ns; `expires` 0 stands for a disarmed timer.
struct TimerSetting {
    Nanoseconds interval = 0;
    Nanoseconds expires = 0; // from now, or on the clock when absolute
};
Result<Ref<file>> make_timer_file(int clock, u32 flags);
// The setting before. `expires` of what comes back is from now.
TimerSetting timer_file_set(TimerFile& timer, const TimerSetting& setting, bool absolute);
TimerSetting timer_file_get(const TimerFile& timer);
