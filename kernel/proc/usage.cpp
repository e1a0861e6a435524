// Resource usage.
#include "kernel/proc/usage.h"

#include "kernel/proc/user_time.h"

namespace {
constexpr i64 kib_per_page = page_size / 1024;
}

rusage_native usage_of(const Process& process) {
    rusage_native usage{};
    usage.ru_utime = to_timeval(process.cpu_time());
    usage.ru_minflt = static_cast<i64>(process.minor_faults);
    u64 peak = process.max_resident;
    if (process.memory && process.memory->resident_pages() > peak)
        peak = process.memory->resident_pages();
    usage.ru_maxrss = static_cast<i64>(peak) * kib_per_page;
    return usage;
}

rusage_native usage_of_children(const Process& process) {
    rusage_native usage{};
    usage.ru_utime = to_timeval(process.children_time);
    usage.ru_minflt = static_cast<i64>(process.children_faults);
    usage.ru_maxrss = static_cast<i64>(process.children_max_resident) * kib_per_page;
    return usage;
}

rusage_native usage_of_thread(const Task& task) {
    rusage_native usage = usage_of(*task.process);
    usage.ru_utime = to_timeval(task_cpu_time(task));
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
