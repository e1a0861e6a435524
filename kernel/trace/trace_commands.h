// The commands that /dev/trace is written with.
#pragma once

#include "kernel/base/trace_service.h"

// A line each; what stands before one that is wrong has happened. Errors: EINVAL, ESRCH, ENOMEM.
Result<void> trace_command(std::string_view text);
// Switches everything off, follows nobody, frees the ring.
void trace_commands_stop();
