// What the processor does when no thread can run: it polls devices for a while, since an answer
// often comes soon and an interrupt costs more than looking; then it sleeps.
#include "kernel/arch/clock.h"
#include "kernel/arch/cpu.h"
#include "kernel/sched/threads.h"

namespace {

List<IdlePoller, &IdlePoller::node> pollers;

bool something_to_do() {
    return scheduler_has_runnable() || scheduler_has_work() || this_cpu().work_pending;
}

// True when there is something to do now.
bool poll_for_a_while() {
    const Nanoseconds end = clock_monotonic() + idle_poll_time;
    Nanoseconds now;
    do {
        bool found = false;
        for (IdlePoller& poller : pollers) found |= poller.poll(poller);
        if (found || something_to_do()) return true;
        now = clock_monotonic();
        if (kernel_timers().next_expiry() <= now) return true;
    } while (now < end);
    return false;
}

} // namespace

void register_idle_poller(IdlePoller& poller) { pollers.push_back(poller); }

void scheduler_idle() {
    for (;;) {
        run_pending_work();
        if (scheduler_has_runnable()) {
            clock_arm(clock_monotonic() + sample_interval);
            schedule();
            continue;
        }
        if (!pollers.empty() && poll_for_a_while()) continue;
        for (IdlePoller& poller : pollers)
            if (poller.before_sleep) poller.before_sleep(poller);
        if (something_to_do()) continue;
        wait_for_interrupt();
    }
}
