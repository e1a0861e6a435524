// Whom a record of the trace belongs to: the thread that runs.
#include "kernel/base/trace.h"
#include "kernel/sched/thread.h"

TraceThread& trace_this_thread() {
    Thread& thread = current_thread();
    thread.trace.id = static_cast<u32>(thread.tid);
    if (thread.process) thread.trace.is_program = true;
    return thread.trace;
}
