// TCP sequence numbers: 32 bits that wrap (RFC 9293, section 3.4). A type of its own, so that two
// of them can only be compared round the circle.
#pragma once

#include "kernel/base/types.h"

class SeqNumber {
  public:
    constexpr SeqNumber() = default;
    constexpr explicit SeqNumber(u32 raw) : raw_(raw) {}
    constexpr u32 raw() const { return raw_; }

    constexpr SeqNumber operator+(u32 bytes) const { return SeqNumber(raw_ + bytes); }
    constexpr SeqNumber operator-(u32 bytes) const { return SeqNumber(raw_ - bytes); }
    constexpr SeqNumber& operator+=(u32 bytes) {
        raw_ += bytes;
        return *this;
    }
    // The way from `from` to this one; negative when this one lies before it.
    constexpr i32 operator-(SeqNumber from) const { return static_cast<i32>(raw_ - from.raw_); }
    constexpr bool operator==(const SeqNumber&) const = default;
    constexpr bool operator<(SeqNumber other) const { return *this - other < 0; }
    constexpr bool operator>(SeqNumber other) const { return *this - other > 0; }
    constexpr bool operator<=(SeqNumber other) const { return *this - other <= 0; }
    constexpr bool operator>=(SeqNumber other) const { return *this - other >= 0; }

  private:
    u32 raw_ = 0;
};

// Bytes from `from` up to `to`, which doesn't lie before it.
constexpr u32 seq_length(SeqNumber from, SeqNumber to) { return to.raw() - from.raw(); }
constexpr SeqNumber seq_max(SeqNumber a, SeqNumber b) { return a < b ? b : a; }
constexpr SeqNumber seq_min(SeqNumber a, SeqNumber b) { return a < b ? a : b; }
// Does [a_begin, a_end) touch the window [begin, begin + size)? Empty segments and windows count by
// their place (RFC 9293, section 3.10.7.4, table 6, as Linux reads it: the edges are inside).
constexpr bool seq_acceptable(SeqNumber a_begin, SeqNumber a_end, SeqNumber begin, u32 size) {
    return a_end >= begin && a_begin <= begin + size;
}
