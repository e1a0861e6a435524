// Builds the kernel's page tables. The direct map is in large pages; everything else is in 4 KiB
// pages, so that unmapping one isn't near a large one (which would cost the whole TLB in QEMU).
#include "kernel/arch/paging.h"
#include "kernel/arch/boot_info.h"
#include "kernel/arch/cpu.h"
#include "kernel/base/assert.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/mem/early.h"
#include "kernel/mem/frames.h"
#include "kernel/sched/thread.h"

extern "C" u8 text_start[], text_end[], rodata_start[], rodata_end[], data_start[], data_end[];
extern "C" u8 boot_stack_guard[];

namespace {

constexpr u64 large_2m = u64{2} << 20, large_1g = u64{1} << 30;

u64* root;
bool frames_ready = false; // tables come from the frame allocator, no longer from early memory

u64* new_table() {
    if (!frames_ready) {
        void* page = phys_to_virt(early_allocate(page_size));
        memset(page, 0, page_size);
        return static_cast<u64*>(page);
    }
    Frame* frame = frame_alloc_zeroed();
    return frame ? static_cast<u64*>(frame->data()) : nullptr;
}

// The entry for `address` in the table of `level` (1: 4 KiB, 2: 2 MiB, 3: 1 GiB pages), making the
// tables above it; null without memory.
u64* entry_for(uptr address, int level) {
    u64* table = root;
    for (int l = 4; l > level; --l) {
        u64& entry = table[address >> (12 + 9 * (l - 1)) & 511];
        if (!entry) {
            u64* next = new_table();
            if (!next) return nullptr;
            entry = virt_to_phys(next) | page_present | page_write | page_accessed;
        }
        table = static_cast<u64*>(phys_to_virt(entry & page_address_mask));
    }
    return &table[address >> (12 + 9 * (level - 1)) & 511];
}

bool map_page(uptr address, PhysicalAddress physical, u64 rights) {
    u64* entry = entry_for(address, 1);
    if (!entry) return false;
    *entry = physical | rights | page_present | page_accessed | page_dirty;
    return true;
}

void map_image_part(const u8* start, const u8* end, u64 rights) {
    for (const u8* page = start; page < end; page += page_size)
        map_page(reinterpret_cast<uptr>(page), virt_to_phys(page), rights | page_global);
}

// One GiB at a time where the processor can, never executable.
void map_memory(PhysicalAddress end) {
    constexpr u64 rights = page_present | page_write | page_accessed | page_dirty | page_large |
                           page_global | page_no_execute;
    const bool gigabytes = cpuid(0x80000001).edx >> 26 & 1;
    const u64 step = gigabytes ? large_1g : large_2m;
    for (PhysicalAddress p = 0; p < end; p += step)
        *entry_for(direct_map_base + p, gigabytes ? 3 : 2) = p | rights;
}

PhysicalAddress end_of_memory() {
    PhysicalAddress end = 0;
    for (const PhysicalRange& range : boot_info().memory()) end = max(end, range.end);
    return end;
}

// Kernel stacks: slots of five pages, the lowest never mapped. (Five and not eight: so the stacks
// spread over the sets of a direct-mapped TLB.)
constexpr usize stack_pages = Thread::kernel_stack_size / page_size;
constexpr usize slot_bytes = (stack_pages + 1) * page_size;
constexpr usize max_slots = 16384;
constexpr usize max_cached = 8;

u64 slots_used[max_slots / 64];
usize first_free_word = 0;
void* cached_stacks[max_cached]; // mapped, ready for the next thread
usize cached_count = 0;

uptr slot_address(usize slot) { return kernel_stack_area + slot * slot_bytes + page_size; }

usize take_slot() {
    for (usize word = first_free_word; word < max_slots / 64; ++word) {
        if (~slots_used[word] == 0) continue;
        const unsigned bit = __builtin_ctzll(~slots_used[word]);
        slots_used[word] |= u64{1} << bit;
        first_free_word = word;
        return word * 64 + bit;
    }
    return max_slots;
}

void unmap_stack(uptr stack) {
    for (usize i = 0; i < stack_pages; ++i) {
        u64* entry = entry_for(stack + i * page_size, 1);
        if (!entry || !*entry) continue;
        const PhysicalAddress physical = *entry & page_address_mask;
        *entry = 0;
        invlpg(stack + i * page_size);
        frame_unref(frame_of(physical));
    }
    const usize slot = (stack - kernel_stack_area) / slot_bytes;
    slots_used[slot / 64] &= ~(u64{1} << slot % 64);
    first_free_word = min(first_free_word, slot / 64);
}

FrameReserve stack_reserve{{},
                           [] { return u64{cached_count * stack_pages}; },
                           [] {
                               while (cached_count)
                                   unmap_stack(
                                       reinterpret_cast<uptr>(cached_stacks[--cached_count]));
                           }};

uptr next_device = device_area;

} // namespace

void paging_init() {
    root = new_table();
    const PhysicalAddress end = end_of_memory();
    map_memory(end);
    map_image_part(text_start, text_end, 0);
    map_image_part(rodata_start, rodata_end, page_no_execute);
    map_image_part(data_start, boot_stack_guard, page_write | page_no_execute);
    map_image_part(boot_stack_guard + page_size, data_end, page_write | page_no_execute);
    // The top entry of the stacks' and devices' half must be there before it is shared.
    ASSERT(entry_for(kernel_stack_area, 3) && entry_for(device_area, 3));
    write_cr3(virt_to_phys(root));
    this_cpu().page_root = virt_to_phys(root);
    frames_init(end);
    frames_ready = true;
    register_frame_reserve(stack_reserve);
}

PhysicalAddress kernel_page_root() { return virt_to_phys(root); }

void paging_share_kernel_half(u64* top_table) { memcpy(top_table + 256, root + 256, 256 * 8); }

void* map_device(PhysicalAddress physical, usize bytes) {
    const PhysicalAddress first = align_down(physical, page_size);
    const PhysicalAddress end = align_up(physical + bytes, page_size);
    const uptr start = next_device;
    for (PhysicalAddress p = first; p < end; p += page_size, next_device += page_size) {
        constexpr u64 rights =
            page_write | page_uncached | page_write_through | page_global | page_no_execute;
        if (!map_page(next_device, p, rights)) return nullptr;
    }
    return reinterpret_cast<void*>(start + (physical - first));
}

void* kernel_stack_allocate() {
    if (cached_count) return cached_stacks[--cached_count];
    const usize slot = take_slot();
    if (slot == max_slots) return nullptr;
    const uptr stack = slot_address(slot);
    for (usize i = 0; i < stack_pages; ++i) {
        Frame* frame = frame_alloc();
        if (!frame || !map_page(stack + i * page_size, frame->physical(),
                                page_write | page_global | page_no_execute)) {
            if (frame) frame_unref(*frame);
            unmap_stack(stack);
            return nullptr;
        }
    }
    return reinterpret_cast<void*>(stack);
}

void kernel_stack_free(void* stack) {
    if (cached_count < max_cached)
        cached_stacks[cached_count++] = stack;
    else
        unmap_stack(reinterpret_cast<uptr>(stack));
}

bool kernel_stack_guard_hit(uptr address) {
    if (address - reinterpret_cast<uptr>(boot_stack_guard) < page_size) return true;
    const uptr offset = address - kernel_stack_area;
    return offset < max_slots * slot_bytes && offset % slot_bytes < page_size;
}
