// /dev: a file system in memory that has a node for every registered device.
#pragma once

#include "kernel/base/text_buffer.h"
#include "kernel/fs/inode.h"

// Makes the file system with the nodes known so far. ENOMEM.
Result<FileSystem*> devfs_create();
// What devfs_create() made.
FileSystem& devfs_filesystem();
// Adds one node; nothing happens before devfs_create().
void devfs_add(Device device, const char* name, u32 permissions, const Credentials& owner = {});
void devfs_remove(const char* name);
// Adds what register_device() has been told (devices.cpp).
void devfs_add_registered();
// The text of /proc/devices.
void print_devices(TextBuffer& out);
