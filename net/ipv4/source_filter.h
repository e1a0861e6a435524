// Which sources of a group somebody wants: these alone, or all but these (RFC 3376, section 3).
#pragma once

#include "kernel/base/endian.h"
#include "kernel/base/result.h"
#include "kernel/base/types.h"
#include <span>
#include <utility>

// A set of addresses, in the order in which they came.
class SourceList {
  public:
    SourceList() = default;
    SourceList(SourceList&& other) { swap(other); }
    SourceList& operator=(SourceList&& other) {
        swap(other);
        return *this;
    }
    ~SourceList();

    // Nothing happens when it is there. Errors: ENOMEM.
    Result<void> add(be32 source);
    Result<void> add_all(std::span<const be32> sources);
    void remove(be32 source);
    bool contains(be32 source) const;
    std::span<const be32> all() const { return {items_, count_}; }
    u32 size() const { return count_; }
    void swap(SourceList& other) {
        std::swap(items_, other.items_);
        std::swap(count_, other.count_);
        std::swap(capacity_, other.capacity_);
    }

  private:
    be32* items_ = nullptr;
    u32 count_ = 0, capacity_ = 0;
};

struct SourceFilter {
    bool exclude = false; // all but these; else: these alone
    SourceList sources;

    bool passes(be32 source) const { return sources.contains(source) != exclude; }
};
