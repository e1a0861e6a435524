// "Physical memory" for a test: an arena with its frame records, handed to the frame allocator.
#pragma once

#include "kernel/mem/frames.h"
#include <cstdlib>
#include <cstring>
#include <vector>

class Arena {
  public:
    // Frame 0 stays out, as in the kernel.
    explicit Arena(usize frames) : frames_(frames) {
        memory_ = static_cast<u8*>(
            std::aligned_alloc(max_run, (frames * page_size + max_run - 1) / max_run * max_run));
        direct_map_base = reinterpret_cast<uptr>(memory_);
        records_ = static_cast<Frame*>(std::calloc(frames, sizeof(Frame)));
        frames_init_empty(records_, frames);
        frames_add(page_size, frames * page_size);
    }
    ~Arena() {
        frames_init_empty(nullptr, 0);
        std::free(records_);
        std::free(memory_);
    }
    usize frames() const { return frames_ - 1; }

  private:
    static constexpr usize max_run = page_size << max_frame_order;
    usize frames_;
    u8* memory_;
    Frame* records_;
};
