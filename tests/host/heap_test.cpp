// kmalloc and kfree of kernel/mem/heap.cpp over an arena.
#include "kernel/base/ref.h"
#include "kernel/mem/heap.h"
#include "tests/host/arena.h"
#include <gtest/gtest.h>
#include <map>
#include <random>

class Heap : public testing::Test {
  protected:
    void TearDown() override { heap_shrink(); } // nothing of the arena may stay in the heap
    Arena arena{2048};
};

TEST_F(Heap, AllSizesAreAlignedAndWritable) {
    for (usize bytes = 0; bytes < 20000; bytes += bytes < 3000 ? 1 : 997) {
        void* p = kmalloc(bytes);
        ASSERT_TRUE(p);
        EXPECT_EQ(reinterpret_cast<uptr>(p) % 16, 0u) << bytes;
        std::memset(p, 0xa5, bytes);
        kfree(p);
    }
}

TEST_F(Heap, PowersOfTwoAreAlignedToThemselves) {
    for (usize bytes = 16; bytes <= 65536; bytes *= 2) {
        void* a = kmalloc(bytes);
        void* b = kmalloc(bytes);
        EXPECT_EQ(virt_to_phys(a) % bytes, 0u) << bytes;
        EXPECT_EQ(virt_to_phys(b) % bytes, 0u) << bytes;
        kfree(a);
        kfree(b);
    }
}

TEST_F(Heap, NullMayBeFreed) { kfree(nullptr); }

TEST_F(Heap, TooLargeFails) { EXPECT_FALSE(kmalloc((page_size << max_frame_order) + 1)); }

TEST_F(Heap, MemoryReturnsToWhereItWas) {
    std::vector<void*> held;
    for (int i = 0; i < 5000; ++i) held.push_back(kmalloc(16 + i % 2000));
    EXPECT_LT(memory_statistics().free_frames, arena.frames());
    for (void* p : held) kfree(p);
    EXPECT_EQ(memory_statistics().free_frames, arena.frames());
    EXPECT_EQ(memory_statistics().heap_frames, 0u);
}

TEST_F(Heap, OutOfMemoryIsNullAndPasses) {
    std::vector<void*> held;
    while (void* p = kmalloc(1000)) held.push_back(p);
    EXPECT_EQ(held.size(), arena.frames() * 4);
    EXPECT_FALSE(kmalloc(16));
    kfree(held.back());
    held.pop_back();
    EXPECT_TRUE(held.emplace_back(kmalloc(1000)));
    for (void* p : held) kfree(p);
    EXPECT_EQ(memory_statistics().free_frames, arena.frames());
}

TEST_F(Heap, EmptyPagesServeOtherSizesWhenMemoryIsShort) {
    for (usize bytes : {16, 100, 500, 2000}) kfree(kmalloc(bytes));
    EXPECT_EQ(heap_statistics().empty_frames, 4u);
    std::vector<Frame*> all;
    while (Frame* frame = frame_alloc()) all.push_back(frame);
    EXPECT_EQ(all.size(), arena.frames());
    for (Frame* frame : all) frame_unref(*frame);
}

TEST_F(Heap, ObjectsNeverOverlapUnderRandomLoad) {
    std::mt19937 random(7);
    std::map<u8*, std::pair<usize, u8>> held; // address -> size, fill
    for (int step = 0; step < 50000; ++step) {
        if (held.empty() || random() % 5 < 3) {
            const usize bytes = 1 + random() % (random() % 10 ? 600 : 9000);
            u8* p = static_cast<u8*>(kmalloc(bytes));
            if (!p) continue;
            const u8 fill = static_cast<u8>(random());
            std::memset(p, fill, bytes);
            ASSERT_TRUE(held.emplace(p, std::pair{bytes, fill}).second);
        } else {
            auto victim = held.begin();
            std::advance(victim, random() % std::min<usize>(held.size(), 50));
            const auto [bytes, fill] = victim->second;
            for (usize i = 0; i < bytes; ++i) ASSERT_EQ(victim->first[i], fill);
            kfree(victim->first);
            held.erase(victim);
        }
    }
    for (auto& [p, rest] : held) kfree(p);
    EXPECT_EQ(memory_statistics().free_frames, arena.frames());
}
