// The kernel's heap behind kmalloc and kfree (kernel/base/ref.h): size classes from 16 to 2048
// bytes in single frames, larger requests in runs of frames, up to 4 MiB. Everything is aligned to
// 16 bytes, a power of two to itself.
#pragma once

#include "kernel/base/types.h"

struct HeapStatistics {
    u64 frames;       // that the heap holds
    u64 empty_frames; // of these, kept ready without an object in them
};
HeapStatistics heap_statistics();
// Gives the empty frames back.
void heap_shrink();
