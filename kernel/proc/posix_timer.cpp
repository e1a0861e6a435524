// POSIX timers. While the signal of a timer is pending, further expiries are counted in it
// (POSIX.1-2017 XSH 2.4.1), so that a fast timer can't flood its process.
#include "kernel/proc/posix_timer.h"

#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/uapi/time.h"

namespace {

struct PosixTimer {
    PosixTimer(Process& process, int id, int clock);
    Timer timer; // the first member: expired() gets it
    ListNode node;
    Process& process;
    int id, clock;
    int tid = 0; // whose CPU clock it is
    TimerNotification notification;
    Nanoseconds interval = 0;
    Nanoseconds expires = 0; // on now_of(); 0: off
    u32 overrun = 0;         // of the last signal
};

// However short the interval: a timer goes off no more often than that.
constexpr Nanoseconds shortest_pause = us_to_ns(50);
constexpr u64 max_overrun = 0x7fffffff; // DELAYTIMER_MAX

Nanoseconds now_of(const PosixTimer& timer) {
    if (timer.clock == CLOCK_PROCESS_CPUTIME_ID) return timer.process.cpu_time();
    if (timer.clock != CLOCK_THREAD_CPUTIME_ID) return clock_monotonic();
    const Task* task = find_task(timer.tid);
    return task ? task_cpu_time(*task) : 0;
}

// A process can't use more CPU time than passes: it is looked at again when as much is gone.
void arm(PosixTimer& timer) {
    const Nanoseconds now = now_of(timer);
    const Nanoseconds left = timer.expires > now ? timer.expires - now : 0;
    const Nanoseconds clock = clock_monotonic();
    kernel_timers().set(timer.timer,
                        left > no_deadline - 1 - clock ? no_deadline - 1 : clock + left);
}

void notify(PosixTimer& timer, u64 expiries) {
    const TimerNotification& how = timer.notification;
    if (how.how == SIGEV_NONE) return;
    Task* task = how.how == SIGEV_THREAD_ID ? find_task(how.tid) : nullptr;
    if (how.how == SIGEV_THREAD_ID && (!task || task->process.get() != &timer.process)) return;
    PendingSignals& queue = task ? task->pending : timer.process.pending;
    if (queue.add_overruns(timer.id, expiries)) {
        timer.overrun = static_cast<u32>(min(timer.overrun + expiries, max_overrun));
        return;
    }
    SignalInfo info;
    info.signal = how.signal;
    info.code = SI_TIMER;
    info.kind = SignalInfo::Kind::timer;
    info.pid = timer.id;
    info.uid = timer.overrun = static_cast<u32>(min(expiries - 1, max_overrun));
    info.value = how.value;
    (void)(task ? send_signal_to_task(*task, info) : send_signal(timer.process, info));
}

void expired(Timer& raw) {
    auto& timer = reinterpret_cast<PosixTimer&>(raw);
    const Nanoseconds now = now_of(timer);
    if (now < timer.expires) return arm(timer);
    u64 expiries = 1;
    if (timer.interval) {
        const Nanoseconds until = now + (timer.interval < shortest_pause ? shortest_pause : 0);
        expiries += (until - timer.expires) / timer.interval;
        timer.expires += expiries * timer.interval;
        arm(timer);
    } else {
        timer.expires = 0;
    }
    notify(timer, expiries);
}

PosixTimer::PosixTimer(Process& process, int id, int clock)
    : timer(expired), process(process), id(id), clock(clock) {}

} // namespace

struct PosixTimers {
    List<PosixTimer, &PosixTimer::node> list;
    int next_id = 0;
};

namespace {

// Never null.
Result<PosixTimer*> find(int id) {
    if (PosixTimers* timers = current_process().posix_timers)
        for (PosixTimer& timer : timers->list)
            if (timer.id == id) return &timer;
    return Errno{EINVAL};
}

TimerTimes times_of(const PosixTimer& timer) {
    if (!timer.expires) return {timer.interval, 0};
    const Nanoseconds now = now_of(timer);
    return {timer.interval, timer.expires > now ? timer.expires - now : 1};
}

// The caller's own CPU clock by id: ~pid << 3 | kind (clock_getcpuclockid(3)). The clocks of others
// aren't taken.
int own_cpu_clock(int clock) {
    if (clock >= 0 || (clock & 3) == 3) return clock;
    const int id = ~(clock >> 3);
    if (clock & 4) return id && id != current_task().tid ? clock : CLOCK_THREAD_CPUTIME_ID;
    return id && id != current_process().pid ? clock : CLOCK_PROCESS_CPUTIME_ID;
}

Result<void> check(const TimerNotification& notification) {
    switch (notification.how) {
    case SIGEV_NONE:
        return {};
    case SIGEV_THREAD_ID: {
        const Task* task = find_task(notification.tid);
        if (!task || task->process.get() != &current_process()) return Errno{EINVAL};
        break;
    }
    case SIGEV_SIGNAL:
    case SIGEV_THREAD: // libc's affair: a signal to the kernel
        break;
    default:
        return Errno{EINVAL};
    }
    if (notification.signal < 1 || notification.signal > signal_count) return Errno{EINVAL};
    return {};
}

} // namespace

Result<int> posix_timer_create(int clock, const TimerNotification* notification) {
    clock = own_cpu_clock(clock);
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
        break;
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC_COARSE:
        return Errno{EOPNOTSUPP};
    default:
        return Errno{EINVAL};
    }
    if (notification) TRY(check(*notification));
    Process& process = current_process();
    if (!process.posix_timers) {
        auto made = make_box<PosixTimers>();
        if (!made) return Errno{EAGAIN};
        process.posix_timers = (*made).release();
    }
    PosixTimers& timers = *process.posix_timers;
    usize count = 0; // as signals that may be pending
    for ([[maybe_unused]] const PosixTimer& timer : timers.list) count++;
    if (count >= process.limits[RLIMIT_SIGPENDING].current) return Errno{EAGAIN};
    auto made = make_box<PosixTimer>(process, timers.next_id, clock);
    if (!made) return Errno{EAGAIN};
    PosixTimer& timer = *(*made).release();
    timers.next_id = (timers.next_id + 1) & 0x7fffffff;
    timer.tid = current_task().tid;
    timer.notification.value = static_cast<u64>(timer.id);
    if (notification) timer.notification = *notification;
    timers.list.push_back(timer);
    return timer.id;
}

Result<TimerTimes> posix_timer_set(int id, const TimerTimes& times, bool absolute) {
    PosixTimer& timer = *TRY(find(id));
    const TimerTimes before = times_of(timer);
    kernel_timers().cancel(timer.timer);
    timer.interval = times.interval;
    timer.expires = 0;
    timer.overrun = 0;
    if (!times.value) return before;
    const bool civil = timer.clock == CLOCK_REALTIME || timer.clock == CLOCK_TAI;
    const Nanoseconds base = civil ? clock_realtime() - clock_monotonic() : 0;
    if (absolute)
        timer.expires = times.value > base ? times.value - base : 1;
    else if (__builtin_add_overflow(now_of(timer), times.value, &timer.expires))
        timer.expires = no_deadline - 1;
    arm(timer);
    return before;
}

Result<TimerTimes> posix_timer_get(int id) { return times_of(*TRY(find(id))); }
Result<int> posix_timer_overrun(int id) { return static_cast<int>(TRY(find(id))->overrun); }

Result<void> posix_timer_delete(int id) {
    Box<PosixTimer> gone(TRY(find(id)));
    return {};
}

void posix_timers_clear(Process& process) {
    Box<PosixTimers> gone(process.posix_timers);
    process.posix_timers = nullptr;
    if (!gone) return;
    while (PosixTimer* timer = gone->list.pop_front()) Box<PosixTimer> owned(timer);
}
