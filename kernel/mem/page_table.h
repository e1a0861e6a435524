// The processor's four-level page tables for the user half of an address space (Intel SDM vol. 3,
// 4.5). The kernel half is shared: its top-level entries are copied.
#pragma once

#include "kernel/arch/layout.h"
#include "kernel/base/result.h"

constexpr u64 pte_present = 1, pte_writable = 2, pte_user = 4, pte_accessed = 0x20,
              pte_dirty = 0x40, pte_no_execute = u64{1} << 63;
// Ours, ignored by the processor: the entry holds a page although it isn't present (PROT_NONE).
constexpr u64 pte_held = u64{1} << 9;
constexpr u64 pte_address_mask = 0x000f'ffff'ffff'f000;

class PageTable {
  public:
    PageTable() = default;
    PageTable(const PageTable&) = delete;
    ~PageTable(); // frees the tables; the pages must have gone before

    Result<void> create();
    // The entry for a page; null when there is no table for it yet.
    u64* find(uptr address) const;
    // The same, making tables as needed; null when there is no memory.
    u64* find_or_make(uptr address);
    // The first address at or above `address` that has a table (so that empty ranges are skipped
    // in large steps); at most `end`.
    uptr next_populated(uptr address, uptr end) const;
    // Frees tables that lie wholly in a range whose pages have gone. The caller flushes afterwards
    // (the processor caches the upper levels too).
    void free_tables(uptr start, uptr end);

    PhysicalAddress root() const { return root_; }
    bool loaded() const;
    // Forget cached translations of this table, if it is the one in use.
    void flush_page(uptr address) const;
    void flush_range(uptr start, uptr end) const;
    void flush_all() const;

  private:
    PhysicalAddress root_ = 0;
};
