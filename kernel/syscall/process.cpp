// Who is who: process ids, groups and sessions; what a thread tells the kernel about itself.
#include "kernel/syscall/process.h"

#include "kernel/arch/segments.h"
#include "kernel/base/string.h"
#include "kernel/proc/futex.h"
#include "kernel/proc/process.h"
#include "kernel/proc/tls.h"
#include "kernel/proc/user_time.h"

namespace {

// 0 stands for the caller. ESRCH.
Result<Process*> process_or_self(int pid) {
    if (pid == 0) return &current_process();
    Process* found = find_process(pid);
    if (!found) return Errno{ESRCH};
    return found;
}

SysResult futex_with(uptr address, int operation, u32 value, uptr timeout, uptr address2,
                     u32 value3, Result<Nanoseconds> (*read_span)(uptr)) {
    FutexCall call{address,  operation, value, no_deadline, static_cast<u32>(timeout),
                   address2, value3};
    const int command = operation & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
    const bool waits = command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET;
    if (!waits || !timeout) return futex_call(call);
    const Nanoseconds span = TRY(read_span(timeout));
    if (span == no_deadline) return futex_call(call);
    call.deadline = span;
    if (command == FUTEX_WAIT) {
        call.deadline += clock_monotonic();
    } else if (operation & FUTEX_CLOCK_REALTIME) {
        const Nanoseconds now = clock_realtime();
        call.deadline = clock_monotonic() + (span > now ? span - now : 0);
    }
    return futex_call(call);
}

template <class T>
Result<Nanoseconds> read_span(uptr address) {
    return checked_span(TRY(get_user(UserPtr<const T>(address))));
}

Result<Task*> task_or_self(int tid) {
    if (tid == 0) return &current_task();
    Task* found = find_task(tid);
    if (!found) return Errno{ESRCH};
    return found;
}

} // namespace

SysResult sys_getpid() { return current_process().pid; }
SysResult sys_gettid() { return current_task().tid; }
SysResult sys_getppid() {
    const Process* parent = current_process().parent;
    return parent ? parent->pid : 0;
}

SysResult sys_setpgid(int pid, int pgid) {
    Process& self = current_process();
    if (pgid < 0 || (pgid == 0 && pid < 0)) return Errno{EINVAL};
    Process& target = *TRY(process_or_self(pid));
    if (&target != &self) {
        if (target.parent != &self) return Errno{ESRCH};
        if (target.sid != self.sid) return Errno{EPERM};
        if (target.has_executed) return Errno{EACCES};
    }
    if (target.sid == target.pid) return Errno{EPERM}; // a session's leader
    if (pgid == 0) pgid = target.pid;
    if (pgid != target.pid && !process_group_exists(pgid, target.sid)) return Errno{EPERM};
    target.pgid = pgid;
    return 0;
}

SysResult sys_getpgid(int pid) { return TRY(process_or_self(pid))->pgid; }
SysResult sys_getpgrp() { return current_process().pgid; }
SysResult sys_getsid(int pid) { return TRY(process_or_self(pid))->sid; }

SysResult sys_setsid() {
    Process& self = current_process();
    for (const Process& other : all_processes())
        if (other.pgid == self.pid) return Errno{EPERM};
    self.sid = self.pgid = self.pid;
    self.controlling_terminal = nullptr;
    return self.pid;
}

SysResult sys_prctl(int option, uptr a, uptr b, uptr c, uptr d) {
    Task& task = current_task();
    Process& process = *task.process;
    switch (option) {
    case PR_SET_PDEATHSIG:
        if (a > signal_count) return Errno{EINVAL};
        task.parent_death_signal = static_cast<int>(a);
        return 0;
    case PR_GET_PDEATHSIG:
        TRY(put_user(UserPtr<int>(a), task.parent_death_signal));
        return 0;
    case PR_GET_DUMPABLE:
        return process.dumpable;
    case PR_SET_DUMPABLE:
        if (a > 1) return Errno{EINVAL};
        process.dumpable = a;
        return 0;
    case PR_SET_NAME: {
        char name[sizeof(task.name)] = {};
        const Result<usize> copied = copy_string_from_user(name, UserPtr<const char>(a));
        if (!copied.ok() && copied.error().code == EFAULT) return Errno{EFAULT};
        name[sizeof(name) - 1] = 0;
        memcpy(task.name, name, sizeof(name));
        return 0;
    }
    case PR_GET_NAME:
        TRY(copy_to_user(UserPtr<void>(a), task.name, sizeof(task.name)));
        return 0;
    case PR_SET_NO_NEW_PRIVS:
        if (a != 1 || b || c || d) return Errno{EINVAL};
        process.no_new_privileges = true;
        return 0;
    case PR_GET_NO_NEW_PRIVS:
        if (a || b || c || d) return Errno{EINVAL};
        return process.no_new_privileges;
    default:
        return Errno{EINVAL};
    }
}

SysResult sys_arch_prctl(int code, uptr address) {
    switch (code) {
    case ARCH_SET_FS:
        TRY(tls_set_fs_base(address));
        return 0;
    case ARCH_SET_GS:
        TRY(tls_set_gs_base(address));
        return 0;
    case ARCH_GET_FS:
        TRY(put_user(UserPtr<u64>(address), tls_fs_base()));
        return 0;
    case ARCH_GET_GS:
        TRY(put_user(UserPtr<u64>(address), tls_gs_base()));
        return 0;
    default:
        return Errno{EINVAL};
    }
}

SysResult sys_set_thread_area(UserPtr<user_desc> description) {
    TRY(set_tls(description));
    return 0;
}
SysResult sys_get_thread_area(UserPtr<user_desc> description) {
    TRY(get_tls(description));
    return 0;
}

SysResult sys_set_tid_address(UserPtr<int> address) {
    Task& task = current_task();
    task.clear_child_tid = address;
    return task.tid;
}

SysResult sys_set_robust_list(uptr head, usize bytes) {
    if (bytes != sizeof(robust_list_native)) return Errno{EINVAL};
    current_task().robust_list = head;
    current_task().robust_list_is_32bit = false;
    return 0;
}
SysResult compat_sys_set_robust_list(uptr head, usize bytes) {
    if (bytes != sizeof(robust_list32)) return Errno{EINVAL};
    current_task().robust_list = head;
    current_task().robust_list_is_32bit = true;
    return 0;
}
SysResult sys_get_robust_list(int tid, UserPtr<uptr> head, UserPtr<usize> bytes) {
    const Task* task = TRY(task_or_self(tid));
    TRY(put_user(bytes, sizeof(robust_list_native)));
    TRY(put_user(head, task->robust_list));
    return 0;
}
SysResult compat_sys_get_robust_list(int tid, UserPtr<u32> head, UserPtr<u32> bytes) {
    const Task* task = TRY(task_or_self(tid));
    TRY(put_user(bytes, static_cast<u32>(sizeof(robust_list32))));
    TRY(put_user(head, static_cast<u32>(task->robust_list)));
    return 0;
}

SysResult sys_futex(uptr address, int operation, u32 value, uptr timeout, uptr address2,
                    u32 value3) {
    return futex_with(address, operation, value, timeout, address2, value3,
                      read_span<timespec_native>);
}
SysResult compat_sys_futex_time32(uptr address, int operation, u32 value, uptr timeout,
                                  uptr address2, u32 value3) {
    return futex_with(address, operation, value, timeout, address2, value3, read_span<timespec32>);
}
SysResult compat_sys_futex_time64(uptr address, int operation, u32 value, uptr timeout,
                                  uptr address2, u32 value3) {
    return futex_with(address, operation, value, timeout, address2, value3,
                      read_span<timespec_time64>);
}

// With one processor every thread sees memory in program order once it runs: the barrier is the
// switch itself. Only the query and the global form are offered.
SysResult sys_membarrier(int command, u32 flags, int) {
    constexpr int query = 0, global = 1;
    if (flags) return Errno{EINVAL};
    if (command == query) return global;
    if (command == global) return 0;
    return Errno{EINVAL};
}

SysResult sys_personality(u32 personality) {
    Process& process = current_process();
    const u32 before = process.personality;
    if (personality != 0xffff'ffff) process.personality = personality;
    return before;
}
