// Sets of sources: short ones, so an array that is searched from its beginning will do.
#include "net/ipv4/source_filter.h"
#include "kernel/base/ref.h"
#include "kernel/base/string.h"

SourceList::~SourceList() { kfree(items_); }

Result<void> SourceList::add(be32 source) {
    if (contains(source)) return {};
    if (count_ == capacity_) {
        const u32 capacity = capacity_ ? 2 * capacity_ : 8;
        auto* items = static_cast<be32*>(kmalloc(capacity * sizeof(be32)));
        if (!items) return Errno{ENOMEM};
        if (count_) memcpy(items, items_, count_ * sizeof(be32));
        kfree(items_);
        items_ = items;
        capacity_ = capacity;
    }
    items_[count_++] = source;
    return {};
}

Result<void> SourceList::add_all(std::span<const be32> sources) {
    for (be32 source : sources) TRY(add(source));
    return {};
}

void SourceList::remove(be32 source) {
    u32 kept = 0;
    for (u32 i = 0; i < count_; i++)
        if (items_[i] != source) items_[kept++] = items_[i];
    count_ = kept;
}

bool SourceList::contains(be32 source) const {
    for (be32 item : all())
        if (item == source) return true;
    return false;
}
