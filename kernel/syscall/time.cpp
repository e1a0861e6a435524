// The time calls.
#include "kernel/syscall/time.h"

#include "kernel/arch/clock.h"
#include "kernel/base/restart.h"
#include "kernel/proc/cpu_time.h"
#include "kernel/proc/interval_timer.h"
#include "kernel/proc/user_time.h"
#include "kernel/syscall/poll.h"
#include "kernel/uapi/time.h"

namespace {

constexpr i64 us_per_second = 1'000'000;

// The CPU clock of another process or thread: ~pid << 3 | kind (clock_getcpuclockid(3)).
Result<Nanoseconds> cpu_clock(int clock) {
    const int id = ~(clock >> 3);
    const bool of_thread = clock & 4;
    if ((clock & 3) == 3) return Errno{EINVAL}; // a descriptor
    if (of_thread) {
        Task* task = id ? find_task(id) : &current_task();
        if (!task || task->process.get() != &current_process()) return Errno{EINVAL};
        return task_cpu_time(*task);
    }
    Process* process = id ? find_process(id) : &current_process();
    if (!process) return Errno{EINVAL};
    return process->cpu_time();
}

Result<Nanoseconds> read_clock(int clock) {
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI:
        return clock_realtime();
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
        return clock_monotonic();
    case CLOCK_PROCESS_CPUTIME_ID:
        return current_process().cpu_time();
    case CLOCK_THREAD_CPUTIME_ID:
        return task_cpu_time(current_task());
    default:
        break;
    }
    if (clock < 0) return cpu_clock(clock);
    return Errno{EINVAL};
}

Result<void> set_clock(int clock, Nanoseconds time) {
    if (clock != CLOCK_REALTIME) {
        TRY(read_clock(clock));
        return Errno{EINVAL};
    }
    if (current_process().credentials.euid != 0) return Errno{EPERM};
    clock_set_realtime(time);
    return {};
}

// Sleeps; the remainder is written when a signal ends it. `absolute` deadlines start again as they
// are, others go on by restart_syscall.
SysResult sleep_until_deadline() {
    Task& task = current_task();
    auto& r = task.restart;
    Result<void> slept;
    while (slept.ok() && clock_monotonic() < r.deadline) {
        slept = block_current(r.deadline);
        if (!slept.ok() && slept.error().code == ETIMEDOUT) slept = Result<void>();
    }
    if (slept.ok()) return 0;
    if (r.absolute) return Errno{ERESTARTNOHAND};
    const Nanoseconds now = clock_monotonic();
    const Nanoseconds left = r.deadline > now ? r.deadline - now : 0;
    if (r.remainder && r.is_32bit)
        TRY(put_user(UserPtr<timespec32>(r.remainder), to_timespec32(left)));
    else if (r.remainder)
        TRY(put_user(UserPtr<timespec_native>(r.remainder), to_timespec(left)));
    r.armed = true;
    r.polling = false;
    return Errno{ERESTART_RESTARTBLOCK};
}

// On one processor a process's time passes no faster than the wall clock's: what is missing is the
// least that there is to wait. After a signal it begins anew (Linux would go on).
SysResult sleep_process_time(int clock, Nanoseconds target) {
    for (;;) {
        const Nanoseconds now = TRY(read_clock(clock));
        if (now >= target) return 0;
        auto slept = block_current(clock_monotonic() + (target - now));
        if (!slept.ok() && slept.error().code != ETIMEDOUT) return Errno{EINTR};
    }
}

SysResult sleep(int clock, int flags, Nanoseconds span, uptr remainder, bool is_32bit) {
    if (clock == CLOCK_THREAD_CPUTIME_ID) return Errno{EINVAL};
    const bool coarse = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE;
    if (coarse || clock == CLOCK_MONOTONIC_RAW) return Errno{EOPNOTSUPP};
    constexpr int of_thread = 4; // in a clock of another's processor time (clock_getcpuclockid(3))
    if (clock < 0 && (clock & of_thread)) return Errno{EOPNOTSUPP};
    const Nanoseconds now = TRY(read_clock(clock));
    if (clock == CLOCK_PROCESS_CPUTIME_ID || clock < 0)
        return sleep_process_time(clock, flags & TIMER_ABSTIME ? span : now + span);
    auto& r = current_task().restart;
    r.absolute = flags & TIMER_ABSTIME;
    r.is_32bit = is_32bit;
    r.remainder = r.absolute ? 0 : remainder;
    const Nanoseconds left = r.absolute ? (span > now ? span - now : 0) : span;
    r.deadline = left == no_deadline ? no_deadline : clock_monotonic() + left;
    return sleep_until_deadline();
}

template <class T>
Result<Nanoseconds> from_timeval(const T& time) {
    if (time.tv_sec < 0 || time.tv_usec < 0 || time.tv_usec >= us_per_second) return Errno{EINVAL};
    return static_cast<Nanoseconds>(time.tv_sec) * ns_per_second +
           static_cast<Nanoseconds>(time.tv_usec) * 1000;
}

template <class Value>
Result<IntervalSetting> read_setting(UserPtr<const Value> value) {
    IntervalSetting setting;
    if (!value) return setting; // Linux: as if it were zero
    const Value in = TRY(get_user(value));
    setting.interval = TRY(from_timeval(in.it_interval));
    setting.value = TRY(from_timeval(in.it_value));
    return setting;
}

bool valid_timer(int which) { return which >= ITIMER_REAL && which <= ITIMER_PROF; }

} // namespace

SysResult sys_clock_gettime(int clock, UserPtr<timespec_native> time) {
    TRY(put_user(time, to_timespec(TRY(read_clock(clock)))));
    return 0;
}
SysResult compat_sys_clock_gettime32(int clock, UserPtr<timespec32> time) {
    TRY(put_user(time, to_timespec32(TRY(read_clock(clock)))));
    return 0;
}

SysResult sys_clock_settime(int clock, UserPtr<const timespec_native> time) {
    TRY(set_clock(clock, TRY(checked_span(TRY(get_user(time))))));
    return 0;
}
SysResult compat_sys_clock_settime64(int clock, UserPtr<const timespec_time64> time) {
    TRY(set_clock(clock, TRY(checked_span(TRY(get_user(time))))));
    return 0;
}
SysResult compat_sys_clock_settime32(int clock, UserPtr<const timespec32> time) {
    TRY(set_clock(clock, TRY(checked_span(TRY(get_user(time))))));
    return 0;
}

SysResult sys_clock_getres(int clock, UserPtr<timespec_native> resolution) {
    TRY(read_clock(clock));
    if (resolution) TRY(put_user(resolution, {0, 1}));
    return 0;
}
SysResult compat_sys_clock_getres32(int clock, UserPtr<timespec32> resolution) {
    TRY(read_clock(clock));
    if (resolution) TRY(put_user(resolution, {0, 1}));
    return 0;
}

SysResult sys_clock_nanosleep(int clock, int flags, UserPtr<const timespec_native> time,
                              UserPtr<timespec_native> remainder) {
    const Nanoseconds span = TRY(checked_span(TRY(get_user(time))));
    return sleep(clock, flags, span, remainder.address, false);
}
SysResult compat_sys_clock_nanosleep_time64(int clock, int flags,
                                            UserPtr<const timespec_time64> time,
                                            UserPtr<timespec_native> remainder) {
    const Nanoseconds span = TRY(checked_span(TRY(get_user(time))));
    return sleep(clock, flags, span, remainder.address, false);
}
SysResult compat_sys_clock_nanosleep32(int clock, int flags, UserPtr<const timespec32> time,
                                       UserPtr<timespec32> remainder) {
    const Nanoseconds span = TRY(checked_span(TRY(get_user(time))));
    return sleep(clock, flags, span, remainder.address, true);
}
SysResult sys_nanosleep(UserPtr<const timespec_native> time, UserPtr<timespec_native> remainder) {
    return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, time, remainder);
}
SysResult compat_sys_nanosleep32(UserPtr<const timespec32> time, UserPtr<timespec32> remainder) {
    return compat_sys_clock_nanosleep32(CLOCK_MONOTONIC, 0, time, remainder);
}

SysResult sys_restart_syscall() {
    auto& r = current_task().restart;
    if (!r.armed) return Errno{EINTR};
    r.armed = false;
    if (r.polling) return restart_poll(UserPtr<abi::pollfd>(r.remainder), r.count, r.deadline);
    return sleep_until_deadline();
}

// The time zone is nobody's business here: zeros, as on Linux without settimeofday.
SysResult sys_gettimeofday(UserPtr<timeval_native> time, UserPtr<int> zone) {
    if (time) TRY(put_user(time, to_timeval(clock_realtime())));
    if (zone) TRY(clear_user(zone, 2 * sizeof(int)));
    return 0;
}
SysResult compat_sys_gettimeofday(UserPtr<timeval32> time, UserPtr<int> zone) {
    if (time) TRY(put_user(time, to_timeval32(clock_realtime())));
    if (zone) TRY(clear_user(zone, 2 * sizeof(int)));
    return 0;
}
SysResult sys_settimeofday(UserPtr<const timeval_native> time, UserPtr<const int>) {
    if (time) TRY(set_clock(CLOCK_REALTIME, TRY(from_timeval(TRY(get_user(time))))));
    return 0;
}
SysResult compat_sys_settimeofday(UserPtr<const timeval32> time, UserPtr<const int>) {
    if (time) TRY(set_clock(CLOCK_REALTIME, TRY(from_timeval(TRY(get_user(time))))));
    return 0;
}

SysResult sys_time(UserPtr<i64> time) {
    const i64 seconds = static_cast<i64>(clock_realtime() / ns_per_second);
    if (time) TRY(put_user(time, seconds));
    return seconds;
}
SysResult compat_sys_time(UserPtr<i32> time) {
    const i32 seconds = static_cast<i32>(clock_realtime() / ns_per_second);
    if (time) TRY(put_user(time, seconds));
    return seconds;
}

SysResult sys_times(UserPtr<tms_native> times) {
    const CpuTimes own = cpu_times_of(current_process());
    const CpuTimes& children = current_process().children_times;
    const auto ticks = [](Nanoseconds ns) { return static_cast<i64>(ns / ns_per_tick); };
    if (times)
        TRY(put_user(times, {ticks(own.user), ticks(own.system), ticks(children.user),
                             ticks(children.system)}));
    return ticks(clock_monotonic());
}
SysResult compat_sys_times(UserPtr<tms32> times) {
    const CpuTimes own = cpu_times_of(current_process());
    const CpuTimes& children = current_process().children_times;
    const auto ticks = [](Nanoseconds ns) { return static_cast<i32>(ns / ns_per_tick); };
    if (times)
        TRY(put_user(times, {ticks(own.user), ticks(own.system), ticks(children.user),
                             ticks(children.system)}));
    return ticks(clock_monotonic());
}

SysResult sys_alarm(u32 seconds) {
    const IntervalSetting before = interval_timer_set(
        current_process(), ITIMER_REAL, {0, static_cast<Nanoseconds>(seconds) * ns_per_second});
    if (!before.value) return 0;
    // To the nearest second, but never 0 for one that is set.
    const u64 left = (before.value + ns_per_second / 2) / ns_per_second;
    return static_cast<long>(left ? left : 1);
}

SysResult sys_setitimer(int which, UserPtr<const itimerval_native> value,
                        UserPtr<itimerval_native> old) {
    if (!valid_timer(which)) return Errno{EINVAL};
    const IntervalSetting setting = TRY(read_setting(value));
    const IntervalSetting before = interval_timer_set(current_process(), which, setting);
    if (old) TRY(put_user(old, {to_timeval(before.interval), to_timeval(before.value)}));
    return 0;
}
SysResult compat_sys_setitimer(int which, UserPtr<const itimerval32> value,
                               UserPtr<itimerval32> old) {
    if (!valid_timer(which)) return Errno{EINVAL};
    const IntervalSetting setting = TRY(read_setting(value));
    const IntervalSetting before = interval_timer_set(current_process(), which, setting);
    if (old) TRY(put_user(old, {to_timeval32(before.interval), to_timeval32(before.value)}));
    return 0;
}
SysResult sys_getitimer(int which, UserPtr<itimerval_native> value) {
    if (!valid_timer(which)) return Errno{EINVAL};
    const IntervalSetting now = interval_timer_get(current_process(), which);
    TRY(put_user(value, {to_timeval(now.interval), to_timeval(now.value)}));
    return 0;
}
SysResult compat_sys_getitimer(int which, UserPtr<itimerval32> value) {
    if (!valid_timer(which)) return Errno{EINVAL};
    const IntervalSetting now = interval_timer_get(current_process(), which);
    TRY(put_user(value, {to_timeval32(now.interval), to_timeval32(now.value)}));
    return 0;
}
