// How threads and processes end, and what becomes of what they leave.
#include "kernel/arch/power.h"
#include "kernel/base/clock.h"
#include "kernel/base/format.h"
#include "kernel/base/string.h"
#include "kernel/base/trace_service.h"
#include "kernel/proc/cpu_time.h"
#include "kernel/proc/futex.h"
#include "kernel/proc/posix_timer.h"
#include "kernel/proc/process.h"
#include "kernel/proc/tty.h"

namespace {

// The parent learns of a death: by signal and by wait4. False when nobody wants to know, and the
// process can go at once (POSIX: SIGCHLD ignored, or SA_NOCLDWAIT).
bool notify_parent(Process& process) {
    Process& parent = *process.parent;
    bool wanted = true;
    if (process.exit_signal == SIGCHLD) {
        const SignalAction& action = parent.handlers->of(SIGCHLD);
        if (action.handler == signal_ignore || (action.flags & SA_NOCLDWAIT)) wanted = false;
    }
    if (process.exit_signal) {
        SignalInfo info = child_signal(process);
        info.signal = process.exit_signal;
        (void)send_signal(parent, info);
    }
    parent.child_queue.wake_all();
    return wanted;
}

void adopt_children(Process& process) {
    Process* init = init_process();
    while (Process* child = process.children.pop_front()) {
        child->parent = init;
        init->children.push_back(*child);
        child->exit_signal = SIGCHLD;
        for (Task& task : child->threads) {
            if (!task.parent_death_signal) continue;
            SignalInfo info;
            info.signal = task.parent_death_signal;
            info.code = SI_USER;
            info.pid = process.pid;
            (void)send_signal_to_task(task, info);
        }
        if (child->zombie && !notify_parent(*child)) reap(*child);
    }
}

// POSIX: a group that becomes orphaned while a member is stopped gets SIGHUP and SIGCONT.
void wake_orphaned_group(int pgid) {
    if (!is_orphaned_group(pgid)) return;
    for (const Process& member : all_processes()) {
        if (member.pgid != pgid || !member.stopped) continue;
        send_signal_to_group(pgid, SIGHUP);
        send_signal_to_group(pgid, SIGCONT);
        return;
    }
}

void release_memory(Process& process) {
    if (process.vfork_waiting) {
        process.vfork_waiting = false;
        process.vfork_queue.wake_all();
    }
    if (!process.memory) return;
    if (process.memory->resident_pages() > process.max_resident)
        process.max_resident = process.memory->resident_pages();
}

// What the last thread does: the process becomes a zombie.
void end_process(Process& process) {
    if (process.pid == 1) {
        // Without init there is nothing left to run. A test's init may say how it went.
        kprintf("init has ended with status 0x%x\n", static_cast<unsigned>(process.exit_status));
        const int status = process.exit_status;
        debug_exit(static_cast<u8>(status & 0x7f ? status & 0x7f : status >> 8));
        machine_power_off();
    }
    posix_timers_clear(process);
    for (auto& timer : process.interval_timers) kernel_timers().cancel(timer.timer);
    process.pending.clear(~SignalSet{0});
    release_memory(process);
    process.files.reset();
    process.fs.reset();
    process.executable_file.reset();
    tty_process_exits(process);
    const int group = process.pgid;
    process.zombie = true;
    adopt_children(process);
    wake_orphaned_group(group);
    for (const Process& child : process.children) wake_orphaned_group(child.pgid);
    if (!notify_parent(process)) reap(process);
}

// The thread's last words to its own program.
void notify_thread_end(Task& task) {
    futex_exit_robust_list(task);
    if (!task.clear_child_tid) return;
    if (task.process->memory->ref_count() > 1 || task.process->thread_count > 1) {
        (void)put_user(task.clear_child_tid, 0);
        (void)futex_wake(task.clear_child_tid.address, 1);
    }
    task.clear_child_tid = {};
}

} // namespace

SignalInfo child_signal(const Process& process) {
    SignalInfo info;
    info.signal = SIGCHLD;
    info.kind = SignalInfo::Kind::child;
    info.pid = process.pid;
    info.uid = process.credentials.uid;
    const CpuTimes times = cpu_times_of(process);
    info.user_ticks = times.user / ns_per_tick;
    info.system_ticks = times.system / ns_per_tick;
    const int status = process.exit_status;
    const bool killed = status & 0x7f;
    info.code = killed ? CLD_KILLED : CLD_EXITED;
    info.value = static_cast<u64>(killed ? status & 0x7f : status >> 8 & 0xff);
    return info;
}

void exit_thread(int status) {
    {
        Task& task = current_task();
        Process& process = *task.process;
        task.exiting = true;
        notify_thread_end(task);
        if (!process.group_exiting) process.exit_status = status;
        settle_cpu_time(task);
        process.dead_threads_times += task.times;
        memcpy(process.last_name, task.name, sizeof(task.name));
        task.pending.clear(~SignalSet{0});
        task.process_node.unlink();
        task.table_node.unlink();
        process.thread_count--;
        process.thread_queue.wake_all();
        process.stop_queue.wake_all();
        Thread& thread = *task.thread;
        TRACE_EVENT(process, "status", TraceHex{static_cast<u32>(process.exit_status)}, "threads",
                    process.thread_count);
        // Until end_process() has reaped it, `process` is kept by this reference.
        Ref<Process> keep = std::move(task.process);
        Ref<AddressSpace> memory;
        if (process.thread_count == 0) {
            end_process(process);
            memory = std::move(process.memory);
        }
        trace_forget(thread.trace);
        thread_set_address_space(thread, nullptr, 0);
        thread.process = nullptr;
        thread.task = nullptr;
        Box<Task> owned(&task);
    }
    thread_exit();
}

void exit_group(int status) {
    Process& process = current_process();
    if (!process.group_exiting) {
        process.group_exiting = true;
        process.exit_status = status;
        kill_other_threads(process);
    }
    exit_thread(process.exit_status);
}

// Makes every other thread leave at its next safe point.
void kill_other_threads(Process& process) {
    for (Task& task : process.threads) {
        if (&task == &current_task()) continue;
        (void)task.pending.add(SignalInfo{.signal = SIGKILL, .code = SI_KERNEL});
        task.thread->signal_pending = true;
        thread_interrupt(*task.thread);
    }
    process.stop_queue.wake_all();
}

Result<void> end_other_threads() {
    Process& process = current_process();
    Task& task = current_task();
    if (process.group_exiting) return Errno{EAGAIN};
    process.ending_threads = true;
    kill_other_threads(process);
    while (process.thread_count > 1 && !process.group_exiting)
        (void)wait_until(
            process.thread_queue, no_deadline,
            [&] { return process.thread_count == 1 || process.group_exiting; }, false);
    process.ending_threads = false;
    if (process.group_exiting) return Errno{EAGAIN};
    if (!task.is_leader()) { // it takes over the process's id
        task.table_node.unlink();
        task.tid = task.thread->tid = process.pid;
        register_task(task);
    }
    return {};
}

void reap(Process& child) {
    if (Process* parent = child.parent) {
        parent->children_times += cpu_times_of(child);
        parent->children_times += child.children_times;
        parent->children_faults += child.minor_faults + child.children_faults;
        const u64 peak = child.max_resident > child.children_max_resident
                             ? child.max_resident
                             : child.children_max_resident;
        if (peak > parent->children_max_resident) parent->children_max_resident = peak;
    }
    child.leave_tables();
    child.parent = nullptr;
    Ref<Process>::adopt(&child).reset(); // the table's reference
}
