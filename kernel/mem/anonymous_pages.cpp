// Shared anonymous memory: a two-level table of frames.
#include "kernel/mem/anonymous_pages.h"

#include "kernel/base/math.h"
#include "kernel/base/string.h"

Result<Ref<AnonymousPages>> AnonymousPages::create(usize bytes) {
    Ref<AnonymousPages> made = TRY(make_ref<AnonymousPages>());
    const u64 pages = div_up(bytes, page_size);
    const usize leaves = div_up(pages, frames_per_leaf);
    if (leaves > (1u << 20)) return Errno{ENOMEM};
    made->leaves_ = static_cast<Frame***>(kmalloc(leaves * sizeof(Frame**)));
    if (!made->leaves_) return Errno{ENOMEM};
    memset(made->leaves_, 0, leaves * sizeof(Frame**));
    made->leaf_count_ = leaves;
    made->pages_ = pages;
    return made;
}

AnonymousPages::~AnonymousPages() {
    for (usize i = 0; i < leaf_count_; i++) {
        if (!leaves_[i]) continue;
        for (usize j = 0; j < frames_per_leaf; j++)
            if (leaves_[i][j]) frame_unref(*leaves_[i][j]);
        frame_unref(frame_of_pointer(leaves_[i]));
    }
    kfree(leaves_);
}

Result<Frame*> AnonymousPages::page(u64 index, bool create) {
    if (index >= pages_) return Errno{ENXIO};
    Frame**& leaf = leaves_[index / frames_per_leaf];
    if (!leaf) {
        if (!create) return nullptr;
        Frame* table = frame_alloc_zeroed();
        if (!table) return Errno{ENOMEM};
        leaf = static_cast<Frame**>(table->data());
    }
    Frame*& slot = leaf[index % frames_per_leaf];
    if (!slot) {
        if (!create) return nullptr;
        slot = frame_alloc_zeroed();
        if (!slot) return Errno{ENOMEM};
    }
    frame_ref(*slot);
    return slot;
}
