// Fills the frame allocator from the boot loader's memory map.
#include "kernel/arch/boot_info.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/mem/early.h"
#include "kernel/mem/frames.h"

namespace {

// Adds [start, end) without what is reserved, from the given reservation on.
void add_unreserved(PhysicalAddress start, PhysicalAddress end, usize from) {
    const std::span<const PhysicalRange> reserved = early_reserved();
    for (usize i = from; i < reserved.size(); ++i) {
        const PhysicalRange& taken = reserved[i];
        if (taken.end <= start || end <= taken.start) continue;
        if (start < taken.start) add_unreserved(start, taken.start, i + 1);
        if (taken.end < end) add_unreserved(taken.end, end, i + 1);
        return;
    }
    frames_add(start, end);
}

} // namespace

void frames_init(PhysicalAddress end) {
    const usize count = end / page_size;
    void* records = phys_to_virt(early_allocate(count * sizeof(Frame)));
    memset(records, 0, count * sizeof(Frame)); // which is what Frame's constructor makes
    frames_init_empty(static_cast<Frame*>(records), count);
    for (const PhysicalRange& range : boot_info().memory())
        add_unreserved(range.start, range.end, 0);
}
