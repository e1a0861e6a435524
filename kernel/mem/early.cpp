// Finds room between what the boot loader left.
#include "kernel/mem/early.h"
#include "kernel/base/assert.h"
#include "kernel/base/math.h"

extern "C" u8 image_start[], image_end[]; // symbols of the linker script; physical addresses

namespace {

constexpr PhysicalAddress mapped_by_boot = u64{1} << 30;
constexpr PhysicalAddress first_usable = 1 << 20; // below are tables of the firmware and the loader

PhysicalRange reserved[8];
usize reserved_count = 0;

void reserve(PhysicalRange range) {
    if (reserved_count && reserved[reserved_count - 1].end == range.start) {
        reserved[reserved_count - 1].end = range.end;
        return;
    }
    ASSERT(reserved_count < sizeof reserved / sizeof reserved[0]);
    reserved[reserved_count++] = range;
}

void reserve_what_was_loaded() {
    reserve({0, page_size}); // so that no frame has the address 0
    reserve({reinterpret_cast<PhysicalAddress>(image_start),
             reinterpret_cast<PhysicalAddress>(image_end)});
    const PhysicalRange initrd = boot_info().initrd;
    if (initrd.end > initrd.start)
        reserve({align_down(initrd.start, page_size), align_up(initrd.end, page_size)});
}

// Null when [start, start + bytes) is free, else what it runs into.
const PhysicalRange* conflict(PhysicalAddress start, usize bytes) {
    for (usize i = 0; i < reserved_count; ++i)
        if (start < reserved[i].end && reserved[i].start < start + bytes) return &reserved[i];
    return nullptr;
}

} // namespace

PhysicalAddress early_allocate(usize bytes) {
    if (!reserved_count) reserve_what_was_loaded();
    bytes = align_up(bytes, page_size);
    for (const PhysicalRange& range : boot_info().memory()) {
        PhysicalAddress at = max(range.start, first_usable);
        while (at + bytes <= min(range.end, mapped_by_boot)) {
            const PhysicalRange* taken = conflict(at, bytes);
            if (!taken) {
                reserve({at, at + bytes});
                return at;
            }
            at = taken->end;
        }
    }
    panic("no room for %zu bytes of tables: too little memory", bytes);
}

std::span<const PhysicalRange> early_reserved() { return {reserved, reserved_count}; }
