// What the boot loader told, in one form for both Multiboot versions, copied out of its memory.
#pragma once

#include "kernel/arch/layout.h"
#include <span>
#include <string_view>

struct PhysicalRange {
    PhysicalAddress start, end; // end is exclusive
};

struct BootInfo {
    static constexpr usize max_ranges = 32;
    PhysicalRange available[max_ranges]; // usable RAM
    usize available_count = 0;
    PhysicalRange initrd{};       // the first module; empty when there is none
    char command_line[1024] = {}; // without the kernel's own name

    std::span<const PhysicalRange> memory() const { return {available, available_count}; }
};

// `magic` and `information` as the loader left them in eax and ebx. Panics on an unknown loader.
void boot_info_read(u32 magic, PhysicalAddress information);
const BootInfo& boot_info();
