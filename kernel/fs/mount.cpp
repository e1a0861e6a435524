// The table of mounts. A file system is mounted in one place at a time; its root covers a
// directory. Options about the times of access are taken without effect, as relatime is what
// happens anyway.
#include "kernel/fs/mount.h"
#include "kernel/base/format.h"
#include "kernel/base/string.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/ramfs.h"

namespace {
struct Mount {
    ListNode node;
    char source[64];
    Ref<FileSystem> fs;
    Ref<Dentry> target; // null for the root
};
List<Mount, &Mount::node> mounts;
// Out of sight (MNT_DETACH), and still used by someone.
List<Mount, &Mount::node> detached;
Ref<FileSystem> root_fs;

// mount(2)
constexpr u32 ms_remount = 32, ms_bind = 4096, ms_move = 8192;
constexpr u32 ms_propagation = 0xf << 17;
// umount2(2)
constexpr u32 mnt_force = 1, mnt_detach = 2, mnt_expire = 4, umount_nofollow = 8;

Mount* find_mount(const FileSystem& fs) {
    for (Mount& m : mounts)
        if (m.fs.get() == &fs) return &m;
    return nullptr;
}

// Out of the tree, and of the table.
void uncover(Mount& m) {
    m.target->mounted_here = nullptr;
    m.fs->root->covers = nullptr;
    m.target.reset();
    mounts.remove(m);
}

// With everything that is mounted in it.
void detach(Mount& m) {
    uncover(m);
    detached.push_back(m);
    for (Mount* other = mounts.front(); other;) {
        Mount* next = mounts.next(*other);
        if (other->target && !find_mount(other->target->inode->fs)) {
            uncover(*other);
            detached.push_back(*other);
            next = mounts.front();
        }
        other = next;
    }
}

// Nobody is told when the last user of a detached file system goes: whoever comes by looks.
void free_detached() {
    for (Mount* m = detached.front(); m;) {
        Mount* next = detached.next(*m);
        if (m->fs->idle()) {
            detached.remove(*m);
            m->fs->unmounted();
            Box<Mount> gone(m);
        }
        m = next;
    }
}

Result<Ref<FileSystem>> make_filesystem(std::string_view type) {
    if (type == "tmpfs" || type == "ramfs")
        return Ref<FileSystem>(TRY(RamFs::create(type == "tmpfs" ? "tmpfs" : "ramfs", 01777)));
    if (type == "proc") return Ref<FileSystem>(proc_filesystem());
    if (type == "devtmpfs") return Ref<FileSystem>(devfs_filesystem());
    return Errno{ENODEV};
}
} // namespace

Dentry& root_dentry() { return *root_fs->root; }

Result<void> mount_root(Ref<FileSystem> fs) {
    root_fs = fs;
    Mount& m = *TRY(make_box<Mount>()).release();
    copy_string(m.source, sizeof m.source, "rootfs");
    m.fs = std::move(fs);
    mounts.push_back(m);
    return {};
}

Result<void> attach(std::string_view source, Dentry& target, Ref<FileSystem> fs) {
    if (find_mount(*fs)) return Errno{EBUSY};
    Mount& m = *TRY(make_box<Mount>()).release();
    copy_string(m.source, sizeof m.source, source);
    m.fs = std::move(fs);
    m.target = Ref<Dentry>(target);
    target.mounted_here = m.fs->root.get();
    m.fs->root->covers = &target;
    mounts.push_back(m);
    return {};
}

Result<void> mount_filesystem(const Walker& who, std::string_view source, std::string_view target,
                              std::string_view type, u32 flags, std::string_view options) {
    Ref<Dentry> place = TRY(walk(who, target, walk_follow));
    if (who.credentials.euid != 0) return Errno{EPERM};
    if (flags & (ms_remount | ms_bind | ms_move | ms_propagation)) return Errno{EINVAL};
    free_detached();
    Ref<FileSystem> fs = TRY(make_filesystem(type));
    if (!place->inode->is_directory()) return Errno{ENOTDIR};
    if (!find_mount(place->inode->fs)) return Errno{EINVAL};
    TRY(fs->set_options(options));
    const u32 kept = flags & (mount_rdonly | mount_nosuid | mount_nodev | mount_noexec);
    FileSystem& mounted = *fs;
    TRY(attach(source, *place, std::move(fs)));
    mounted.mount_flags = kept;
    return {};
}

Result<void> unmount_filesystem(const Walker& who, std::string_view target, u32 flags) {
    if (flags & ~(mnt_force | mnt_detach | mnt_expire | umount_nofollow)) return Errno{EINVAL};
    if (who.credentials.euid != 0) return Errno{EPERM};
    if (flags & mnt_expire) return Errno{EINVAL};
    free_detached();
    FileSystem* fs;
    {
        Ref<Dentry> place = TRY(walk(who, target, (flags & umount_nofollow) ? 0 : walk_follow));
        if (!place->is_root()) return Errno{EINVAL};
        fs = &place->inode->fs;
    }
    Mount* m = find_mount(*fs);
    if (!m) return Errno{EINVAL};
    if (!m->target || (!(flags & mnt_detach) && !fs->idle())) return Errno{EBUSY};
    detach(*m);
    free_detached();
    return {};
}

void print_mounts(TextBuffer& out) {
    char path[PATH_MAX / 4];
    for (Mount& m : mounts) {
        auto length = path_of(*m.fs->root, root_dentry(), path);
        out.print("%s %s %.*s %s%s%s%s 0 0\n", m.source, length ? path : "?",
                  static_cast<int>(m.fs->type.size()), m.fs->type.data(),
                  m.fs->has(mount_rdonly) ? "ro" : "rw", m.fs->has(mount_nosuid) ? ",nosuid" : "",
                  m.fs->has(mount_nodev) ? ",nodev" : "", m.fs->has(mount_noexec) ? ",noexec" : "");
    }
}
