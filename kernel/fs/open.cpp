// open(2): finding or making the file, the checks, and the open file that comes of it.
#include "kernel/fs/path_walk.h"
#include "kernel/fs/ramfs.h"

namespace {
constexpr u32 tmpfile_bit = O_TMPFILE & ~O_DIRECTORY;
// What stays with the open file: fcntl(F_GETFL) shows it.
constexpr u32 lasting_flags = ~static_cast<u32>(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC);

// O_PATH: a place in the tree, good for *at calls, fstat and fchdir.
struct PathFile : file {
    using file::file;
};

u32 wanted_access(u32 flags) {
    u32 what = 0;
    if ((flags + 1) & 1) what |= may_read;
    if ((flags + 1) & 2) what |= may_write;
    if ((flags & O_ACCMODE) == O_ACCMODE) what = may_read | may_write;
    if (flags & O_TRUNC) what |= may_write;
    return what;
}

Result<void> check_open(const Inode& inode, const Credentials& credentials, u32 flags) {
    if (inode.is_symlink()) return Errno{ELOOP};
    if (inode.type() == S_IFCHR && inode.fs.has(mount_nodev)) return Errno{EACCES};
    if (inode.is_directory() && (wanted_access(flags) & may_write)) return Errno{EISDIR};
    TRY(check_permission(inode, credentials, wanted_access(flags)));
    if ((flags & O_NOATIME) && credentials.fsuid != 0 && credentials.fsuid != inode.uid)
        return Errno{EPERM};
    if (inode.running && (wanted_access(flags) & may_write)) return Errno{ETXTBSY};
    return {};
}

Result<Ref<file>> open_temporary(const Walker& who, std::string_view path, u32 flags, u32 mode) {
    Ref<Dentry> directory = TRY(walk(who, path, walk_follow | walk_directory));
    TRY(check_permission(*directory->inode, who.credentials, may_write | may_execute));
    mode = S_IFREG | (mode & 07777 & ~who.context.umask);
    Ref<Inode> inode = TRY(directory->inode->create_unnamed(mode, who.credentials));
    inode->links = 0;
    Ref<Dentry> unnamed = TRY(Dentry::create(directory.get(), "#", *inode));
    unnamed->unlinked = true;
    return open_dentry(*unnamed, flags & ~static_cast<u32>(O_DIRECTORY));
}

// Creates the last name, or finds it: the walk stands on it afterwards. True when it is new.
Result<bool> create_or_find(PathWalk& walk, const Walker& who, std::string_view path, u32 flags,
                            u32 mode) {
    LastName last;
    TRY(walk.run(path, 0, &last));
    for (;;) {
        if (last.kind != LastName::Kind::normal || last.trailing_slash) return Errno{EISDIR};
        Dentry& parent = *last.parent;
        auto found = parent.inode->lookup(parent, last.view());
        if (!found && found.error().code != ENOENT) return found.error();
        if (!found) {
            if (parent.unlinked) return Errno{ENOENT};
            TRY(check_permission(*parent.inode, who.credentials, may_write | may_execute));
            mode = S_IFREG | (mode & 07777 & ~who.context.umask);
            walk.at = TRY(parent.inode->create(parent, last.view(), mode, 0, who.credentials));
            return true;
        }
        if (flags & O_EXCL) return Errno{EEXIST};
        if (!(*found)->inode->is_symlink()) {
            walk.at = Ref<Dentry>((*found)->topmost());
            return false;
        }
        if (flags & O_NOFOLLOW) return Errno{ELOOP};
        std::string_view rest;
        TRY(walk.enter_link(**found, {}, rest));
        if (rest.empty()) return false;
        TRY(walk.run(rest, 0, &last));
    }
}
} // namespace

Result<Ref<file>> open_dentry(Dentry& dentry, u32 flags) {
    Inode& inode = *dentry.inode;
    Ref<file> opened;
    if (flags & O_PATH)
        opened = Ref<file>(TRY(make_ref<PathFile>(flags)));
    else
        opened = TRY(inode.open(dentry, flags));
    opened->flags = flags & lasting_flags;
    opened->dentry = Ref<Dentry>(dentry);
    opened->inode = Ref<Inode>(inode);
    if (opened->writable() && inode.is_regular() && !(flags & O_PATH)) inode.writers++;
    return opened;
}

Result<Ref<file>> open_path(const Walker& who, std::string_view path, u32 flags, u32 mode) {
    if (flags & O_PATH) flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    if (flags & tmpfile_bit) {
        if (!(flags & O_DIRECTORY) || (flags & O_CREAT) || !((flags + 1) & 2)) return Errno{EINVAL};
        return open_temporary(who, path, flags & ~tmpfile_bit, mode);
    }
    if ((flags & O_CREAT) && (flags & O_DIRECTORY)) return Errno{EINVAL};
    PathWalk walk(who);
    bool created = false;
    if (flags & O_CREAT) {
        if (path.empty()) return Errno{ENOENT};
        created = TRY(create_or_find(walk, who, path, flags, mode));
        if (walk.at->inode->is_directory()) return Errno{EISDIR};
    } else {
        u32 how = (flags & O_NOFOLLOW) ? 0 : walk_follow;
        if (flags & O_DIRECTORY) how |= walk_directory;
        TRY(walk.run(path, how));
    }
    if (!created && !(flags & O_PATH)) TRY(check_open(*walk.at->inode, who.credentials, flags));
    if ((flags & O_TRUNC) && !created && walk.at->inode->is_regular()) {
        walk.at->inode->drop_set_id(who.credentials);
        TRY(walk.at->inode->truncate(0));
    }
    return open_dentry(*walk.at, flags);
}

Result<void> truncate_path(const Walker& who, std::string_view path, u64 size) {
    Ref<Dentry> found = TRY(walk(who, path, walk_follow));
    if (found->inode->is_directory()) return Errno{EISDIR};
    if (!found->inode->is_regular()) return Errno{EINVAL};
    TRY(check_permission(*found->inode, who.credentials, may_write));
    if (found->inode->running) return Errno{ETXTBSY};
    found->inode->drop_set_id(who.credentials);
    return found->inode->truncate(size);
}
