// Waiting for children: what wait4, waitpid and waitid have in common.
#pragma once

#include "kernel/abi/native.h"
#include "kernel/proc/process.h"

struct ChildEvent {
    int pid = 0; // 0: nothing to report (WNOHANG)
    int status = 0;
    SignalInfo info;
    rusage_native usage{};
};
// `which`: P_ALL, P_PID or P_PGID; `options`: W*. Errors: ECHILD, EINTR.
Result<ChildEvent> wait_for_child(int which, int id, int options);
