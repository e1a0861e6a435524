// What a process has used up: getrusage(2).
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/proc/process.h"

// Time is the processor's time, all of it counted as user time: it isn't split.
rusage_native usage_of(const Process& process);
rusage_native usage_of_children(const Process& process);
rusage_native usage_of_thread(const Task& task);
rusage32 to_compat(const rusage_native& usage);
