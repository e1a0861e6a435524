// Character devices by number, and the ones that need no hardware: null zero full random urandom.
#include "kernel/base/clock.h"
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fs.h"

namespace {
struct DeviceEntry {
    Device device;
    const char* name;
    u32 permissions;
    DeviceOpen open;
};
constexpr usize max_devices = 64;
DeviceEntry entries[max_devices];
usize entry_count;

const DeviceEntry* find_entry(Device device) {
    for (usize i = 0; i < entry_count; i++)
        if (entries[i].device == device) return &entries[i];
    return nullptr;
}

// Minor numbers of major 1, as Linux's Documentation/admin-guide/devices.txt has them.
enum Minor : u32 { minor_null = 3, minor_zero = 5, minor_full = 7, minor_random, minor_urandom };

struct MemoryDevice : file {
    MemoryDevice(Device device, u32 flags) : file(flags), minor(device_minor(device)) {
        seekable = true;
    }

    Result<usize> read(IovIter& to, i64&) override {
        if (minor == minor_null) return usize{0};
        const usize wanted = to.remaining();
        const usize done = minor == minor_zero || minor == minor_full ? to.zero(wanted) : fill(to);
        if (!done && wanted) return Errno{EFAULT};
        return done;
    }
    Result<usize> write(IovIter& from, i64&) override {
        if (minor == minor_full) return Errno{ENOSPC};
        const usize n = from.remaining();
        from.advance(n);
        return n;
    }
    Result<i64> seek(i64, int) override { return offset = 0; }
    bool pollable() const override { return minor == minor_random || minor == minor_urandom; }
    Result<Ref<PageSource>> page_source() override {
        if (minor == minor_zero) return Ref<PageSource>();
        return Errno{ENODEV};
    }
    static usize fill(IovIter& to) {
        u8 block[256];
        usize done = 0;
        while (to.remaining()) {
            const usize n = min(sizeof block, to.remaining());
            random_bytes({block, n});
            const usize copied = to.copy_to(block, n);
            done += copied;
            if (copied < n) break;
        }
        return done;
    }

    const u32 minor;
};

Result<Ref<file>> open_memory(Device device, u32 flags) {
    return Ref<file>(TRY(make_ref<MemoryDevice>(device, flags)));
}
} // namespace

void register_device(u32 major, u32 minor, const char* name, u32 permissions, DeviceOpen open) {
    if (entry_count == max_devices) {
        kprintf("devices: no room for %s\n", name);
        return;
    }
    DeviceEntry& entry = entries[entry_count++];
    entry = {make_device(major, minor), name, permissions, open};
    if (permissions != device_without_node) devfs_add(entry.device, entry.name, permissions);
}

void devfs_add_registered() {
    for (usize i = 0; i < entry_count; i++)
        if (entries[i].permissions != device_without_node)
            devfs_add(entries[i].device, entries[i].name, entries[i].permissions);
}

Result<Ref<file>> open_device(Device device, u32 flags) {
    const DeviceEntry* entry = find_entry(device);
    if (!entry) return Errno{ENXIO};
    return entry->open(device, flags);
}

const char* device_name(Device device) {
    const DeviceEntry* entry = find_entry(device);
    return entry ? entry->name : nullptr;
}

void print_devices(TextBuffer& out) {
    out.print("Character devices:\n");
    for (usize i = 0; i < entry_count; i++) {
        bool seen = false;
        for (usize k = 0; k < i; k++)
            seen |= device_major(entries[k].device) == device_major(entries[i].device);
        if (seen) continue;
        const u32 major = device_major(entries[i].device);
        out.print("%3u %s\n", major, major == 1 ? "mem" : major == 10 ? "misc" : entries[i].name);
    }
    out.print("\nBlock devices:\n");
}

void register_memory_devices() {
    register_device(1, minor_null, "null", 0666, open_memory);
    register_device(1, minor_zero, "zero", 0666, open_memory);
    register_device(1, minor_full, "full", 0666, open_memory);
    register_device(1, minor_random, "random", 0666, open_memory);
    register_device(1, minor_urandom, "urandom", 0666, open_memory);
}
