// Limits, usage and scheduling.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/proc/usage.h"
#include "kernel/syscall/process.h"

namespace {

Result<Process*> process_or_self(int pid) {
    if (pid == 0) return &current_process();
    Task* task = find_task(pid);
    if (!task) return Errno{ESRCH};
    return task->process.get();
}

Result<void> set_limit(Process& process, u32 resource, ResourceLimit wanted) {
    ResourceLimit& slot = process.limits[resource];
    if (wanted.current > wanted.maximum) return Errno{EINVAL};
    if (wanted.maximum > slot.maximum && current_process().credentials.euid != 0)
        return Errno{EPERM};
    if (resource == RLIMIT_NOFILE) {
        if (wanted.maximum > FdTable::hard_limit) return Errno{EPERM};
        process.files->limit = static_cast<u32>(wanted.current);
    }
    if (resource == RLIMIT_STACK && process.memory) process.memory->stack_limit = wanted.current;
    if (resource == RLIMIT_AS && process.memory) process.memory->size_limit = wanted.current;
    slot = wanted;
    return {};
}

// 32 bits hold less: what doesn't fit is infinity. `highest` is the call's infinity.
u32 narrow(u64 value, u32 highest) { return value > highest ? highest : static_cast<u32>(value); }
u64 widen(u32 value) { return value == ~0u ? limit_infinity : value; }

Result<rusage_native> usage_for(int who) {
    switch (who) {
    case RUSAGE_SELF:
        return usage_of(current_process());
    case RUSAGE_CHILDREN:
        return usage_of_children(current_process());
    case RUSAGE_THREAD:
        return usage_of_thread(current_task());
    default:
        return Errno{EINVAL};
    }
}

template <class Visit>
Result<void> for_each_of(int which, int who, Visit visit) {
    const Process& self = current_process();
    bool found = false;
    for (Process& process : all_processes()) {
        if (process.zombie) continue;
        bool match = false;
        switch (which) {
        case PRIO_PROCESS:
            match = process.pid == (who ? who : self.pid);
            break;
        case PRIO_PGRP:
            match = process.pgid == (who ? who : self.pgid);
            break;
        case PRIO_USER:
            match = process.credentials.uid == (who ? static_cast<u32>(who) : self.credentials.uid);
            break;
        default:
            return Errno{EINVAL};
        }
        if (!match) continue;
        found = true;
        TRY(visit(process));
    }
    if (!found) return Errno{ESRCH};
    return {};
}

Result<void> set_nice(Process& process, int nice) {
    const Credentials& mine = current_process().credentials;
    if (mine.euid != 0 && mine.euid != process.credentials.uid &&
        mine.euid != process.credentials.euid)
        return Errno{EPERM};
    nice = clamp(nice, -20, 19);
    if (nice < process.nice && mine.euid != 0) return Errno{EACCES};
    process.nice = nice;
    return {};
}

} // namespace

SysResult sys_prlimit64(int pid, u32 resource, UserPtr<const rlimit_native> limit,
                        UserPtr<rlimit_native> old) {
    if (resource >= RLIM_NLIMITS) return Errno{EINVAL};
    rlimit_native wanted{};
    if (limit) wanted = TRY(get_user(limit));
    Process& process = *TRY(process_or_self(pid));
    const Credentials& mine = current_process().credentials;
    const Credentials& theirs = process.credentials;
    if (&process != &current_process() && mine.euid != 0 &&
        (mine.uid != theirs.uid || mine.uid != theirs.euid || mine.uid != theirs.suid))
        return Errno{EPERM};
    const ResourceLimit before = process.limits[resource];
    if (limit) TRY(set_limit(process, resource, {wanted.rlim_cur, wanted.rlim_max}));
    if (old) TRY(put_user(old, rlimit_native{before.current, before.maximum}));
    return 0;
}

SysResult sys_getrlimit(u32 resource, UserPtr<rlimit_native> limit) {
    if (resource >= RLIM_NLIMITS) return Errno{EINVAL};
    const ResourceLimit& l = current_process().limits[resource];
    TRY(put_user(limit, rlimit_native{l.current, l.maximum}));
    return 0;
}
SysResult compat_sys_getrlimit(u32 resource, UserPtr<rlimit32> limit) {
    if (resource >= RLIM_NLIMITS) return Errno{EINVAL};
    const ResourceLimit& l = current_process().limits[resource];
    constexpr u32 old_infinity = 0x7fff'ffff;
    TRY(put_user(limit,
                 rlimit32{narrow(l.current, old_infinity), narrow(l.maximum, old_infinity)}));
    return 0;
}
SysResult compat_sys_ugetrlimit(u32 resource, UserPtr<rlimit32> limit) {
    if (resource >= RLIM_NLIMITS) return Errno{EINVAL};
    const ResourceLimit& l = current_process().limits[resource];
    TRY(put_user(limit, rlimit32{narrow(l.current, ~0u), narrow(l.maximum, ~0u)}));
    return 0;
}
SysResult sys_setrlimit(u32 resource, UserPtr<const rlimit_native> limit) {
    if (resource >= RLIM_NLIMITS) return Errno{EINVAL};
    const rlimit_native wanted = TRY(get_user(limit));
    TRY(set_limit(current_process(), resource, {wanted.rlim_cur, wanted.rlim_max}));
    return 0;
}
SysResult compat_sys_setrlimit(u32 resource, UserPtr<const rlimit32> limit) {
    if (resource >= RLIM_NLIMITS) return Errno{EINVAL};
    const rlimit32 wanted = TRY(get_user(limit));
    TRY(set_limit(current_process(), resource, {widen(wanted.rlim_cur), widen(wanted.rlim_max)}));
    return 0;
}

SysResult sys_getrusage(int who, UserPtr<rusage_native> usage) {
    TRY(put_user(usage, TRY(usage_for(who))));
    return 0;
}
SysResult compat_sys_getrusage(int who, UserPtr<rusage32> usage) {
    TRY(put_user(usage, to_compat(TRY(usage_for(who)))));
    return 0;
}

SysResult sys_sched_yield() {
    yield();
    return 0;
}

// One processor.
SysResult sys_sched_getaffinity(int pid, u32 bytes, UserPtr<void> mask) {
    if (bytes < sizeof(u64) || bytes % sizeof(u64)) return Errno{EINVAL};
    TRY(process_or_self(pid));
    TRY(put_user(mask.cast<u64>(), 1));
    return sizeof(u64);
}
SysResult sys_sched_setaffinity(int pid, u32 bytes, UserPtr<const void> mask) {
    TRY(process_or_self(pid));
    u8 first = 0;
    if (bytes) first = TRY(get_user(mask.cast<const u8>()));
    if (!(first & 1)) return Errno{EINVAL};
    return 0;
}
SysResult sys_sched_getscheduler(int pid) {
    if (pid < 0) return Errno{EINVAL};
    TRY(process_or_self(pid));
    return SCHED_OTHER;
}
SysResult sys_sched_getparam(int pid, UserPtr<int> priority) {
    if (pid < 0 || !priority) return Errno{EINVAL};
    TRY(process_or_self(pid));
    TRY(put_user(priority, 0));
    return 0;
}
// Only the one policy that there is.
SysResult sys_sched_setscheduler(int pid, int policy, UserPtr<const int> priority) {
    if (pid < 0 || !priority) return Errno{EINVAL};
    TRY(process_or_self(pid));
    if (policy != SCHED_OTHER || TRY(get_user(priority)) != 0) return Errno{EINVAL};
    return 0;
}
SysResult sys_sched_get_priority_max(int policy) {
    if (policy == SCHED_FIFO || policy == SCHED_RR) return 99;
    if (policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE) return 0;
    return Errno{EINVAL};
}
SysResult sys_sched_get_priority_min(int policy) {
    if (policy == SCHED_FIFO || policy == SCHED_RR) return 1;
    return sys_sched_get_priority_max(policy);
}

SysResult sys_getpriority(int which, int who) {
    int best = 20;
    TRY(for_each_of(which, who, [&](Process& process) -> Result<void> {
        best = min(best, process.nice);
        return {};
    }));
    return 20 - best;
}
SysResult sys_setpriority(int which, int who, int nice) {
    TRY(for_each_of(which, who, [&](Process& process) { return set_nice(process, nice); }));
    return 0;
}
SysResult sys_nice(int increment) {
    Process& self = current_process();
    const Result<void> done = set_nice(self, self.nice + clamp(increment, -40, 40));
    if (!done.ok()) return Errno{EPERM};
    return 0;
}
