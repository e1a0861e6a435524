// Physical memory in 4 KiB frames, handed out singly or in runs of a power of two (a buddy
// allocator). Every frame has a record with a reference count: pages are shared by fork, by
// mappings and by the RAM file system.
#pragma once

#include "kernel/arch/layout.h"
#include "kernel/base/list.h"
#include "kernel/base/types.h"

struct Frame {
    ListNode node; // on a free list, or free for the owner's use
    u32 references = 0;
    u8 order = 0;       // of the run that this frame heads
    u8 flags = 0;       // what it is used for: see frames.cpp
    u16 size_class = 0; // of the heap, when the heap has it
    void* owner = nullptr;

    PhysicalAddress physical() const;
    void* data() const { return phys_to_virt(physical()); }
};

constexpr unsigned max_frame_order = 10; // 4 MiB

// A run of 2^order frames with reference count 1; null when there is none. The contents are
// arbitrary.
Frame* frame_alloc(unsigned order = 0);
// A single frame filled with zeros.
Frame* frame_alloc_zeroed();
inline void frame_ref(Frame& frame) { ++frame.references; }
// Gives the run back when the last reference goes.
void frame_unref(Frame& frame);
Frame& frame_of(PhysicalAddress physical);
inline Frame& frame_of_pointer(const void* direct_mapped) {
    return frame_of(virt_to_phys(direct_mapped));
}

struct MemoryStatistics {
    u64 total_frames;
    u64 free_frames;
    u64 heap_frames;   // in the kernel's heap
    u64 cached_frames; // contents of files
};
MemoryStatistics memory_statistics();
