// IovIter: where a read puts its bytes, or a write takes them from: a list of segments in user
// memory (or in the kernel's, for sendfile and for the kernel itself), with a place in it that
// moves on as bytes are copied.
#pragma once

#include "kernel/base/types.h"

struct IoSegment {
    uptr base;
    usize length;
};

// The user's half: how many bytes could NOT be copied. kernel/mem/user_copy has them; on the host
// they are memcpy.
usize iov_copy_from_user(void* to, uptr from, usize bytes);
usize iov_copy_to_user(uptr to, const void* from, usize bytes);
// Copies and adds up in one pass: `sum` is a 32-bit ones' complement partial sum of 16-bit words
// (RFC 1071) in memory order.
usize iov_copy_from_user_checksum(void* to, uptr from, usize bytes, u32& sum);

class IovIter {
  public:
    enum class Space : u8 { user, kernel };

    IovIter() = default;
    // The array of segments belongs to the caller and outlives the iterator.
    IovIter(Space space, const IoSegment* segments, usize segment_count);
    // A single segment of user memory; of kernel memory.
    static IovIter of_user(uptr base, usize length) { return IovIter(Space::user, base, length); }
    static IovIter of_kernel(const void* base, usize length) {
        return IovIter(Space::kernel, reinterpret_cast<uptr>(base), length);
    }

    // Bytes left.
    usize remaining() const { return remaining_; }
    usize consumed() const { return consumed_; }
    // Copy up to `bytes` and move on. Return how many were copied: fewer than min(bytes,
    // remaining()) means a bad address.
    usize copy_from(void* to, usize bytes);
    usize copy_to(const void* from, usize bytes);
    usize copy_from_checksum(void* to, usize bytes, u32& sum);
    usize zero(usize bytes);
    // Moves on without copying, or back to an earlier place (`bytes` counted from the start).
    void advance(usize bytes);
    void rewind_to(usize consumed);
    // Leaves only the first `bytes` of what remains.
    void truncate(usize bytes) {
        if (bytes < remaining_) remaining_ = bytes;
    }
    Space space() const { return space_; }
    // The segment at this place, cut to what remains (for code that wants the memory itself).
    IoSegment current() const;

  private:
    IovIter(Space space, uptr base, usize length);
    template <class Copy>
    usize walk(usize bytes, Copy copy);

    const IoSegment* segments_ = nullptr; // null: the single one
    IoSegment single_{};
    usize index_ = 0;  // of the current segment
    usize offset_ = 0; // in it
    usize remaining_ = 0;
    usize consumed_ = 0;
    Space space_ = Space::kernel;
};
