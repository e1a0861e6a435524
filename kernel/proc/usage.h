// What a process has used up: getrusage(2).
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/proc/process.h"

// User and system time are sampled (cpu_time.h).
rusage_native usage_of(const Process& process);
rusage_native usage_of_children(const Process& process);
rusage_native usage_of_thread(const Task& task);
rusage32 to_compat(const rusage_native& usage);
