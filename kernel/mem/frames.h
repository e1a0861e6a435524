// Physical memory in 4 KiB frames, handed out singly or in runs of a power of two (a buddy
// allocator). Every frame has a record with a reference count: pages are shared by fork, by
// mappings and by the RAM file system.
#pragma once

#include "kernel/arch/layout.h"
#include "kernel/base/list.h"
#include "kernel/base/types.h"

// What a frame is used for. Zero, so that a record nobody touched is out of use.
enum class FrameUse : u8 { reserved, free, allocated };

struct Frame {
    ListNode node;      // on a free list, or free for the owner's use
    u32 references = 0; // of a page of the heap: the objects in it
    u8 order = 0;       // of the run that this frame heads
    FrameUse use = FrameUse::reserved;
    u16 size_class = 0; // of the heap, when the heap has it: from 1
    void* owner = nullptr;

    PhysicalAddress physical() const; // of its first byte
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
void frame_free(Frame& frame);
inline void frame_unref(Frame& frame) {
    if (--frame.references == 0) frame_free(frame);
}

// The records, one a frame from address 0 on.
extern Frame* frame_records;
inline PhysicalAddress Frame::physical() const {
    return static_cast<PhysicalAddress>(this - frame_records) * page_size;
}
inline Frame& frame_of(PhysicalAddress physical) { return frame_records[physical / page_size]; }
inline Frame& frame_of_pointer(const void* direct_mapped) {
    return frame_of(virt_to_phys(direct_mapped));
}

// Frames that somebody keeps for speed alone. They count as free, and are asked back when memory
// runs out.
struct FrameReserve {
    ListNode node;
    u64 (*frames)();
    void (*give_back)();
};
void register_frame_reserve(FrameReserve& reserve);

struct MemoryStatistics {
    u64 total_frames;
    u64 free_frames;
    u64 heap_frames; // in the kernel's heap
};
MemoryStatistics memory_statistics();

// Makes the records for memory up to `end` and takes in what is available and not reserved.
void frames_init(PhysicalAddress end);
// The same over given records (zeroed), without any memory in it yet: for tests, and for
// frames_init.
void frames_init_empty(Frame* records, usize count);
// Hands memory to the allocator: at boot, and when the unpacked initrd is done with.
void frames_add(PhysicalAddress start, PhysicalAddress end);
// Splits a run into single frames, each with its own reference count of 1.
void frame_split(Frame& frame);
