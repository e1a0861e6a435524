// The address space, as fixed by the linker script and the boot code.
//
//   0000000000000000 - 00007fffffffffff  user (i386 programs: below 4 GiB)
//   ffff800000000000 - ffffbfffffffffff  direct map of physical memory, in large pages
//   ffffc00000000000 - ffffc07fffffffff  kernel stacks, device registers (kernel/arch/paging.h)
//   ffffffff80000000 -                   the kernel's image
#pragma once

#include "kernel/base/types.h"

using PhysicalAddress = u64;

constexpr usize page_size = 4096;
constexpr uptr user_end64 = 0x0000'7fff'ffff'f000;
constexpr uptr user_end32 = 0xffff'e000;
#if __STDC_HOSTED__ // in a host test "physical memory" is an arena of the test's
inline uptr direct_map_base = 0;
#else
constexpr uptr direct_map_base = 0xffff'8000'0000'0000;
#endif
constexpr uptr kernel_image_base = 0xffff'ffff'8000'0000;

inline void* phys_to_virt(PhysicalAddress physical) {
    return reinterpret_cast<void*>(physical + direct_map_base);
}
// For a pointer into the direct map or the kernel's image.
inline PhysicalAddress virt_to_phys(const void* pointer) {
    const uptr address = reinterpret_cast<uptr>(pointer);
    return address >= kernel_image_base ? address - kernel_image_base : address - direct_map_base;
}
