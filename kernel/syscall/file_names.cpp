// Calls that make, remove and move names.
#include "kernel/base/math.h"
#include "kernel/syscall/file.h"
#include "kernel/syscall/file_common.h"

SysResult sys_mkdirat(int fd, UserPtr<const char> path, u32 mode) {
    TRY_PATH(at, fd, path);
    return to_sys_result(make_directory(at.walker(), at.view(), mode));
}
SysResult sys_mkdir(UserPtr<const char> path, u32 mode) {
    return sys_mkdirat(AT_FDCWD, path, mode);
}

SysResult sys_mknodat(int fd, UserPtr<const char> path, u32 mode, u32 device) {
    TRY_PATH(at, fd, path);
    return to_sys_result(make_node(at.walker(), at.view(), mode, decode_device(device)));
}
SysResult sys_mknod(UserPtr<const char> path, u32 mode, u32 device) {
    return sys_mknodat(AT_FDCWD, path, mode, device);
}

SysResult sys_unlinkat(int fd, UserPtr<const char> path, u32 flags) {
    if (flags & ~static_cast<u32>(AT_REMOVEDIR)) return Errno{EINVAL};
    TRY_PATH(at, fd, path);
    if (flags & AT_REMOVEDIR) return to_sys_result(remove_directory(at.walker(), at.view()));
    return to_sys_result(unlink_path(at.walker(), at.view()));
}
SysResult sys_unlink(UserPtr<const char> path) { return sys_unlinkat(AT_FDCWD, path, 0); }
SysResult sys_rmdir(UserPtr<const char> path) { return sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

SysResult sys_renameat2(int from_fd, UserPtr<const char> from_path, int to_fd,
                        UserPtr<const char> to_path, u32 flags) {
    TRY_PATH(from, from_fd, from_path);
    TRY_PATH(to, to_fd, to_path);
    return to_sys_result(rename_path(from.walker(), from.view(), to.walker(), to.view(), flags));
}
SysResult sys_renameat(int from_fd, UserPtr<const char> from, int to_fd, UserPtr<const char> to) {
    return sys_renameat2(from_fd, from, to_fd, to, 0);
}
SysResult sys_rename(UserPtr<const char> from, UserPtr<const char> to) {
    return sys_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

SysResult sys_linkat(int from_fd, UserPtr<const char> from_path, int to_fd,
                     UserPtr<const char> to_path, u32 flags) {
    if (flags & ~static_cast<u32>(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return Errno{EINVAL};
    TRY_PATH(from, from_fd, from_path);
    TRY_PATH(to, to_fd, to_path);
    Ref<Dentry> target;
    if ((flags & AT_EMPTY_PATH) && from.view().empty() && from.opened()) {
        target = from.opened()->dentry;
        if (!target) return Errno{EXDEV};
    } else {
        target = TRY(from.walk((flags & AT_SYMLINK_FOLLOW) ? walk_follow : 0));
    }
    return to_sys_result(link_path(*target, to.walker(), to.view()));
}
SysResult sys_link(UserPtr<const char> from, UserPtr<const char> to) {
    return sys_linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

SysResult sys_symlinkat(UserPtr<const char> target_path, int fd, UserPtr<const char> path) {
    PathName target;
    TRY(target.import(target_path));
    TRY_PATH(at, fd, path);
    return to_sys_result(make_symlink(at.walker(), at.view(), target.view()));
}
SysResult sys_symlink(UserPtr<const char> target, UserPtr<const char> path) {
    return sys_symlinkat(target, AT_FDCWD, path);
}

// With an empty path: the link that `fd` itself was opened on (O_PATH | O_NOFOLLOW).
SysResult sys_readlinkat(int fd, UserPtr<const char> path, UserPtr<char> to, int bytes) {
    if (bytes <= 0) return Errno{EINVAL};
    TRY_PATH(at, fd, path);
    Ref<Dentry> found;
    if (at.view().empty() && at.opened() && at.opened()->dentry)
        found = at.opened()->dentry;
    else
        found = TRY(at.walk(0));
    if (!found->inode->is_symlink()) return Errno{at.view().empty() ? ENOENT : EINVAL};
    char* text = static_cast<char*>(kmalloc(PATH_MAX));
    if (!text) return Errno{ENOMEM};
    auto length = found->inode->read_link({text, PATH_MAX});
    const usize given = length ? min(*length, static_cast<usize>(bytes)) : 0;
    auto copied = length ? copy_to_user(to, text, given) : Result<void>(length.error());
    kfree(text);
    if (!copied) return copied.error();
    return static_cast<long>(given);
}
SysResult sys_readlink(UserPtr<const char> path, UserPtr<char> to, int bytes) {
    return sys_readlinkat(AT_FDCWD, path, to, bytes);
}
