// Interval timers. Those that count the process's own time look again when as much time has passed
// as is missing: a process can't use more.
#include "kernel/proc/interval_timer.h"

#include "kernel/base/clock.h"
#include "kernel/proc/cpu_time.h"
#include "kernel/uapi/time.h"

namespace {

constexpr int signals[] = {SIGALRM, SIGVTALRM, SIGPROF};

Nanoseconds now_of(const Process::IntervalTimer& timer) {
    switch (timer.which) {
    case ITIMER_REAL:
        return clock_monotonic();
    case ITIMER_VIRTUAL:
        return cpu_times_of(*timer.process).user;
    default:
        return timer.process->cpu_time();
    }
}

void arm(Process::IntervalTimer& timer) {
    const Nanoseconds now = now_of(timer);
    const Nanoseconds left = timer.expires > now ? timer.expires - now : 0;
    kernel_timers().set(timer.timer, clock_monotonic() + left);
}

void expired(Timer& raw) {
    // The Timer is the first member.
    auto& timer = reinterpret_cast<Process::IntervalTimer&>(raw);
    const Nanoseconds now = now_of(timer);
    if (now < timer.expires) return arm(timer);
    if (timer.interval) {
        timer.expires += ((now - timer.expires) / timer.interval + 1) * timer.interval;
        arm(timer);
    } else {
        timer.expires = 0;
    }
    send_signal(*timer.process, signals[timer.which]);
}

} // namespace

Process::IntervalTimer::IntervalTimer(Process* process, int which)
    : timer(expired), process(process), which(which) {}

IntervalSetting interval_timer_get(const Process& process, int which) {
    const auto& timer = process.interval_timers[which];
    if (!timer.expires) return {timer.interval, 0};
    const Nanoseconds now = now_of(timer);
    // What is due but hasn't been seen yet isn't off.
    return {timer.interval, timer.expires > now ? timer.expires - now : 1000};
}

IntervalSetting interval_timer_set(Process& process, int which, IntervalSetting setting) {
    const IntervalSetting before = interval_timer_get(process, which);
    auto& timer = process.interval_timers[which];
    kernel_timers().cancel(timer.timer);
    timer.interval = setting.interval;
    timer.expires = setting.value ? now_of(timer) + setting.value : 0;
    if (timer.expires) arm(timer);
    return before;
}
