// Making and copying a process's place in the file system.
#include "kernel/fs/fs_context.h"
#include "kernel/fs/fs.h"

Result<Ref<FsContext>> FsContext::create() {
    Ref<FsContext> made = TRY(make_ref<FsContext>());
    made->root = made->cwd = Ref<Dentry>(root_dentry());
    return made;
}

Result<Ref<FsContext>> FsContext::copy() const {
    Ref<FsContext> made = TRY(make_ref<FsContext>());
    made->root = root;
    made->cwd = cwd;
    made->umask = umask;
    return made;
}
