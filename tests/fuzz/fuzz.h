// What the fuzz targets share. A target is a function over bytes, the same for libFuzzer (`make
// fuzz`) and for the replay of the kept corpus in `make test-host`; after each input nothing may be
// left of it in the stack.
#pragma once

#include <cstddef>

#include "tests/host/host_net.h"

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size);

namespace fuzz {

// The input as decisions: bytes are taken off its front, zeros follow when it is used up.
class Input {
  public:
    Input(const u8* data, usize size) : data_(data), left_(size) {}
    bool empty() const { return left_ == 0; }
    u8 byte();
    u16 word() {
        const u16 high = byte();
        return static_cast<u16>(high << 8 | byte());
    }
    u32 number() {
        const u32 high = word();
        return high << 16 | word();
    }
    // 0 ≤ result < limit ≤ 256.
    u8 below(u32 limit) { return static_cast<u8>(byte() % limit); }
    bool flag() { return byte() & 1; }
    // True about once in `often` times, and never when the input is used up.
    bool rarely(u32 often) { return byte() % often == often - 1; }
    template <class T, usize count>
    T pick(const T (&from)[count]) {
        return from[below(count)];
    }
    // Up to `most` bytes; how many is in the input.
    host::Frame bytes(usize most);
    host::Frame rest();

  private:
    const u8* data_;
    usize left_;
};

// As many tuns and taps as there may be at a time: their memory is kept for the next.
constexpr int tuns = 3;
// Brings the stack up, once in the process; each input finds the same random numbers. A failed
// EXPECT ends the process from here on.
void start();
// Lets time pass until all that the input began has come to its end.
void settle();
// Takes back what an input may have set up that outlives its sockets: addresses and routes, lo's
// settings, rules, the policy, the knobs.
void restore();
// Reads all of /proc/net.
void show_everything();
// Nothing that was allocated since `before` is still there.
void check_memory(usize before);

} // namespace fuzz
