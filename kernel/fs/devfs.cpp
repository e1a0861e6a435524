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
// The folder of a name such as net/tun, made when it isn't there.
Result<Ref<Dentry>> folder_of(Dentry& root, std::string_view name) {
    auto there = root.inode->lookup(root, name);
    if (there) return there;
    return root.inode->create(root, name, S_IFDIR | 0755, 0, root_user);
}
} // namespace

Result<FileSystem*> devfs_create() {
    devfs = TRY(RamFs::create("devtmpfs"));
    TRY(add_links(*devfs->root));
    devfs_add_registered();
    return devfs.get();
}

FileSystem& devfs_filesystem() { return *devfs; }

void devfs_add(Device device, const char* name, u32 permissions, const Credentials& owner) {
    if (!devfs) return;
    Ref<Dentry> folder = devfs->root;
    std::string_view rest(name);
    if (const usize slash = rest.find('/'); slash != rest.npos) {
        auto inner = folder_of(*folder, rest.substr(0, slash));
        if (!inner) return kprintf("devfs: no folder for %s: error %d\n", name, inner.error().code);
        folder = std::move(inner).value();
        rest = rest.substr(slash + 1);
    }
    auto made = folder->inode->create(*folder, rest, S_IFCHR | permissions, device, owner);
    if (!made) kprintf("devfs: no node for %s: error %d\n", name, made.error().code);
}

void devfs_remove(const char* name) {
    if (!devfs) return;
    Ref<Dentry> folder = devfs->root;
    std::string_view rest(name);
    if (const usize slash = rest.find('/'); slash != rest.npos) {
        auto inner = folder->inode->lookup(*folder, rest.substr(0, slash));
        if (!inner) return;
        folder = std::move(inner).value();
        rest = rest.substr(slash + 1);
    }
    auto node = folder->inode->lookup(*folder, rest);
    if (node) static_cast<void>(folder->inode->unlink(*folder, **node));
}
