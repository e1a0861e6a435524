// The ends of a run.
#pragma once

#include "kernel/base/types.h"

[[noreturn]] void machine_reboot();
[[noreturn]] void machine_power_off();
[[noreturn]] void machine_halt();
// Ends QEMU with exit status `code * 2 + 1` when it has an isa-debug-exit device at port 0xf4;
// otherwise nothing happens.
void debug_exit(u8 code);
