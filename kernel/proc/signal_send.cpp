// Signals on their way in: queues, who gets one, and what stops or continues at once.
#include "kernel/base/clock.h"
#include "kernel/proc/process.h"

namespace {

// What a fault of the thread itself raised goes before everything else.
constexpr SignalSet synchronous = signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGILL) |
                                  signal_bit(SIGTRAP) | signal_bit(SIGFPE) | signal_bit(SIGSYS);
constexpr int first_real_time = 32;

bool blocks(const Task& task, int signal) {
    return task.blocked & ~task.waited & signal_bit(signal);
}

void tell(Task& task) {
    task.thread->signal_pending = true;
    thread_interrupt(*task.thread);
}

// A thread that can take the signal now; the leader rather than another.
Task* receiver(Process& process, int signal) {
    Task* leader = process.leader();
    if (leader && !leader->exiting && !blocks(*leader, signal)) return leader;
    for (Task& task : process.threads)
        if (!task.exiting && !blocks(task, signal)) return &task;
    return nullptr;
}

void forget(Process& process, SignalSet which) {
    process.pending.clear(which);
    for (Task& task : process.threads) task.pending.clear(which);
}

void continue_process(Process& process) {
    if (!process.stopped) return;
    process.stopped = false;
    process.stop_reported = true;
    process.continue_reported = false;
    process.stop_queue.wake_all();
    notify_job_control(process, CLD_CONTINUED);
}

// Dropped unless a thread has it blocked and so may want it later.
bool is_dropped(Process& process, const Task* target, int signal) {
    if (signal == SIGKILL || signal == SIGSTOP) return process.pid == 1;
    const auto kept = [&](const Task& task) {
        return (task.blocked | task.waited) & signal_bit(signal);
    };
    if (target && kept(*target)) return false;
    if (!target && process.any_task() && kept(*process.any_task())) return false;
    // Nobody ends init by mistake (signal(7), kill(2)).
    if (process.pid == 1 && process.handlers->of(signal).handler == signal_default) return true;
    return signal_is_ignored(process, signal);
}

Result<void> send(Process& process, Task* target, const SignalInfo& info) {
    if (process.zombie || info.signal == 0) return {};
    const int signal = info.signal;
    if (stop_signals & signal_bit(signal)) forget(process, signal_bit(SIGCONT));
    if (signal == SIGCONT) {
        forget(process, stop_signals);
        continue_process(process);
    }
    if (is_dropped(process, target, signal)) return {};
    PendingSignals& queue = target ? target->pending : process.pending;
    if (signal >= first_real_time && queue.queued() >= process.limits[RLIMIT_SIGPENDING].current)
        return Errno{EAGAIN};
    TRY(queue.add(info));
    if (signal == SIGKILL) {
        process.stopped = false;
        process.stop_queue.wake_all();
    }
    process.signal_queue.wake_all();
    Task* task = target ? target : receiver(process, signal);
    if (task && !blocks(*task, signal)) tell(*task);
    return {};
}

} // namespace

Result<void> PendingSignals::add(const SignalInfo& info) {
    const bool real_time = info.signal >= first_real_time;
    if (!real_time && (set_ & signal_bit(info.signal))) return {};
    auto queued = make_box<QueuedSignal>();
    if (!queued.ok()) {
        if (real_time) return Errno{EAGAIN};
    } else {
        queued.value()->info = info;
        queue_.push_back(*std::move(queued).value().release());
        queued_++;
    }
    set_ |= signal_bit(info.signal);
    return {};
}

bool PendingSignals::add_overruns(int timer, u64 expiries) {
    constexpr u64 most = 0x7fffffff; // DELAYTIMER_MAX
    for (QueuedSignal& queued : queue_) {
        SignalInfo& info = queued.info;
        if (info.kind != SignalInfo::Kind::timer || info.pid != timer) continue;
        const u64 all = info.uid + expiries;
        info.uid = static_cast<u32>(all < most ? all : most);
        return true;
    }
    return false;
}

bool PendingSignals::take(SignalSet allowed, SignalInfo& info) {
    SignalSet ready = set_ & allowed;
    if (!ready) return false;
    if (ready & signal_bit(SIGKILL))
        ready = signal_bit(SIGKILL);
    else if (ready & synchronous)
        ready &= synchronous;
    const int signal = __builtin_ctzll(ready) + 1;
    info = SignalInfo{};
    info.signal = signal;
    QueuedSignal* found = nullptr;
    bool more = false;
    for (QueuedSignal& queued : queue_) {
        if (queued.info.signal != signal) continue;
        if (found) {
            more = true;
            break;
        }
        found = &queued;
    }
    if (found) {
        info = found->info;
        queued_--;
        Box<QueuedSignal> owned(found);
    }
    if (!more) set_ &= ~signal_bit(signal);
    return true;
}

void PendingSignals::clear(SignalSet which) {
    set_ &= ~which;
    for (QueuedSignal& queued : queue_) {
        if (!(which & signal_bit(queued.info.signal))) continue;
        queued_--;
        Box<QueuedSignal> owned(&queued);
    }
}

bool signal_is_ignored(Process& process, int signal) {
    const uptr handler = process.handlers->of(signal).handler;
    return handler == signal_ignore ||
           (handler == signal_default && (ignored_by_default & signal_bit(signal)));
}

Result<void> send_signal(Process& process, const SignalInfo& info) {
    return send(process, nullptr, info);
}

void send_signal(Process& process, int signal) {
    (void)send(process, nullptr, SignalInfo{.signal = signal, .code = SI_KERNEL});
}

Result<void> send_signal_to_task(Task& task, const SignalInfo& info) {
    return send(*task.process, &task, info);
}

bool send_signal_to_group(int pgid, int signal) {
    bool found = false;
    for (Process& process : all_processes()) {
        if (process.pgid != pgid || process.zombie) continue;
        send_signal(process, signal);
        found = true;
    }
    return found;
}

void force_signal(Task& task, SignalInfo info) {
    SignalAction& action = task.process->handlers->of(info.signal);
    if ((task.blocked & signal_bit(info.signal)) || action.handler == signal_ignore) {
        action.handler = signal_default;
        task.blocked &= ~signal_bit(info.signal);
    }
    (void)task.pending.add(info);
    tell(task);
}

Result<void> check_kill_permission(const Process& target, int signal) {
    const Process& sender = current_process();
    const Credentials& mine = sender.credentials;
    const Credentials& theirs = target.credentials;
    if (mine.euid == 0 || mine.euid == theirs.suid || mine.euid == theirs.uid ||
        mine.uid == theirs.suid || mine.uid == theirs.uid)
        return {};
    if (signal == SIGCONT && sender.sid == target.sid) return {};
    return Errno{EPERM};
}

void notify_job_control(Process& process, int code) {
    Process* parent = process.parent;
    if (!parent) return;
    parent->child_queue.wake_all();
    if (parent->handlers->of(SIGCHLD).flags & SA_NOCLDSTOP) return;
    SignalInfo info = child_signal(process);
    info.code = code;
    info.value = static_cast<u64>(code == CLD_CONTINUED ? SIGCONT : process.stop_signal);
    (void)send_signal(*parent, info);
}

void recompute_signal_pending(Task& task) {
    const SignalSet pending = task.pending.set() | task.process->pending.set();
    const SignalSet open = ~(task.blocked & ~task.waited) | unblockable_signals;
    task.thread->signal_pending =
        (pending & open) || task.process->group_exiting || task.process->stopped;
}

void set_blocked_signals(Task& task, SignalSet blocked) {
    const SignalSet newly = blocked & ~unblockable_signals & ~task.blocked;
    task.blocked = blocked & ~unblockable_signals;
    recompute_signal_pending(task);
    // What waited for this thread to take it may go to another one now.
    if (!(newly & task.process->pending.set()) || task.process->thread_count == 1) return;
    for (Task& other : task.process->threads)
        if (task.process->pending.set() & ~other.blocked) tell(other);
}
