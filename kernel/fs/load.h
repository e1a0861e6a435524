// Load averages over 1, 5 and 15 minutes: runnable threads, sampled every five seconds and decayed
// exponentially, as getloadavg(3) and sysinfo(2) tell them.
#pragma once

#include "kernel/base/types.h"

constexpr u64 load_fixed_one = 1 << 11; // Linux's FIXED_1
// `which`: 0, 1, 2. In units of 1 / load_fixed_one.
u64 load_average(unsigned which);
void load_average_start();
