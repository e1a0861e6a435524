// Where a process stands in the file system (Linux's fs_struct): root, working directory, umask.
// Threads share one; fork copies it.
#pragma once

#include "kernel/fs/inode.h"

class FsContext : public RefCounted {
  public:
    Ref<Dentry> root;
    Ref<Dentry> cwd;
    u32 umask = 022;

    // At the root of everything. ENOMEM.
    static Result<Ref<FsContext>> create();
    // For fork. ENOMEM.
    Result<Ref<FsContext>> copy() const;
};
