// How processes and threads begin: fork(2), vfork(2), clone(2).
#include "kernel/arch/fpu.h"
#include "kernel/arch/segments.h"
#include "kernel/base/restart.h"
#include "kernel/base/string.h"
#include "kernel/proc/futex.h"
#include "kernel/proc/process.h"
#include "kernel/proc/tls.h"
#include "kernel/proc/trace_process.h"

namespace {

// The combinations that this kernel has: all threads of a process share everything.
Result<void> check_flags(u64 flags) {
    constexpr u64 thread_parts = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND;
    constexpr u64 namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                               CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM)) return Errno{EINVAL};
    if ((flags & CLONE_THREAD) && (flags & thread_parts) != thread_parts) return Errno{EINVAL};
    if (flags & (namespaces | CLONE_PIDFD)) return Errno{EINVAL};
    if ((flags & CLONE_PARENT) && current_process().pid == 1) return Errno{EINVAL};
    return {};
}

// What the child inherits by copy or by share.
Result<void> inherit(Process& child, Process& parent, u64 flags) {
    child.memory = flags & CLONE_VM ? parent.memory : TRY(parent.memory->fork());
    child.files = flags & CLONE_FILES ? parent.files : TRY(parent.files->copy());
    child.fs = flags & CLONE_FS ? parent.fs : TRY(parent.fs->copy());
    if (flags & CLONE_SIGHAND) {
        child.handlers = parent.handlers;
    } else {
        child.handlers = TRY(make_ref<SignalHandlers>());
        memcpy(child.handlers->actions, parent.handlers->actions, sizeof(child.handlers->actions));
    }
    child.pgid = parent.pgid;
    child.sid = parent.sid;
    child.credentials = parent.credentials;
    memcpy(child.limits, parent.limits, sizeof(child.limits));
    child.personality = parent.personality;
    child.nice = parent.nice;
    child.is_32bit = parent.is_32bit;
    child.dumpable = parent.dumpable;
    child.no_new_privileges = parent.no_new_privileges;
    child.controlling_terminal = parent.controlling_terminal;
    memcpy(child.executable, parent.executable, sizeof(child.executable));
    if (parent.executable_file.get()) child.executable_file.set(parent.executable_file.get());
    child.exit_signal = static_cast<int>(flags & CSIGNAL);
    return {};
}

// A child process in the tables, with no thread yet.
Result<Ref<Process>> make_process(u64 flags) {
    Process& current = current_process();
    usize mine = 0;
    for (const Process& other : all_processes())
        if (other.credentials.uid == current.credentials.uid) mine++;
    if (current.credentials.uid != 0 && mine >= current.limits[RLIMIT_NPROC].current)
        return Errno{EAGAIN};
    Ref<Process> child = TRY(make_ref<Process>());
    TRY(inherit(*child, current, flags));
    return child;
}

Result<void> start_registers(Task& task, const CloneArguments& arguments, const TrapFrame& frame) {
    Thread& thread = *task.thread;
    thread.trap_frame() = frame;
    thread.trap_frame().rax = 0;
    if (arguments.stack) thread.trap_frame().rsp = arguments.stack;
    segments_copy(thread);
    TRY(fpu_copy(current_thread(), thread));
    if (!(arguments.flags & CLONE_SETTLS)) return {};
    if (frame.is_compat()) return set_tls_of(thread, UserPtr<user_desc>(arguments.tls));
    if (arguments.tls >= user_end64) return Errno{EPERM};
    thread.fs_base = arguments.tls;
    thread.fs = 0;
    return {};
}

void discard(Box<Task>& task) {
    if (task->thread) thread_discard(*task->thread);
    task.reset();
}

// CLONE_PARENT_SETTID and its relatives, and where the thread stands among the others.
Result<void> enlist(Task& task, const CloneArguments& arguments) {
    Process& process = *task.process;
    if (arguments.flags & CLONE_PARENT_SETTID)
        TRY(put_user(UserPtr<int>(arguments.parent_tid), task.tid));
    if (arguments.flags & CLONE_CHILD_CLEARTID)
        task.clear_child_tid = UserPtr<int>(arguments.child_tid);
    if (arguments.flags & CLONE_CHILD_SETTID) {
        // The child's memory may be another one, and isn't loaded.
        u8* word = TRY(process.memory->writable_page(arguments.child_tid));
        if (arguments.child_tid & 3) return Errno{EFAULT};
        memcpy(word, &task.tid, sizeof(task.tid));
    }
    register_task(task);
    process.threads.push_back(task);
    process.thread_count++;
    return {};
}

Result<Box<Task>> make_task(Ref<Process> process, const CloneArguments& arguments,
                            const TrapFrame& frame) {
    const Task& current = current_task();
    Box<Task> task = TRY(make_box<Task>());
    task->tid = TRY(allocate_pid());
    task->thread = TRY(thread_create_user());
    task->thread->process = process.get();
    task->thread->task = task.get();
    task->thread->tid = task->tid;
    task->process = std::move(process);
    task->blocked = current.blocked;
    memcpy(task->name, current.name, sizeof(task->name));
    if (!(arguments.flags & CLONE_VM) || (arguments.flags & CLONE_VFORK))
        task->alternate_stack = current.alternate_stack;
    Result<void> ready = start_registers(*task, arguments, frame);
    if (ready.ok() && !(arguments.flags & CLONE_THREAD)) task->process->pid = task->tid;
    if (ready.ok()) ready = enlist(*task, arguments);
    if (ready.ok()) return task;
    discard(task);
    return ready.error();
}

} // namespace

Result<int> clone_process(const CloneArguments& arguments, const TrapFrame& frame) {
    TRY(check_flags(arguments.flags));
    Process& current = current_process();
    const bool as_thread = arguments.flags & CLONE_THREAD;
    // A signal that came in the meantime ends fork with a restart, so that ^C gets all children.
    if (!as_thread && current_thread().signal_pending) return Errno{ERESTARTNOINTR};
    Ref<Process> process = as_thread ? Ref<Process>(current) : TRY(make_process(arguments.flags));
    Task& task = *TRY(make_task(process, arguments, frame)).release();
    thread_set_address_space(*task.thread, process->memory.get(), process->memory->root());
    const int tid = task.tid;
    const bool vfork = arguments.flags & CLONE_VFORK;
    if (!as_thread) {
        Process* parent = arguments.flags & CLONE_PARENT ? current.parent : &current;
        if (arguments.flags & CLONE_PARENT) process->exit_signal = current.exit_signal;
        process->parent = parent;
        parent->children.push_back(*process);
        process->vfork_waiting = vfork;
        process->ref(); // the table's reference; reap() drops it
    }
    if (trace_groups) [[unlikely]]
        trace_inherit(*process, *task.thread, as_thread);
    make_runnable(*task.thread);
    if (vfork && !as_thread) {
        // Only death ends this wait early, as on Linux.
        while (process->vfork_waiting && !current.group_exiting)
            (void)wait_until(
                process->vfork_queue, no_deadline,
                [&] { return !process->vfork_waiting || current.group_exiting; }, false);
    }
    return tid;
}
