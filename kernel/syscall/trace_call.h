// A system call of a followed thread: records of what comes in and goes out.
#pragma once

#include "kernel/base/trace.h"
#include "kernel/syscall/door.h"

// Runs the handler between a record of the call and one of its return, at the station of the door.
// `compat`: it is int 0x80's.
i64 trace_call(TrapFrame& frame, SyscallFunction handler, TraceSlot* slot, bool compat);
