// The buddy allocator of kernel/mem/frames.cpp over an arena.
#include "kernel/mem/heap.h"
#include "tests/host/arena.h"
#include <gtest/gtest.h>
#include <random>
#include <set>

TEST(Frames, CountsWhatItWasGiven) {
    Arena arena(1000);
    EXPECT_EQ(memory_statistics().total_frames, 999u);
    EXPECT_EQ(memory_statistics().free_frames, 999u);
}

TEST(Frames, RunsAreAlignedToTheirLength) {
    Arena arena(4096);
    for (unsigned order = 0; order <= max_frame_order; ++order) {
        Frame* frame = frame_alloc(order);
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->physical() % (page_size << order), 0u);
        EXPECT_EQ(frame->references, 1u);
        frame_unref(*frame);
    }
    EXPECT_EQ(memory_statistics().free_frames, arena.frames());
}

TEST(Frames, GivesEveryFrameOnceAndThenNone) {
    Arena arena(300);
    std::set<Frame*> seen;
    while (Frame* frame = frame_alloc()) EXPECT_TRUE(seen.insert(frame).second);
    EXPECT_EQ(seen.size(), arena.frames());
    EXPECT_EQ(memory_statistics().free_frames, 0u);
    for (Frame* frame : seen) frame_unref(*frame);
    EXPECT_EQ(memory_statistics().free_frames, arena.frames());
}

TEST(Frames, FreedNeighboursJoinAgain) {
    Arena arena(4096);
    std::vector<Frame*> all;
    while (Frame* frame = frame_alloc()) all.push_back(frame);
    EXPECT_FALSE(frame_alloc(1));
    for (Frame* frame : all) frame_unref(*frame);
    // Also those that are kept for speed must not stand in the way of a large run.
    std::vector<Frame*> runs;
    while (Frame* run = frame_alloc(max_frame_order)) runs.push_back(run);
    EXPECT_EQ(runs.size(), 3u); // frame 0 is missing from the first of four
    for (Frame* run : runs) frame_unref(*run);
}

TEST(Frames, ReferencesKeepARunAlive) {
    Arena arena(64);
    Frame* frame = frame_alloc(2);
    frame_ref(*frame);
    frame_unref(*frame);
    EXPECT_EQ(memory_statistics().free_frames, arena.frames() - 4);
    frame_unref(*frame);
    EXPECT_EQ(memory_statistics().free_frames, arena.frames());
}

TEST(Frames, ASplitRunIsFreedFrameByFrame) {
    Arena arena(64);
    Frame* run = frame_alloc(3);
    frame_split(*run);
    for (int i = 7; i >= 0; --i) {
        EXPECT_EQ(run[i].references, 1u);
        frame_unref(run[i]);
    }
    EXPECT_EQ(memory_statistics().free_frames, arena.frames());
}

TEST(Frames, ZeroedFramesAreZero) {
    Arena arena(4);
    Frame* dirty = frame_alloc();
    std::memset(dirty->data(), 0xff, page_size);
    frame_unref(*dirty);
    Frame* frame = frame_alloc_zeroed();
    const u8* bytes = static_cast<const u8*>(frame->data());
    for (usize i = 0; i < page_size; ++i) ASSERT_EQ(bytes[i], 0);
}

TEST(Frames, NothingOverlapsUnderRandomLoad) {
    Arena arena(2048);
    std::mt19937 random(1);
    std::vector<Frame*> held;
    std::set<usize> used;
    for (int step = 0; step < 20000; ++step) {
        if (held.empty() || random() % 2) {
            const unsigned order = random() % 5;
            Frame* frame = frame_alloc(order);
            if (!frame) continue;
            held.push_back(frame);
            for (usize i = 0; i < usize{1} << order; ++i)
                ASSERT_TRUE(used.insert(frame - frame_records + i).second);
        } else {
            const usize victim = random() % held.size();
            Frame* frame = held[victim];
            held[victim] = held.back();
            held.pop_back();
            for (usize i = 0; i < usize{1} << frame->order; ++i)
                used.erase(frame - frame_records + i);
            frame_unref(*frame);
        }
        ASSERT_EQ(memory_statistics().free_frames, arena.frames() - used.size());
    }
    for (Frame* frame : held) frame_unref(*frame);
    EXPECT_EQ(memory_statistics().free_frames, arena.frames());
}
