// What the kernel's start asks of the file systems, and the table of mounts.
#pragma once

#include "kernel/fs/namei.h"
#include "kernel/fs/procfs.h"
#include <span>

// Makes the root file system, unpacks the newc archive into it, makes /dev. A malformed archive is
// reported in the log, and what came before the fault is kept. Panics only without memory.
void fs_init(std::span<const u8> initrd);
// The root of everything.
Dentry& root_dentry();

// mount(2) and umount2(2). Types: tmpfs (ramfs), proc, devtmpfs. Errors: ENODEV, EBUSY, ENOTDIR,
// EINVAL, EPERM, ENOMEM.
Result<void> mount_filesystem(const Walker& who, std::string_view source, std::string_view target,
                              std::string_view type, u32 flags, std::string_view options = {});
Result<void> unmount_filesystem(const Walker& who, std::string_view target, u32 flags);
// The lines of /proc/mounts.
void print_mounts(TextBuffer& out);

// Character devices. Registered before or after fs_init; the node appears in /dev with mode
// `permissions`. `open` makes the file (the caller fills in flags, dentry and inode).
using DeviceOpen = Result<Ref<file>> (*)(Device device, u32 flags);
// `permissions` device_without_node: the node is there while devfs_add() says so.
constexpr u32 device_without_node = ~u32{0};
void register_device(u32 major, u32 minor, const char* name, u32 permissions, DeviceOpen open);
// ENXIO when nobody registered it.
Result<Ref<file>> open_device(Device device, u32 flags);
// Name of the device for /proc/devices and logs; null when unknown.
const char* device_name(Device device);
// null zero full random urandom kmsg.
void register_memory_devices();

// Frames that hold the contents of files, and how many they may be.
u64 file_frames();
u64 file_frames_limit();
