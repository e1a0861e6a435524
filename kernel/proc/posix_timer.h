// Timers of a process that send signals: timer_create(2).
#pragma once

#include "kernel/proc/process.h"

// How a timer tells: sigevent(7).
struct TimerNotification {
    int how = SIGEV_SIGNAL; // SIGEV_*
    int signal = SIGALRM;
    int tid = 0; // for SIGEV_THREAD_ID
    u64 value = 0;
};
struct TimerTimes {
    Nanoseconds interval = 0;
    Nanoseconds value = 0; // until the next expiry, or on the clock when absolute; 0: off
};

// The id of a new timer of the calling process. `notification` null: SIGALRM with the id. Errors:
// EINVAL, EAGAIN.
Result<int> posix_timer_create(int clock, const TimerNotification* notification);
// What was set before. EINVAL.
Result<TimerTimes> posix_timer_set(int id, const TimerTimes& times, bool absolute);
Result<TimerTimes> posix_timer_get(int id);
Result<int> posix_timer_overrun(int id);
Result<void> posix_timer_delete(int id);
// All of them: the process ends, or runs another program.
void posix_timers_clear(Process& process);
