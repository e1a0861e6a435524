// The pages of a file in memory: a radix tree from page index to frame, as deep as the highest
// index needs. Holes cost nothing; a file of one page has no node at all.
#pragma once

#include "kernel/base/result.h"
#include "kernel/mem/frames.h"

// How many frames a file system may hold, and does.
struct FrameQuota {
    u64 used = 0, limit = ~u64{0};
};

class PageTree {
  public:
    FrameQuota* quota = nullptr; // whom the frames are charged to; null: nobody

    PageTree() = default;
    PageTree(const PageTree&) = delete;
    PageTree& operator=(const PageTree&) = delete;
    ~PageTree() { cut(0, ~u64{0}); }

    // Null for a hole. The tree keeps its reference.
    Frame* find(u64 index) const;
    // Fills a hole with a new frame: zeroed, or with whatever it holds when the caller writes all
    // of it. ENOSPC.
    Result<Frame*> make(u64 index, bool zeroed = true);
    // Drops the pages first … last.
    void cut(u64 first, u64 last);
    // The first index from `from` on that has a page (or, `hole`, that has none); ~0 when none has.
    u64 next(u64 from, bool hole) const;
    u64 count() const { return count_; }

  private:
    static constexpr unsigned bits = 6;
    static constexpr unsigned fanout = 1 << bits;
    struct Node {
        void* slots[fanout] = {}; // nodes, or frames at the lowest level
    };

    bool covers(u64 index) const { return height_ * bits >= 64 || index >> (height_ * bits) == 0; }
    bool cut_below(void*& slot, unsigned height, u64 base, u64 first, u64 last);

    void* root_ = nullptr;
    unsigned height_ = 0; // 0: the root is the frame of page 0
    u64 count_ = 0;
};
