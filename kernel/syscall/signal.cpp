// The signal calls.
#include "kernel/syscall/signal.h"

#include "kernel/base/clock.h"
#include "kernel/base/restart.h"
#include "kernel/proc/process.h"
#include "kernel/proc/signal_file.h"
#include "kernel/proc/signal_frame.h"
#include "kernel/proc/user_time.h"

namespace {

constexpr usize set_size = sizeof(SignalSet);

bool valid(int signal) { return signal >= 1 && signal <= signal_count; }

Result<void> change_action(int signal, const SignalAction* action, SignalAction& old) {
    if (!valid(signal)) return Errno{EINVAL};
    if (action && (unblockable_signals & signal_bit(signal))) return Errno{EINVAL};
    Process& process = current_process();
    SignalAction& slot = process.handlers->of(signal);
    old = slot;
    if (!action) return {};
    slot = *action;
    slot.mask &= ~unblockable_signals;
    // What is pending and ignored from now on goes (POSIX, sigaction).
    if (signal_is_ignored(process, signal)) {
        process.pending.clear(signal_bit(signal));
        for (Task& task : process.threads) task.pending.clear(signal_bit(signal));
    }
    return {};
}

Result<void> change_mask(int how, const SignalSet* set) {
    if (!set) return {};
    Task& task = current_task();
    switch (how) {
    case SIG_BLOCK:
        set_blocked_signals(task, task.blocked | *set);
        return {};
    case SIG_UNBLOCK:
        set_blocked_signals(task, task.blocked & ~*set);
        return {};
    case SIG_SETMASK:
        set_blocked_signals(task, *set);
        return {};
    default:
        return Errno{EINVAL};
    }
}

SysResult suspend(SignalSet mask) {
    Task& task = current_task();
    task.saved_blocked = task.blocked;
    task.restore_blocked = true;
    set_blocked_signals(task, mask);
    while (!task.thread->signal_pending) (void)block_current(no_deadline);
    return Errno{ERESTARTNOHAND};
}

Result<SignalInfo> timed_wait(SignalSet wanted, Nanoseconds deadline) {
    Task& task = current_task();
    wanted &= ~unblockable_signals;
    SignalInfo info;
    const auto taken = [&] {
        return task.pending.take(wanted, info) || task.process->pending.take(wanted, info);
    };
    bool found = taken();
    Result<void> slept;
    while (!found && slept.ok()) {
        if (deadline <= clock_monotonic()) {
            slept = Errno{EAGAIN};
            break;
        }
        task.waited = wanted;
        slept = block_current(deadline);
        task.waited = 0;
        found = taken();
    }
    recompute_signal_pending(task);
    if (found) return info;
    return Errno{slept.error().code == ETIMEDOUT ? EAGAIN : slept.error().code};
}

SignalInfo from_sender(int signal, int code) {
    SignalInfo info;
    info.signal = signal;
    info.code = code;
    info.pid = current_process().pid;
    info.uid = current_process().credentials.uid;
    return info;
}

Result<void> kill_one(Process& target, int signal) {
    TRY(check_kill_permission(target, signal));
    return send_signal(target, from_sender(signal, SI_USER));
}

template <class Matches>
SysResult kill_all(int signal, Matches matches) {
    bool found = false, allowed = false;
    for (Process& process : all_processes()) {
        if (!matches(process)) continue;
        found = true;
        if (kill_one(process, signal).ok()) allowed = true;
    }
    if (!found) return Errno{ESRCH};
    if (!allowed) return Errno{EPERM};
    return 0;
}

SysResult kill_task(int pid, int tid, int signal, const SignalInfo& info) {
    if (tid <= 0 || (pid != -1 && pid <= 0)) return Errno{EINVAL};
    Task* task = find_task(tid);
    if (!task || (pid != -1 && task->process->pid != pid)) return Errno{ESRCH};
    if (signal < 0 || signal > signal_count) return Errno{EINVAL};
    TRY(check_kill_permission(*task->process, signal));
    TRY(send_signal_to_task(*task, info));
    return 0;
}

// Only the kernel may pretend to be the kernel, or another sender (rt_sigqueueinfo(2)).
Result<void> check_queue_code(int pid, int code) {
    if ((code >= 0 || code == SI_TKILL) && pid != current_process().pid) return Errno{EPERM};
    return {};
}

SysResult queue_info(int pid, int signal, SignalInfo info) {
    TRY(check_queue_code(pid, info.code));
    info.signal = signal;
    if (signal < 0 || signal > signal_count) return Errno{EINVAL};
    Process* target = find_process(pid);
    if (!target) return Errno{ESRCH};
    TRY(check_kill_permission(*target, signal));
    TRY(send_signal(*target, info));
    return 0;
}

SysResult queue_task_info(int pid, int tid, int signal, SignalInfo info) {
    TRY(check_queue_code(pid, info.code));
    info.signal = signal;
    return kill_task(pid, tid, signal, info);
}

SignalInfo from_compat(const siginfo32& in) {
    SignalInfo info;
    info.error = in.si_errno;
    info.code = in.si_code;
    info.pid = in.sender.pid;
    info.uid = in.sender.uid;
    info.value = in.sender.value;
    return info;
}

u64 sanitised_flags(u64 flags) {
    constexpr u64 known = SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_RESTORER | SA_ONSTACK |
                          SA_RESTART | SA_NODEFER | SA_RESETHAND;
    return flags & known;
}

} // namespace

Result<void> set_alternate_stack(Task& task, const stack_native& stack, u64 rsp, usize minimum) {
    constexpr i32 autodisarm = static_cast<i32>(1u << 31);
    const i32 mode = stack.ss_flags & ~autodisarm;
    if (described_stack(task, rsp).ss_flags == SS_ONSTACK) return Errno{EPERM};
    if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0) return Errno{EINVAL};
    if (stack.ss_flags & autodisarm) return Errno{EINVAL};
    if (mode == SS_DISABLE) {
        task.alternate_stack = {0, SS_DISABLE, 0, 0};
        return {};
    }
    if (stack.ss_size < minimum) return Errno{ENOMEM};
    task.alternate_stack = {stack.ss_sp, 0, 0, stack.ss_size};
    return {};
}

SysResult sys_rt_sigaction(int signal, UserPtr<const sigaction_native> action,
                           UserPtr<sigaction_native> old, usize set_bytes) {
    if (set_bytes != set_size) return Errno{EINVAL};
    SignalAction wanted, before;
    if (action) {
        const sigaction_native in = TRY(get_user(action));
        wanted = {in.handler, sanitised_flags(in.flags), in.restorer, in.mask};
    }
    TRY(change_action(signal, action ? &wanted : nullptr, before));
    if (old)
        TRY(put_user(old,
                     sigaction_native{before.handler, before.flags, before.restorer, before.mask}));
    return 0;
}

SysResult compat_sys_rt_sigaction(int signal, UserPtr<const sigaction32> action,
                                  UserPtr<sigaction32> old, usize set_bytes) {
    if (set_bytes != set_size) return Errno{EINVAL};
    SignalAction wanted, before;
    if (action) {
        const sigaction32 in = TRY(get_user(action));
        wanted = {in.handler, sanitised_flags(in.flags), in.restorer,
                  in.mask[0] | u64{in.mask[1]} << 32};
    }
    TRY(change_action(signal, action ? &wanted : nullptr, before));
    if (old)
        TRY(put_user(old, sigaction32{static_cast<u32>(before.handler),
                                      static_cast<u32>(before.flags),
                                      static_cast<u32>(before.restorer),
                                      {static_cast<u32>(before.mask),
                                       static_cast<u32>(before.mask >> 32)}}));
    return 0;
}

SysResult compat_sys_sigaction(int signal, UserPtr<const old_sigaction32> action,
                               UserPtr<old_sigaction32> old) {
    SignalAction wanted, before;
    if (action) {
        const old_sigaction32 in = TRY(get_user(action));
        wanted = {in.handler, sanitised_flags(in.flags), in.restorer, in.mask};
    }
    TRY(change_action(signal, action ? &wanted : nullptr, before));
    if (old)
        TRY(put_user(old, old_sigaction32{
                              static_cast<u32>(before.handler), static_cast<u32>(before.mask),
                              static_cast<u32>(before.flags), static_cast<u32>(before.restorer)}));
    return 0;
}

SysResult compat_sys_signal(int signal, uptr handler) {
    const SignalAction wanted{handler, SA_RESETHAND | SA_NODEFER, 0, 0};
    SignalAction before;
    TRY(change_action(signal, &wanted, before));
    return static_cast<long>(before.handler);
}

SysResult sys_rt_sigprocmask(int how, UserPtr<const u64> set, UserPtr<u64> old, usize set_bytes) {
    if (set_bytes != set_size) return Errno{EINVAL};
    const SignalSet before = current_task().blocked;
    if (set) {
        const SignalSet wanted = TRY(get_user(set));
        TRY(change_mask(how, &wanted));
    }
    if (old) TRY(put_user(old, before));
    return 0;
}

SysResult compat_sys_sigprocmask(int how, UserPtr<const u32> set, UserPtr<u32> old) {
    const SignalSet before = current_task().blocked;
    if (set) {
        SignalSet wanted = TRY(get_user(set));
        if (how == SIG_SETMASK) wanted |= before & ~u64{0xffff'ffff};
        TRY(change_mask(how, &wanted));
    }
    if (old) TRY(put_user(old, static_cast<u32>(before)));
    return 0;
}

SysResult sys_rt_sigpending(UserPtr<u64> set, usize set_bytes) {
    if (set_bytes > set_size) return Errno{EINVAL};
    const Task& task = current_task();
    const SignalSet pending = (task.pending.set() | task.process->pending.set()) & task.blocked;
    TRY(copy_to_user(set, &pending, set_bytes));
    return 0;
}

SysResult compat_sys_sigpending(UserPtr<u32> set) {
    return sys_rt_sigpending(set.cast<u64>(), sizeof(u32));
}

SysResult sys_rt_sigsuspend(UserPtr<const u64> mask, usize set_bytes) {
    if (set_bytes != set_size) return Errno{EINVAL};
    return suspend(TRY(get_user(mask)));
}

SysResult compat_sys_sigsuspend(int, int, u32 mask) { return suspend(mask); }

SysResult sys_pause() {
    while (!current_thread().signal_pending) (void)block_current(no_deadline);
    return Errno{ERESTARTNOHAND};
}

SysResult sys_rt_sigtimedwait(UserPtr<const u64> set, UserPtr<siginfo_native> info,
                              UserPtr<const timespec_native> timeout, usize set_bytes) {
    if (set_bytes != set_size) return Errno{EINVAL};
    const SignalSet wanted = TRY(get_user(set));
    const SignalInfo taken = TRY(timed_wait(wanted, TRY(deadline_after(timeout))));
    if (info) TRY(put_user(info, to_native(taken)));
    return taken.signal;
}

SysResult compat_sys_rt_sigtimedwait_time32(UserPtr<const u64> set, UserPtr<siginfo32> info,
                                            UserPtr<const timespec32> timeout, usize set_bytes) {
    if (set_bytes != set_size) return Errno{EINVAL};
    const SignalSet wanted = TRY(get_user(set));
    const SignalInfo taken = TRY(timed_wait(wanted, TRY(deadline_after(timeout))));
    if (info) TRY(put_user(info, to_compat(taken)));
    return taken.signal;
}

SysResult compat_sys_rt_sigtimedwait_time64(UserPtr<const u64> set, UserPtr<siginfo32> info,
                                            UserPtr<const timespec_time64> timeout,
                                            usize set_bytes) {
    if (set_bytes != set_size) return Errno{EINVAL};
    const SignalSet wanted = TRY(get_user(set));
    const SignalInfo taken = TRY(timed_wait(wanted, TRY(deadline_after(timeout))));
    if (info) TRY(put_user(info, to_compat(taken)));
    return taken.signal;
}

SysResult sys_rt_sigqueueinfo(int pid, int signal, UserPtr<const siginfo_native> info) {
    return queue_info(pid, signal, from_native(TRY(get_user(info))));
}
SysResult compat_sys_rt_sigqueueinfo(int pid, int signal, UserPtr<const siginfo32> info) {
    return queue_info(pid, signal, from_compat(TRY(get_user(info))));
}
SysResult sys_rt_tgsigqueueinfo(int pid, int tid, int signal, UserPtr<const siginfo_native> info) {
    return queue_task_info(pid, tid, signal, from_native(TRY(get_user(info))));
}
SysResult compat_sys_rt_tgsigqueueinfo(int pid, int tid, int signal,
                                       UserPtr<const siginfo32> info) {
    return queue_task_info(pid, tid, signal, from_compat(TRY(get_user(info))));
}

SysResult sys_sigaltstack(UserPtr<const stack_native> stack, UserPtr<stack_native> old) {
    Task& task = current_task();
    const u64 rsp = task.thread->trap_frame().rsp;
    const stack_native before = described_stack(task, rsp);
    if (stack) TRY(set_alternate_stack(task, TRY(get_user(stack)), rsp, MINSIGSTKSZ));
    if (old) TRY(put_user(old, before));
    return 0;
}

SysResult compat_sys_sigaltstack(UserPtr<const stack32> stack, UserPtr<stack32> old) {
    Task& task = current_task();
    const u64 rsp = task.thread->trap_frame().rsp;
    const stack_native before = described_stack(task, rsp);
    if (stack) {
        const stack32 in = TRY(get_user(stack));
        TRY(set_alternate_stack(task, {in.ss_sp, in.ss_flags, 0, in.ss_size}, rsp, MINSIGSTKSZ));
    }
    if (old)
        TRY(put_user(old, stack32{static_cast<u32>(before.ss_sp), before.ss_flags,
                                  static_cast<u32>(before.ss_size)}));
    return 0;
}

SysResult sys_kill(int pid, int signal) {
    Process* target = pid > 0 ? find_process(pid) : nullptr;
    if (pid > 0 && !target) return Errno{ESRCH}; // before the signal is looked at
    if (signal < 0 || signal > signal_count) return Errno{EINVAL};
    const Process& self = current_process();
    if (target) {
        TRY(kill_one(*target, signal));
        return 0;
    }
    if (pid == -1) return kill_all(signal, [&](Process& p) { return p.pid != 1 && &p != &self; });
    if (pid == static_cast<int>(0x8000'0000)) return Errno{ESRCH};
    const int group = pid == 0 ? self.pgid : -pid;
    return kill_all(signal, [&](Process& p) { return p.pgid == group; });
}

SysResult sys_tkill(int tid, int signal) {
    return kill_task(-1, tid, signal, from_sender(signal, SI_TKILL));
}

SysResult sys_tgkill(int pid, int tid, int signal) {
    if (pid <= 0) return Errno{EINVAL};
    return kill_task(pid, tid, signal, from_sender(signal, SI_TKILL));
}

SysResult sys_rt_sigreturn() { return pop_signal_frame64(current_task()); }
SysResult compat_sys_sigreturn() { return pop_signal_frame32(current_task()); }
SysResult compat_sys_rt_sigreturn() { return pop_signal_frame32_with_info(current_task()); }

SysResult sys_signalfd4(int fd, UserPtr<const u64> mask, usize size, u32 flags) {
    if (size != set_size || (flags & ~static_cast<u32>(O_CLOEXEC | O_NONBLOCK)))
        return Errno{EINVAL};
    const SignalSet set = TRY(get_user(mask));
    FdTable& files = *current_process().files;
    if (fd != -1) {
        TRY(signal_file_set(*TRY(files.get(fd)), set));
        return fd;
    }
    return TRY(files.install(TRY(make_signal_file(set, flags & O_NONBLOCK)), flags & O_CLOEXEC));
}
SysResult sys_signalfd(int fd, UserPtr<const u64> mask, usize size) {
    return sys_signalfd4(fd, mask, size, 0);
}
