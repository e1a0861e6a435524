// Resource usage.
#include "kernel/proc/usage.h"

#include "kernel/proc/cpu_time.h"
#include "kernel/proc/user_time.h"

namespace {
constexpr i64 kib_per_page = page_size / 1024;

void put_times(rusage_native& usage, const CpuTimes& times) {
    usage.ru_utime = to_timeval(times.user);
    usage.ru_stime = to_timeval(times.system);
}
} // namespace

rusage_native usage_of(const Process& process) {
    rusage_native usage{};
    put_times(usage, cpu_times_of(process));
    usage.ru_minflt = static_cast<i64>(process.minor_faults);
    u64 peak = process.max_resident;
    if (process.memory && process.memory->resident_pages() > peak)
        peak = process.memory->resident_pages();
    usage.ru_maxrss = static_cast<i64>(peak) * kib_per_page;
    return usage;
}

rusage_native usage_of_children(const Process& process) {
    rusage_native usage{};
    put_times(usage, process.children_times);
    usage.ru_minflt = static_cast<i64>(process.children_faults);
    usage.ru_maxrss = static_cast<i64>(process.children_max_resident) * kib_per_page;
    return usage;
}

rusage_native usage_of_thread(const Task& task) {
    rusage_native usage = usage_of(*task.process);
    put_times(usage, task.times);
    return usage;
}

rusage32 to_compat(const rusage_native& in) {
    rusage32 out{};
    out.ru_utime = {static_cast<i32>(in.ru_utime.tv_sec), static_cast<i32>(in.ru_utime.tv_usec)};
    out.ru_stime = {static_cast<i32>(in.ru_stime.tv_sec), static_cast<i32>(in.ru_stime.tv_usec)};
    out.ru_maxrss = static_cast<i32>(in.ru_maxrss);
    out.ru_minflt = static_cast<i32>(in.ru_minflt);
    return out;
}
