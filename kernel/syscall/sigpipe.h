// Writing where nobody reads any more: the caller gets SIGPIPE besides EPIPE.
#pragma once

#include "kernel/proc/process.h"

inline void raise_sigpipe() {
    SignalInfo info{};
    info.signal = SIGPIPE;
    (void)send_signal_to_task(current_task(), info);
}
