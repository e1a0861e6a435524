// The radix tree of a file's frames, and the account of how many frames files hold in all.
#include "kernel/fs/page_tree.h"
#include "kernel/base/math.h"
#include "kernel/base/ref.h"
#include "kernel/fs/fs.h"

namespace {
u64 frames_held;

// Files may take 7/8 of the memory: the rest keeps the kernel and the programs alive.
u64 limit() {
    static const u64 frames = memory_statistics().total_frames / 8 * 7;
    return frames;
}

Frame* take_frame(bool zeroed) {
    if (frames_held >= limit()) return nullptr;
    Frame* frame = zeroed ? frame_alloc_zeroed() : frame_alloc();
    if (frame) frames_held++;
    return frame;
}

void give_frame(Frame& frame) {
    frames_held--;
    frame_unref(frame);
}
} // namespace

u64 file_frames() { return frames_held; }
u64 file_frames_limit() { return limit(); }

Frame* PageTree::find(u64 index) const {
    if (!covers(index)) return nullptr;
    void* at = root_;
    for (unsigned height = height_; at && height > 0; height--)
        at = static_cast<Node*>(at)->slots[index >> (height - 1) * bits & (fanout - 1)];
    return static_cast<Frame*>(at);
}

Result<Frame*> PageTree::make(u64 index, bool zeroed) {
    while (!covers(index)) {
        if (root_) {
            Node* above = TRY(make_box<Node>()).release();
            above->slots[0] = root_;
            root_ = above;
        }
        height_++;
    }
    void** slot = &root_;
    for (unsigned height = height_; height > 0; height--) {
        if (!*slot) *slot = TRY(make_box<Node>()).release();
        slot = &static_cast<Node*>(*slot)->slots[index >> (height - 1) * bits & (fanout - 1)];
    }
    if (!*slot) {
        if (quota && quota->used >= quota->limit) return Errno{ENOSPC};
        Frame* frame = take_frame(zeroed);
        if (!frame) return Errno{ENOSPC};
        if (quota) quota->used++;
        *slot = frame;
        count_++;
    }
    return static_cast<Frame*>(*slot);
}

// True when nothing is left below the slot. `base` is the first index below it.
bool PageTree::cut_below(void*& slot, unsigned height, u64 base, u64 first, u64 last) {
    if (!slot) return true;
    if (height == 0) {
        if (base < first || base > last) return false;
        give_frame(*static_cast<Frame*>(slot));
        if (quota) quota->used--;
        count_--;
        slot = nullptr;
        return true;
    }
    Node* node = static_cast<Node*>(slot);
    const u64 step = u64{1} << (height - 1) * bits;
    bool empty = true;
    for (u64 i = 0; i < fanout; i++) {
        const u64 low = base + i * step;
        const bool outside = low > last || low + (step - 1) < first;
        if (outside)
            empty &= node->slots[i] == nullptr;
        else
            empty &= cut_below(node->slots[i], height - 1, low, first, last);
    }
    if (!empty) return false;
    kfree(node);
    slot = nullptr;
    return true;
}

void PageTree::cut(u64 first, u64 last) {
    if (cut_below(root_, height_, 0, first, last)) height_ = 0;
}

u64 PageTree::next(u64 from, bool hole) const {
    for (u64 index = from; covers(index); index++) {
        void* at = root_;
        unsigned height = height_;
        for (; at && height > 0; height--)
            at = static_cast<Node*>(at)->slots[index >> (height - 1) * bits & (fanout - 1)];
        if (hole == (at == nullptr)) return index;
        if (hole) continue;
        index |= (u64{1} << height * bits) - 1; // nothing in the whole subtree
    }
    return hole ? from : ~u64{0};
}
