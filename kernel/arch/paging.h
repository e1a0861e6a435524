// The kernel's own page tables: the image with the rights its parts need, the direct map, kernel
// stacks and device registers. The format of entries: Intel SDM vol. 3, 4.5.
#pragma once

#include "kernel/arch/layout.h"
#include "kernel/base/result.h"

constexpr u64 page_present = 1 << 0, page_write = 1 << 1, page_user = 1 << 2,
              page_write_through = 1 << 3, page_uncached = 1 << 4, page_accessed = 1 << 5,
              page_dirty = 1 << 6, page_large = 1 << 7, page_global = 1 << 8;
constexpr u64 page_no_execute = u64{1} << 63;
constexpr u64 page_address_mask = 0x000f'ffff'ffff'f000;
// Bits of a page fault's error code.
constexpr u64 fault_present = 1 << 0, fault_write = 1 << 1, fault_user = 1 << 2,
              fault_fetch = 1 << 4;

// Kernel stacks lie from kernel_stack_area on; device registers behind device_area.
constexpr uptr kernel_stack_area = 0xffff'c000'0000'0000;
constexpr uptr device_area = 0xffff'c040'0000'0000;

// Leaves the boot tables for the final ones, in which low addresses are free for programs.
void paging_init();
PhysicalAddress kernel_page_root();
// Gives the top table of a new address space the kernel's half (entries 256-511), which never
// changes at that level.
void paging_share_kernel_half(u64* top_table);

// Device registers, uncached. Null when there is no memory for tables. Never unmapped.
void* map_device(PhysicalAddress physical, usize bytes);

// Thread::kernel_stack_size bytes with an unmapped page below; null when there is no memory.
void* kernel_stack_allocate();
void kernel_stack_free(void* stack);
// True when `address` is in the page below a kernel stack: it has overflowed.
bool kernel_stack_guard_hit(uptr address);
