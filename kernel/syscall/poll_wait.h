// Waiting for several files at once: what poll and select have in common.
#pragma once

#include "kernel/abi/file.h"
#include "kernel/fs/file.h"
#include <span>

// One file to watch. `wanted` are POLL* bits; POLLERR and POLLHUP always count.
struct Watched {
    int fd = -1;
    u32 wanted = 0;
    u32 got = 0; // POLLNVAL for a descriptor that isn't open
    Ref<file> held;
};

// An array of them: a few in place, more on the heap.
class WatchedFiles {
  public:
    ~WatchedFiles();
    // ENOMEM.
    Result<void> make(usize count);
    std::span<Watched> all() { return {watched_, count_}; }

  private:
    static constexpr usize few = 8;
    Watched few_[few];
    Watched* watched_ = few_;
    usize count_ = 0;
};

// How many have something to tell; waits for the first until `deadline` (0: not at all). Errors:
// EINTR, ENOMEM.
Result<usize> wait_for_files(std::span<Watched> files, Nanoseconds deadline);
