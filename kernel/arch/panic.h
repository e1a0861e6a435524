// The end of a kernel that has found a bug in itself: says what, where from, and stops the machine
// with an exit status that a test sees.
#pragma once

#include "kernel/arch/trap_frame.h"
#include "kernel/base/assert.h"

// With the registers of the code that failed.
[[noreturn, gnu::format(printf, 2, 3)]] void panic_with_frame(const TrapFrame& frame,
                                                              const char* format, ...);
