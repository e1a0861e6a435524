// Signals on their way out: what happens at the return to user mode.
#include "kernel/base/restart.h"
#include "kernel/proc/process.h"

namespace {

constexpr u64 int80_vector = 0x80;
constexpr u64 instruction_bytes = 2; // of `int 0x80` and of `syscall`
constexpr u64 restart_syscall64 = 219, restart_syscall32 = 0;

void run_again(TrapFrame& frame, u64 number) {
    frame.rax = number;
    frame.rip -= instruction_bytes;
}

// Decides what becomes of an interrupted system call. `action`: of the handler that runs first;
// null when none does.
void settle_restart(TrapFrame& frame, const SignalAction* action) {
    if (frame.original_rax < 0) return;
    const i64 code = -static_cast<i64>(frame.rax);
    const u64 number = static_cast<u64>(frame.original_rax);
    frame.original_rax = -1;
    switch (code) {
    case ERESTARTNOINTR:
        return run_again(frame, number);
    case ERESTARTSYS:
        if (!action || (action->flags & SA_RESTART)) return run_again(frame, number);
        break;
    case ERESTARTNOHAND:
        if (!action) return run_again(frame, number);
        break;
    case ERESTART_RESTARTBLOCK:
        if (!action)
            return run_again(frame,
                             frame.vector == int80_vector ? restart_syscall32 : restart_syscall64);
        break;
    default:
        return;
    }
    frame.rax = static_cast<u64>(i64{-EINTR});
}

[[noreturn]] void die_of(int signal) { exit_group(signal); }

// The thread waits here until the process is continued or killed.
void wait_while_stopped(Process& process) {
    (void)wait_until(
        process.stop_queue, no_deadline, [&] { return !process.stopped || process.group_exiting; },
        false);
}

void stop_process(Process& process, int signal) {
    if (signal != SIGSTOP && is_orphaned_group(process.pgid)) return;
    process.stopped = true;
    process.stop_signal = signal;
    process.stop_reported = false;
    process.continue_reported = true;
    for (Task& task : process.threads) {
        if (&task == &current_task()) continue;
        task.thread->signal_pending = true;
        thread_interrupt(*task.thread);
    }
    notify_job_control(process, CLD_STOPPED);
    wait_while_stopped(process);
}

// True when a frame for the handler is in place.
bool enter_handler(TrapFrame& frame, Task& task, const SignalInfo& info) {
    SignalAction& slot = task.process->handlers->of(info.signal);
    const SignalAction action = slot;
    settle_restart(frame, &action);
    const SignalSet saved = task.restore_blocked ? task.saved_blocked : task.blocked;
    if (action.flags & SA_RESETHAND) slot.handler = signal_default;
    const bool compat = frame.is_compat();
    const Result<void> pushed = compat ? push_signal_frame32(frame, action, info, saved)
                                       : push_signal_frame64(frame, action, info, saved);
    if (!pushed.ok()) { // no stack to put it on
        if (info.signal == SIGSEGV) slot.handler = signal_default;
        force_signal(task, SignalInfo{.signal = SIGSEGV, .code = SI_KERNEL});
        return false;
    }
    task.restore_blocked = false;
    SignalSet blocked = task.blocked | action.mask;
    if (!(action.flags & SA_NODEFER)) blocked |= signal_bit(info.signal);
    task.blocked = blocked & ~unblockable_signals;
    return true;
}

bool take_signal(Task& task, SignalInfo& info) {
    const SignalSet open = ~task.blocked | unblockable_signals;
    return task.pending.take(open, info) || task.process->pending.take(open, info);
}

} // namespace

void deliver_signals(TrapFrame& frame) {
    Task& task = current_task();
    Process& process = *task.process;
    bool handled = false;
    SignalInfo info;
    for (;;) {
        if (process.group_exiting) exit_thread(process.exit_status);
        if (process.stopped) {
            wait_while_stopped(process);
            continue;
        }
        if (!take_signal(task, info)) break;
        if (info.signal == SIGKILL && process.ending_threads) exit_thread(0);
        const uptr handler = process.handlers->of(info.signal).handler;
        TRACE_EVENT(process, "signal", info.signal, "handler", TraceHex{handler});
        if (info.signal == SIGKILL) die_of(SIGKILL);
        if (handler == signal_ignore) continue;
        if (handler != signal_default) {
            handled |= enter_handler(frame, task, info);
            continue;
        }
        if (ignored_by_default & signal_bit(info.signal)) continue;
        if (!(stop_signals & signal_bit(info.signal))) die_of(info.signal);
        stop_process(process, info.signal);
    }
    if (!handled) {
        settle_restart(frame, nullptr);
        if (task.restore_blocked) {
            task.restore_blocked = false;
            task.blocked = task.saved_blocked;
        }
    }
    recompute_signal_pending(task);
}
