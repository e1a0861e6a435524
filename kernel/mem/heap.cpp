// A slab is one frame cut into objects of one size. Its frame record is all the bookkeeping there
// is: `owner` heads the list of free objects, `references` counts those in use, `size_class` says
// which, `node` links it among the slabs of its class that have room. (Bonwick, "The Slab
// Allocator", 1994, without its constructors.)
#include "kernel/mem/heap.h"
#include "kernel/base/assert.h"
#include "kernel/base/ref.h"
#include "kernel/mem/frames.h"

namespace {

constexpr u16 class_bytes[] = {16, 32, 48, 64, 96, 128, 192, 256, 320, 512, 768, 1024, 1360, 2048};
constexpr usize class_count = sizeof class_bytes / sizeof class_bytes[0];
constexpr usize largest = class_bytes[class_count - 1];

// Class of a size in units of 16 bytes.
struct ClassTable {
    u8 index[largest / 16 + 1];
    constexpr ClassTable() : index() {
        usize current = 0;
        for (usize units = 0; units <= largest / 16; ++units) {
            while (class_bytes[current] < units * 16) ++current;
            index[units] = current;
        }
    }
};
constexpr ClassTable class_table;

struct FreeObject {
    FreeObject* next;
};

struct SizeClass {
    List<Frame, &Frame::node> partial; // slabs with a free object
    Frame* empty = nullptr;            // one slab without objects is kept; it is in `partial`
};
SizeClass classes[class_count];
u64 heap_frames = 0;
u64 empty_frames = 0;

Frame* new_slab(usize index) {
    Frame* frame = frame_alloc();
    if (!frame) return nullptr;
    ++heap_frames;
    frame->size_class = index + 1;
    frame->references = 0;
    u8* memory = static_cast<u8*>(frame->data());
    const usize bytes = class_bytes[index];
    FreeObject* first = nullptr;
    for (usize offset = page_size / bytes * bytes; offset; offset -= bytes) {
        auto* object = reinterpret_cast<FreeObject*>(memory + offset - bytes);
        object->next = first;
        first = object;
    }
    frame->owner = first;
    classes[index].partial.push_front(*frame);
    return frame;
}

void release_slab(Frame& slab) {
    slab.node.unlink();
    slab.size_class = 0;
    --heap_frames;
    frame_free(slab);
}

void slab_is_empty(SizeClass& size_class, Frame& slab) {
    if (size_class.empty) {
        release_slab(slab);
        return;
    }
    size_class.empty = &slab;
    ++empty_frames;
    if (size_class.partial.back() != &slab) { // the fuller ones are used first
        slab.node.unlink();
        size_class.partial.push_back(slab);
    }
}

void* allocate_run(usize bytes) {
    unsigned order = 0;
    while (order <= max_frame_order && (page_size << order) < bytes) ++order;
    if (order > max_frame_order) return nullptr;
    Frame* frame = frame_alloc(order);
    if (!frame) return nullptr;
    heap_frames += u64{1} << order;
    return frame->data();
}

} // namespace

void* kmalloc(usize bytes) {
    if (bytes > largest) [[unlikely]]
        return allocate_run(bytes);
    const usize index = class_table.index[(bytes + 15) / 16];
    SizeClass& size_class = classes[index];
    Frame* slab = size_class.partial.front();
    if (!slab && !(slab = new_slab(index))) return nullptr;
    if (slab == size_class.empty) {
        size_class.empty = nullptr;
        --empty_frames;
    }
    auto* object = static_cast<FreeObject*>(slab->owner);
    slab->owner = object->next;
    ++slab->references;
    if (!object->next) slab->node.unlink();
    return object;
}

void kfree(void* pointer) {
    if (!pointer) return;
    Frame& frame = frame_of_pointer(pointer);
    if (frame.size_class == 0) {
        heap_frames -= u64{1} << frame.order;
        frame_unref(frame);
        return;
    }
    SizeClass& size_class = classes[frame.size_class - 1];
    auto* object = static_cast<FreeObject*>(pointer);
    object->next = static_cast<FreeObject*>(frame.owner);
    frame.owner = object;
    if (!object->next) size_class.partial.push_front(frame); // it was full
    if (--frame.references == 0) slab_is_empty(size_class, frame);
}

HeapStatistics heap_statistics() { return {heap_frames, empty_frames}; }

void heap_shrink() {
    for (SizeClass& size_class : classes) {
        if (!size_class.empty) continue;
        release_slab(*size_class.empty);
        size_class.empty = nullptr;
        --empty_frames;
    }
}
