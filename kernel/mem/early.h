// Memory before there is a frame allocator: pages for the first tables and for the frame records.
#pragma once

#include "kernel/arch/boot_info.h"

// `bytes` (rounded up to pages) of unused RAM below 1 GiB, which the boot tables map. Never freed.
// Panics when there is none: the machine is too small.
PhysicalAddress early_allocate(usize bytes);
// What is in use: the image, the initrd, and all that early_allocate() gave.
std::span<const PhysicalRange> early_reserved();
