// Reads the Multiboot information. Sources: Multiboot specification 0.6.96, 3.3; Multiboot2
// specification 2.0, 3.6.
#include "kernel/arch/boot_info.h"
#include "kernel/base/assert.h"
#include "kernel/base/string.h"

namespace {

constexpr u32 multiboot1_magic = 0x2badb002;
constexpr u32 multiboot2_magic = 0x36d76289;
constexpr u32 memory_available = 1;

BootInfo info;

struct Multiboot1 {
    u32 flags;
    u32 mem_lower, mem_upper;
    u32 boot_device;
    u32 cmdline;
    u32 mods_count, mods_addr;
    u32 syms[4];
    u32 mmap_length, mmap_addr;
};
struct Multiboot1Module {
    u32 start, end, string, reserved;
};
struct [[gnu::packed]] Multiboot1Region {
    u32 size; // of what follows
    u64 base, length;
    u32 type;
};

struct Multiboot2Tag {
    u32 type, size;
};
struct Multiboot2Module {
    Multiboot2Tag tag;
    u32 start, end;
};
struct Multiboot2Map {
    Multiboot2Tag tag;
    u32 entry_size, entry_version;
};
struct Multiboot2Region {
    u64 base, length;
    u32 type, reserved;
};

template <class T>
const T* at(PhysicalAddress address) {
    return static_cast<const T*>(phys_to_virt(address));
}

void add_region(u64 base, u64 length, u32 type) {
    if (type != memory_available || info.available_count == BootInfo::max_ranges) return;
    const u64 start = (base + page_size - 1) & ~(page_size - 1);
    const u64 end = (base + length) & ~(page_size - 1);
    if (start < end) info.available[info.available_count++] = {start, end};
}

void set_command_line(const char* text) {
    copy_string(info.command_line, sizeof info.command_line, text);
}

void read_multiboot1(const Multiboot1& mb) {
    if (mb.flags & 1 << 2) set_command_line(at<char>(mb.cmdline));
    if (mb.flags & 1 << 3 && mb.mods_count) {
        const auto& module = *at<Multiboot1Module>(mb.mods_addr);
        info.initrd = {module.start, module.end};
    }
    ASSERT(mb.flags & 1 << 6);
    for (u32 offset = 0; offset < mb.mmap_length;) {
        const auto& region = *at<Multiboot1Region>(mb.mmap_addr + offset);
        add_region(region.base, region.length, region.type);
        offset += region.size + sizeof region.size;
    }
}

void read_multiboot2(PhysicalAddress address) {
    for (address += 8;;) {
        const auto& tag = *at<Multiboot2Tag>(address);
        switch (tag.type) {
        case 0:
            return;
        case 1:
            set_command_line(at<char>(address + sizeof tag));
            break;
        case 3:
            if (info.initrd.end == 0) {
                const auto& module = *at<Multiboot2Module>(address);
                info.initrd = {module.start, module.end};
            }
            break;
        case 6: {
            const auto& map = *at<Multiboot2Map>(address);
            for (u32 offset = sizeof map; offset < tag.size; offset += map.entry_size) {
                const auto& region = *at<Multiboot2Region>(address + offset);
                add_region(region.base, region.length, region.type);
            }
            break;
        }
        }
        address += (tag.size + 7) & ~u64{7};
    }
}

} // namespace

void boot_info_read(u32 magic, PhysicalAddress information) {
    if (magic == multiboot1_magic)
        read_multiboot1(*at<Multiboot1>(information));
    else if (magic == multiboot2_magic)
        read_multiboot2(information);
    else
        panic("unknown boot loader: magic %#x", magic);
}

const BootInfo& boot_info() { return info; }
