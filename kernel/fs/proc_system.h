// The system's own files in /proc. Others register theirs: proc the PIDs, self, version and
// cmdline; the network what is under net.
#pragma once

#include "kernel/fs/procfs.h"

void proc_register_system_files();

// How many threads there are and which PID was given out last: the room of processes knows.
struct ProcessCounts {
    u32 threads = 0;
    int last_pid = 0;
};
ProcessCounts process_counts();
void set_process_counter(ProcessCounts (*count)());
