// The scheduler's half of kernel/base/wait.h: blocking, being told, time-outs.
#include "kernel/base/wait.h"
#include "kernel/base/clock.h"
#include "kernel/sched/threads.h"

namespace {

// Counts as woken only once: an exclusive wake-up isn't spent on one that was already told.
bool tell_thread(WaitEntry& entry, u32) {
    Thread& thread = *static_cast<Thread*>(static_cast<ThreadWait&>(entry).thread);
    if (thread.wake_pending) return false;
    make_runnable(thread);
    return true;
}

} // namespace

ThreadWait::ThreadWait() : WaitEntry(tell_thread), thread(&current_thread()) {}

Result<void> block_current(Nanoseconds deadline, bool interruptible) {
    Thread& thread = current_thread();
    if (this_cpu().work_pending) run_pending_work(); // may be what the thread waits for
    if (std::exchange(thread.wake_pending, false)) return {};
    if (interruptible && thread.signal_pending) return Errno{EINTR};
    if (deadline != no_deadline) {
        if (clock_monotonic() >= deadline) return Errno{ETIMEDOUT};
        kernel_timers().set(thread.wake_timer, deadline);
    }
    thread.timed_out = false;
    thread.interruptible = interruptible;
    thread.state = ThreadState::blocked;
    schedule();
    thread.interruptible = false;
    kernel_timers().cancel(thread.wake_timer);
    if (std::exchange(thread.wake_pending, false)) return {};
    if (interruptible && thread.signal_pending) return Errno{EINTR};
    if (thread.timed_out) return Errno{ETIMEDOUT};
    return {};
}

void thread_interrupt(Thread& thread) {
    if (thread.interruptible) scheduler_resume(thread);
}

Result<void> sleep_until(Nanoseconds deadline, bool interruptible) {
    for (;;) {
        const Result<void> waited = block_current(deadline, interruptible);
        if (waited.ok()) continue; // told of something else
        if (waited.error() == Errno{ETIMEDOUT}) return {};
        return waited.error();
    }
}
