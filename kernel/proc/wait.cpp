// Waiting for children. POSIX.1-2017, wait() and waitid().
#include "kernel/proc/wait.h"

#include "kernel/proc/usage.h"

namespace {

bool matches(const Process& child, int which, int id, int options) {
    if (which == P_PID && child.pid != id) return false;
    if (which == P_PGID && child.pgid != id) return false;
    if (options & __WALL) return true;
    // A child that ends with another signal than SIGCHLD is a "clone child".
    const bool clone_child = child.exit_signal != SIGCHLD;
    return clone_child == static_cast<bool>(options & static_cast<int>(__WCLONE));
}

ChildEvent death_of(Process& child, int options) {
    ChildEvent event;
    event.pid = child.pid;
    event.status = child.exit_status;
    event.info = child_signal(child);
    event.usage = usage_of(child);
    if (!(options & WNOWAIT)) reap(child);
    return event;
}

ChildEvent stop_of(Process& child, int options) {
    ChildEvent event;
    event.pid = child.pid;
    event.status = child.stop_signal << 8 | 0x7f;
    event.info = child_signal(child);
    event.info.code = CLD_STOPPED;
    event.info.value = static_cast<u64>(child.stop_signal);
    event.usage = usage_of(child);
    if (!(options & WNOWAIT)) child.stop_reported = true;
    return event;
}

ChildEvent continuation_of(Process& child, int options) {
    ChildEvent event;
    event.pid = child.pid;
    event.status = 0xffff;
    event.info = child_signal(child);
    event.info.code = CLD_CONTINUED;
    event.info.value = SIGCONT;
    event.usage = usage_of(child);
    if (!(options & WNOWAIT)) child.continue_reported = true;
    return event;
}

// Looks once. ECHILD when no child could ever match.
Result<ChildEvent> look(int which, int id, int options) {
    bool any = false;
    for (Process& child : current_process().children) {
        if (!matches(child, which, id, options)) continue;
        any = true;
        if (child.zombie) {
            if (options & WEXITED) return death_of(child, options);
            continue;
        }
        if ((options & WSTOPPED) && child.stopped && !child.stop_reported)
            return stop_of(child, options);
        if ((options & WCONTINUED) && !child.continue_reported)
            return continuation_of(child, options);
    }
    if (!any) return Errno{ECHILD};
    return ChildEvent{};
}

} // namespace

Result<ChildEvent> wait_for_child(int which, int id, int options) {
    WaitQueue& queue = current_process().child_queue;
    ThreadWait wait;
    for (bool registered = false;;) {
        ChildEvent event = TRY(look(which, id, options));
        if (event.pid || (options & WNOHANG)) return event;
        if (!registered) {
            queue.add(wait);
            registered = true;
            continue;
        }
        TRY(block_current(no_deadline));
    }
}
