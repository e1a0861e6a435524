// Four-level page tables. Intermediate entries allow everything: the rights are the last level's.
#include "kernel/mem/page_table.h"

#include "kernel/arch/cpu.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/mem/frames.h"
#include "kernel/sched/scheduler.h"

namespace {

constexpr unsigned top_level = 4;
constexpr u64 table_bits = pte_present | pte_writable | pte_user | pte_accessed | pte_dirty;
constexpr usize entries_per_table = 512;
constexpr usize user_entries = 256; // of the top level; the rest is the kernel's
// Above this many pages one reload of CR3 is cheaper than an INVLPG for each (2.1 µs and the
// misses afterwards, against 125 ns).
constexpr usize flush_all_pages = 32;

u64* table_at(u64 entry) { return static_cast<u64*>(phys_to_virt(entry & pte_address_mask)); }
constexpr unsigned shift_of(unsigned level) { return 12 + 9 * (level - 1); }
constexpr usize index_in(unsigned level, uptr address) {
    return (address >> shift_of(level)) & (entries_per_table - 1);
}

void free_table_tree(u64* table, unsigned level, usize entries) {
    for (usize i = 0; level > 1 && i < entries; i++) {
        if (!(table[i] & pte_present)) continue;
        free_table_tree(table_at(table[i]), level - 1, entries_per_table);
    }
    frame_unref(frame_of_pointer(table));
}

// Frees the tables below `table` that lie wholly in [start, end); `base` is the first address that
// `table` maps.
void prune(u64* table, unsigned level, uptr base, uptr start, uptr end) {
    const uptr step = uptr{1} << shift_of(level);
    const usize first = start > base ? (start - base) / step : 0;
    const usize limit = level == top_level ? user_entries : entries_per_table;
    for (usize i = first; i < limit; i++) {
        const uptr low = base + i * step;
        if (low >= end) return;
        if (!(table[i] & pte_present)) continue;
        if (low >= start && low + step <= end) {
            free_table_tree(table_at(table[i]), level - 1, entries_per_table);
            table[i] = 0;
        } else if (level > 2) {
            prune(table_at(table[i]), level - 1, low, start, end);
        }
    }
}

} // namespace

PageTable::~PageTable() {
    if (!root_) return;
    page_root_unload(root_);
    free_table_tree(table_at(root_), top_level, user_entries);
}

Result<void> PageTable::create() {
    Frame* frame = frame_alloc();
    if (!frame) return Errno{ENOMEM};
    root_ = frame->physical();
    u64* table = table_at(root_);
    memset(table, 0, user_entries * sizeof(u64));
    const u64* running = table_at(read_cr3());
    memcpy(table + user_entries, running + user_entries,
           (entries_per_table - user_entries) * sizeof(u64));
    return {};
}

u64* PageTable::find(uptr address) const {
    u64* table = table_at(root_);
    for (unsigned level = top_level; level > 1; level--) {
        const u64 entry = table[index_in(level, address)];
        if (!(entry & pte_present)) return nullptr;
        table = table_at(entry);
    }
    return &table[index_in(1, address)];
}

u64* PageTable::find_or_make(uptr address) {
    u64* table = table_at(root_);
    for (unsigned level = top_level; level > 1; level--) {
        u64& entry = table[index_in(level, address)];
        if (!(entry & pte_present)) {
            Frame* frame = frame_alloc_zeroed();
            if (!frame) return nullptr;
            entry = frame->physical() | table_bits;
        }
        table = table_at(entry);
    }
    return &table[index_in(1, address)];
}

uptr PageTable::next_populated(uptr address, uptr end) const {
    while (address < end) {
        u64* table = table_at(root_);
        unsigned level = top_level;
        for (; level > 1; level--) {
            const u64 entry = table[index_in(level, address)];
            if (!(entry & pte_present)) break;
            table = table_at(entry);
        }
        if (level == 1) return address;
        address = align_down(address, uptr{1} << shift_of(level)) + (uptr{1} << shift_of(level));
    }
    return end;
}

void PageTable::free_tables(uptr start, uptr end) {
    prune(table_at(root_), top_level, 0, start, end);
}

bool PageTable::loaded() const { return this_cpu().page_root == root_; }

void PageTable::flush_page(uptr address) const {
    if (loaded()) invlpg(address);
}

void PageTable::flush_range(uptr start, uptr end) const {
    if (!loaded()) return;
    if ((end - start) / page_size > flush_all_pages) return flush_all();
    for (uptr address = start; address < end; address += page_size) invlpg(address);
}

void PageTable::flush_all() const {
    if (loaded()) write_cr3(root_);
}
