// The nodes of /dev and the names that programs expect beside them.
#include "kernel/fs/devfs.h"
#include "kernel/base/format.h"
#include "kernel/fs/ramfs.h"

namespace {
Ref<RamFs> devfs;
const Credentials root_user{};

Result<void> add_links(Dentry& root) {
    static constexpr struct {
        const char* name;
        const char* target;
    } links[] = {{"fd", "/proc/self/fd"},
                 {"stdin", "/proc/self/fd/0"},
                 {"stdout", "/proc/self/fd/1"},
                 {"stderr", "/proc/self/fd/2"}};
    for (const auto& link : links)
        TRY(root.inode->symlink(root, link.name, link.target, root_user));
    TRY(root.inode->create(root, "shm", S_IFDIR | 01777, 0, root_user)); // shm_overview(7)
    return {};
}
} // namespace

Result<FileSystem*> devfs_create() {
    devfs = TRY(RamFs::create("devtmpfs"));
    TRY(add_links(*devfs->root));
    devfs_add_registered();
    return devfs.get();
}

FileSystem& devfs_filesystem() { return *devfs; }

void devfs_add(Device device, const char* name, u32 permissions) {
    if (!devfs) return;
    Dentry& root = *devfs->root;
    auto made = root.inode->create(root, name, S_IFCHR | permissions, device, root_user);
    if (!made) kprintf("devfs: no node for %s: error %d\n", name, made.error().code);
}
