// Signals read from a descriptor: signalfd(2).
#pragma once

#include "kernel/fs/file.h"
#include "kernel/proc/signal.h"

Result<Ref<file>> make_signal_file(SignalSet set, u32 flags);
// Changes the set of an existing one. EINVAL when it is another kind of file.
Result<void> signal_file_set(file& target, SignalSet set);
