// The heap in two kinds of regions, both aligned to 64 KiB, so that masking a pointer finds its
// region's head.
//
//   slab   64 KiB: objects of one size, aligned to its lowest bit, a bitmap of those in use, and
//   how many are free large  one object with a mapping of its own, given back to the kernel when
//   freed
//
// A pointer that is itself aligned to 64 KiB (memalign can make one) belongs to the large region
// that begins 64 KiB before it.
#pragma once
#include <bits/types.h>

enum {
    REGION_BYTES = 65536,
    LARGEST_SMALL = 16384, // bytes: objects above get a mapping of their own
    CLASS_COUNT = 36,
    BITMAP_WORDS = REGION_BYTES / 16 / 32,
    FREED_KEPT = 16,
};

enum { LARGE_HEAD_BYTES = 32 }; // room for struct large, a multiple of 16

enum { SLAB_MAGIC = 0x51ab51ab, LARGE_MAGIC = 0x1a26e1a2 };

struct region {
    unsigned magic;
};

struct slab {
    unsigned magic;
    unsigned class_index;
    unsigned object_bytes;
    unsigned object_count;
    unsigned free_count;
    unsigned search_word;         // no word of the bitmap below has a free bit
    struct slab *next, *previous; // among the slabs of this class with free objects
    uintptr_t first_object;
    unsigned used[BITMAP_WORDS]; // a set bit: in use (or beyond object_count)
};

struct large {
    unsigned magic;
    size_t mapped; // bytes from the head on
    uintptr_t object;
};

// Maps `bytes` (a multiple of the page), the start aligned to REGION_BYTES. Null: no memory.
void* __region_map(size_t bytes);

extern int __heap_lock;
