// The five-second sample. The factors are e^(-5s/T) in 11 bits, Linux's EXP_1, EXP_5 and EXP_15.
#include "kernel/fs/load.h"
#include "kernel/base/clock.h"
#include "kernel/sched/scheduler.h"

namespace {
constexpr Nanoseconds sample_every = s_to_ns(5);
constexpr u64 decay[3] = {1884, 2014, 2037};
u64 averages[3];

void sample(Timer& timer) {
    // This runs at a safe point of some thread; the timer itself isn't load.
    const u64 active = u64{scheduler_statistics().runnable} * load_fixed_one;
    for (unsigned i = 0; i < 3; i++)
        averages[i] =
            (averages[i] * decay[i] + active * (load_fixed_one - decay[i])) / load_fixed_one;
    kernel_timers().set(timer, clock_monotonic() + sample_every);
}

Timer timer(sample);
} // namespace

u64 load_average(unsigned which) { return averages[which]; }
void load_average_start() { kernel_timers().set(timer, clock_monotonic() + sample_every); }
