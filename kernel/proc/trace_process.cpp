// Following processes from one to the next.
#include "kernel/proc/trace_process.h"
#include "kernel/base/string.h"
#include "kernel/base/trace_service.h"

void trace_process_begins(const Process& process, const Thread& thread) {
    TRACE_DESCRIBE_(process, true);
    const u64 parent = process.parent ? static_cast<u64>(process.parent->pid) : 0;
    const TraceValues values{
        {static_cast<u64>(process.pid), static_cast<u64>(thread.tid), parent, process.is_32bit}, 4};
    const auto* path = reinterpret_cast<const u8*>(process.executable);
    trace_write_payload(&trace_slot_, TRACE_KIND_PROCESS, values,
                        {path, strlen(process.executable)});
}

void trace_inherit(const Process& process, Thread& child, bool same_process) {
    if (!current_thread().trace.followed) return;
    if (!same_process && !trace_following.children) return;
    trace_follow(child.trace);
    trace_process_begins(process, child);
}
