// An index from a program, kept within bounds even while the processor runs ahead of the comparison
// that checks it (Spectre variant 1; the idea is Linux's array_index_nospec).
#pragma once

#include "kernel/base/types.h"

// `index` when it is below `size`, else 0, without a branch.
inline u64 array_index_nospec(u64 index, u64 size) {
    u64 mask; // all ones when index < size: cmp sets carry, sbb spreads it
    asm volatile("cmp %2, %1\n\tsbb %0, %0" : "=r"(mask) : "r"(index), "r"(size) : "cc");
    return index & mask;
}
