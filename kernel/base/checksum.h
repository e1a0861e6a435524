// The Internet checksum (RFC 1071): ones' complement sums of 16-bit words, kept as 32-bit partial
// sums in memory order.
#pragma once

#include "kernel/base/types.h"

// The partial sum of `bytes` at `data`, added to `sum`. An odd last byte counts as if a zero
// followed it.
u32 checksum_partial(const void* data, usize bytes, u32 sum);
// The same, copying in the same pass.
u32 checksum_copy(void* to, const void* from, usize bytes, u32 sum);

// Ones' complement addition of two partial sums.
constexpr u32 checksum_add(u32 a, u32 b) {
    const u64 sum = u64{a} + b;
    return static_cast<u32>(sum) + static_cast<u32>(sum >> 32);
}
// Adds the sum of a block that lies `offset` bytes into the whole (its bytes are swapped when that
// is odd).
constexpr u32 checksum_add_block(u32 sum, u32 block, usize offset) {
    if (offset & 1) block = (block << 8) | (block >> 24);
    return checksum_add(sum, block);
}
// Folds to the 16 bits that go into a header (in memory order): the complement of the sum.
constexpr u16 checksum_fold(u32 sum) {
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<u16>(~sum);
}
