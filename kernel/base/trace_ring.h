// The ring that trace records go into: it never grows and never makes a writer wait. What doesn't
// fit any more drives out the oldest, and is counted.
#pragma once

#include "kernel/base/result.h"
#include "kernel/base/types.h"
#include "kernel/uapi/trace.h"
#include <span>

class TraceRing {
  public:
    TraceRing() = default;
    TraceRing(const TraceRing&) = delete;
    ~TraceRing() { destroy(); }

    // Room for `bytes`, rounded up to a power of two. ENOMEM; EINVAL for less than the largest
    // record needs.
    Result<void> create(usize bytes);
    void destroy();
    bool exists() const { return units_ != nullptr; }
    usize bytes() const { return capacity_ * sizeof(Unit); }

    // `record.units` and `record.sequence` are filled in here.
    void write(trace_record& record, std::span<const u8> first = {},
               std::span<const u8> second = {});
    // Takes whole records out, the oldest first, as many as fit; a TRACE_KIND_LOST comes before the
    // first that follows a gap. Returns the bytes: 0 when there is nothing, or too little room.
    usize read(std::span<u8> to);
    bool empty() const { return head_ == tail_; }
    bool half_full() const { return head_ - tail_ > capacity_ / 2; }
    u64 lost() const { return lost_; } // since create()
    u64 written() const { return written_; }
    void clear();

  private:
    struct Unit {
        alignas(8) u8 bytes[TRACE_UNIT];
    };
    Unit& unit(u64 position) { return units_[position & (capacity_ - 1)]; }
    u8 units_at(u64 position) { return reinterpret_cast<trace_record&>(unit(position)).units; }
    void put(std::span<const u8> bytes, usize& offset);
    trace_record lost_record() const;

    Unit* units_ = nullptr;
    u64 capacity_ = 0;             // units
    u64 head_ = 0, tail_ = 0;      // units ever written; the oldest that is still there
    u64 lost_ = 0, told_lost_ = 0; // records
    u64 written_ = 0;
};
