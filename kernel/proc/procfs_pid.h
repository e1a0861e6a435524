// /proc/PID and /proc/self.
#pragma once

void register_proc_pids();
