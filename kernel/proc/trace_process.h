// What the trace knows of processes: who is followed, and a record when a program begins.
#pragma once

#include "kernel/proc/process.h"

// The record TRACE_KIND_PROCESS, for each thread that is followed from now on.
void trace_process_begins(const Process& process, const Thread& thread);
// A new thread is followed when its maker is; one of a new process, when children are.
void trace_inherit(const Process& process, Thread& child, bool same_process);
