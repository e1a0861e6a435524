// Names of the kernel's functions, for backtraces.
#pragma once

#include "kernel/base/types.h"

struct Symbol {
    const char* name; // null when the address isn't in the kernel's code
    usize offset;     // from its start
};
Symbol symbol_of(uptr address);
