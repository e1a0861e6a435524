// The buddy allocator (Knuth, The Art of Computer Programming, vol. 1, 2.5): runs of 2^order frames
// lie on multiples of their length; a freed run joins its neighbour when that is free as well.
#include "kernel/mem/frames.h"
#include "kernel/base/assert.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/mem/heap.h"

Frame* frame_records = nullptr;

namespace {

using FreeList = List<Frame, &Frame::node>;

FreeList free_lists[max_frame_order + 1];
usize record_count = 0;
u64 total_frames = 0;
u64 free_frames = 0;

// Single frames come and go all the time: a few are kept as they are, neither split off nor joined
// again each time.
List<FrameReserve, &FrameReserve::node> reserves;
constexpr usize hot_limit = 64;
FreeList hot_frames;
usize hot_count = 0;

void link_free(Frame& frame, unsigned order) {
    frame.use = FrameUse::free;
    frame.order = order;
    free_lists[order].push_front(frame);
}

void join_and_link(Frame& frame, unsigned order) {
    usize index = &frame - frame_records;
    while (order < max_frame_order) {
        const usize buddy_index = index ^ (usize{1} << order);
        if (buddy_index >= record_count) break;
        Frame& buddy = frame_records[buddy_index];
        if (buddy.use != FrameUse::free || buddy.order != order) break;
        FreeList::remove(buddy);
        buddy.use = FrameUse::reserved; // no head of a run any more
        frame_records[index].use = FrameUse::reserved;
        index &= ~(usize{1} << order);
        ++order;
    }
    link_free(frame_records[index], order);
}

void join_hot_frames() {
    while (Frame* frame = hot_frames.pop_front()) join_and_link(*frame, 0);
    hot_count = 0;
}

Frame* take(Frame& frame, unsigned order) {
    frame.use = FrameUse::allocated;
    frame.order = order;
    frame.size_class = 0;
    frame.references = 1;
    frame.owner = nullptr;
    free_frames -= usize{1} << order;
    return &frame;
}

Frame* take_run(unsigned order) {
    unsigned found = order;
    while (found <= max_frame_order && free_lists[found].empty()) ++found;
    if (found > max_frame_order) return nullptr;
    Frame* frame = free_lists[found].pop_front();
    while (found > order) { // give the upper half back
        --found;
        link_free(frame[usize{1} << found], found);
    }
    return take(*frame, order);
}

} // namespace

Frame* frame_alloc(unsigned order) {
    if (order == 0 && hot_count) {
        --hot_count;
        return take(*hot_frames.pop_front(), 0);
    }
    if (Frame* frame = take_run(order)) return frame;
    // Before giving up: what is kept for speed alone.
    for (FrameReserve& reserve : reserves) reserve.give_back();
    heap_shrink();
    join_hot_frames();
    return take_run(order);
}

Frame* frame_alloc_zeroed() {
    Frame* frame = frame_alloc();
    if (frame) memset(frame->data(), 0, page_size);
    return frame;
}

void frame_free(Frame& frame) {
    ASSERT(frame.use == FrameUse::allocated);
    const unsigned order = frame.order;
    free_frames += usize{1} << order;
    if (order == 0 && hot_count < hot_limit) {
        frame.use = FrameUse::reserved; // not to be joined by a neighbour
        hot_frames.push_front(frame);
        ++hot_count;
        return;
    }
    join_and_link(frame, order);
}

void frame_split(Frame& frame) {
    const usize count = usize{1} << frame.order;
    for (usize i = 0; i < count; ++i) {
        Frame& one = (&frame)[i];
        one.use = FrameUse::allocated;
        one.order = 0;
        one.size_class = 0;
        one.references = 1;
        one.owner = nullptr;
    }
}

void frames_init_empty(Frame* records, usize count) {
    frame_records = records;
    record_count = count;
    total_frames = free_frames = 0;
    while (hot_frames.pop_front()) {
    }
    hot_count = 0;
    for (FreeList& list : free_lists)
        while (list.pop_front()) {
        }
}

void frames_add(PhysicalAddress start, PhysicalAddress end) {
    usize frame = div_up(start, page_size);
    const usize limit = min(end / page_size, u64{record_count});
    while (frame < limit) {
        unsigned order = 0;
        while (order < max_frame_order && (frame & usize{1} << order) == 0 &&
               frame + (usize{2} << order) <= limit)
            ++order;
        total_frames += usize{1} << order;
        free_frames += usize{1} << order;
        join_and_link(frame_records[frame], order);
        frame += usize{1} << order;
    }
}

void register_frame_reserve(FrameReserve& reserve) { reserves.push_back(reserve); }

MemoryStatistics memory_statistics() {
    const HeapStatistics heap = heap_statistics();
    u64 in_reserve = heap.empty_frames;
    for (FrameReserve& reserve : reserves) in_reserve += reserve.frames();
    return {total_frames, free_frames + in_reserve, heap.frames - heap.empty_frames};
}
