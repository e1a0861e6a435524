// What the start of the file systems needs of the mount table.
#pragma once

#include "kernel/fs/inode.h"

Result<void> mount_root(Ref<FileSystem> fs);
// Covers `target`. EBUSY when the file system is mounted already.
Result<void> attach(std::string_view source, Dentry& target, Ref<FileSystem> fs);
