// Inodes of what never had a name: pipes and sockets. An idle one does without; it is made when
// somebody asks for attributes to be changed, for a lock, for its file system.
#pragma once

#include "kernel/fs/inode.h"

// "pipefs" and "sockfs", of which there is one each. ENOMEM.
enum class AnonymousKind : u8 { pipe, socket };
Result<Ref<Inode>> make_anonymous_inode(AnonymousKind kind, const FileStatus& status);
