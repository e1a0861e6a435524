// stat and statfs in every layout that programs have ever known.
#include "kernel/abi/file.h"
#include "kernel/base/string.h"
#include "kernel/syscall/file.h"
#include "kernel/syscall/file_common.h"

namespace {
constexpr u64 second = s_to_ns(1);

Result<FileStatus> status_at(int fd, UserPtr<const char> path, u32 flags) {
    if (flags & ~static_cast<u32>(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH))
        return Errno{EINVAL};
    // With AT_EMPTY_PATH a null path is an empty one.
    if ((flags & AT_EMPTY_PATH) && !path && fd != AT_FDCWD)
        return TRY(current_files().get(fd))->status();
    TRY_PATH(at, fd, path);
    u32 how = (flags & AT_SYMLINK_NOFOLLOW) ? 0 : walk_follow;
    if (flags & AT_EMPTY_PATH) {
        if (at.view().empty() && at.opened()) return at.opened()->status();
        how |= walk_empty;
    }
    return TRY(at.walk(how))->inode->status();
}

Result<FileStatus> status_of(UserPtr<const char> path, bool follow) {
    return status_at(AT_FDCWD, path, follow ? 0 : AT_SYMLINK_NOFOLLOW);
}
Result<FileStatus> status_of(int fd) { return TRY(current_files().get(fd))->status(); }

u32 narrow_id(u32 id) { return id > 0xffff ? 65534 : id; }

// A number in whatever width it is assigned to (to a field of a packed structure, too).
struct As {
    u64 number;
    template <class Field>
    operator Field() const {
        return static_cast<Field>(number);
    }
};

// What every layout has, in its widths.
template <class Structure>
Structure convert_common(const FileStatus& s) {
    Structure to{};
    constexpr bool narrow_ids = sizeof to.uid == sizeof(u16);
    to.dev = As{s.device};
    to.ino = As{s.inode};
    to.mode = As{s.mode};
    to.nlink = As{s.links};
    to.uid = As{narrow_ids ? narrow_id(s.uid) : s.uid};
    to.gid = As{narrow_ids ? narrow_id(s.gid) : s.gid};
    to.rdev = As{s.special_device};
    to.size = As{s.size};
    to.atime = As{s.accessed / second};
    to.mtime = As{s.modified / second};
    to.ctime = As{s.changed / second};
    if constexpr (requires { to.atime_nsec; }) {
        to.blksize = As{s.block_size};
        to.blocks = As{s.blocks};
        to.atime_nsec = As{s.accessed % second};
        to.mtime_nsec = As{s.modified % second};
        to.ctime_nsec = As{s.changed % second};
    }
    return to;
}

Result<abi::stat64bit> convert(const FileStatus& s, abi::stat64bit) {
    return convert_common<abi::stat64bit>(s);
}

Result<abi::stat64_32> convert(const FileStatus& s, abi::stat64_32) {
    auto to = convert_common<abi::stat64_32>(s);
    to.short_ino = static_cast<u32>(s.inode);
    return to;
}

// What doesn't fit the old structures is an error, not a lie (stat(2)).
Result<abi::stat32> convert(const FileStatus& s, abi::stat32) {
    if (s.size > 0x7fffffff || s.inode > 0xffffffff) return Errno{EOVERFLOW};
    return convert_common<abi::stat32>(s);
}

Result<abi::old_stat32> convert(const FileStatus& s, abi::old_stat32) {
    if (s.size > 0x7fffffff || s.inode > 0xffff) return Errno{EOVERFLOW};
    return convert_common<abi::old_stat32>(s);
}

template <class Structure>
SysResult give(Result<FileStatus> status, UserPtr<void> to) {
    if (!status) return status.error();
    const Structure structure = TRY(convert(*status, Structure{}));
    TRY(copy_to_user(to, &structure, sizeof structure));
    return 0;
}

abi::statx_timestamp statx_time(Nanoseconds time) {
    return {static_cast<i64>(time / second), static_cast<u32>(time % second), 0};
}

template <class Structure>
Structure convert_statfs(const FileSystem& fs) {
    const FileSystem::Statistics s = fs.statistics();
    Structure to;
    memset(&to, 0, sizeof to);
    to.type = static_cast<decltype(to.type)>(s.magic);
    to.bsize = static_cast<decltype(to.bsize)>(s.block_size);
    to.blocks = static_cast<decltype(to.blocks)>(s.blocks);
    to.bfree = to.bavail = static_cast<decltype(to.bfree)>(s.free_blocks);
    to.files = static_cast<decltype(to.files)>(s.files);
    to.ffree = static_cast<decltype(to.ffree)>(s.free_files);
    to.fsid[0] = static_cast<i32>(fs.device);
    to.namelen = NAME_MAX;
    to.frsize = static_cast<decltype(to.frsize)>(s.block_size);
    to.flags = 0x20; // ST_VALID
    return to;
}

template <class Structure>
SysResult give_statfs(const FileSystem& fs, UserPtr<void> to) {
    const auto structure = convert_statfs<Structure>(fs);
    TRY(copy_to_user(to, &structure, sizeof structure));
    return 0;
}

template <class Structure>
SysResult statfs_path(UserPtr<const char> path, UserPtr<void> to) {
    TRY_PATH(at, AT_FDCWD, path);
    return give_statfs<Structure>(TRY(at.walk(walk_follow))->inode->fs, to);
}

template <class Structure>
SysResult statfs_file(int fd, UserPtr<void> to) {
    Ref<file> f = TRY(current_files().get(fd));
    auto inode = f->attributes();
    if (!inode.ok()) return Errno{inode.error() == Errno{EINVAL} ? ENOSYS : inode.error().code};
    return give_statfs<Structure>((*inode)->fs, to);
}
} // namespace

SysResult sys_stat(UserPtr<const char> path, UserPtr<void> to) {
    return give<abi::stat64bit>(status_of(path, true), to);
}
SysResult sys_lstat(UserPtr<const char> path, UserPtr<void> to) {
    return give<abi::stat64bit>(status_of(path, false), to);
}
SysResult sys_fstat(int fd, UserPtr<void> to) { return give<abi::stat64bit>(status_of(fd), to); }
SysResult sys_newfstatat(int fd, UserPtr<const char> path, UserPtr<void> to, u32 flags) {
    return give<abi::stat64bit>(status_at(fd, path, flags), to);
}

SysResult compat_sys_stat64(UserPtr<const char> path, UserPtr<void> to) {
    return give<abi::stat64_32>(status_of(path, true), to);
}
SysResult compat_sys_lstat64(UserPtr<const char> path, UserPtr<void> to) {
    return give<abi::stat64_32>(status_of(path, false), to);
}
SysResult compat_sys_fstat64(int fd, UserPtr<void> to) {
    return give<abi::stat64_32>(status_of(fd), to);
}
SysResult compat_sys_fstatat64(int fd, UserPtr<const char> path, UserPtr<void> to, u32 flags) {
    return give<abi::stat64_32>(status_at(fd, path, flags), to);
}

SysResult compat_sys_newstat(UserPtr<const char> path, UserPtr<void> to) {
    return give<abi::stat32>(status_of(path, true), to);
}
SysResult compat_sys_newlstat(UserPtr<const char> path, UserPtr<void> to) {
    return give<abi::stat32>(status_of(path, false), to);
}
SysResult compat_sys_newfstat(int fd, UserPtr<void> to) {
    return give<abi::stat32>(status_of(fd), to);
}
SysResult compat_sys_oldstat(UserPtr<const char> path, UserPtr<void> to) {
    return give<abi::old_stat32>(status_of(path, true), to);
}
SysResult compat_sys_oldlstat(UserPtr<const char> path, UserPtr<void> to) {
    return give<abi::old_stat32>(status_of(path, false), to);
}
SysResult compat_sys_oldfstat(int fd, UserPtr<void> to) {
    return give<abi::old_stat32>(status_of(fd), to);
}

SysResult sys_statx(int fd, UserPtr<const char> path, u32 flags, u32 mask, UserPtr<void> to) {
    constexpr u32 reserved = 0x8000'0000, sync_type = AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC;
    if ((mask & reserved) || (flags & sync_type) == sync_type) return Errno{EINVAL};
    const FileStatus s = TRY(status_at(fd, path, flags & ~sync_type));
    abi::statx x{};
    x.mask = STATX_BASIC_STATS | STATX_BTIME;
    x.blksize = s.block_size;
    x.nlink = s.links;
    x.uid = s.uid;
    x.gid = s.gid;
    x.mode = static_cast<u16>(s.mode);
    x.ino = s.inode;
    x.size = s.size;
    x.blocks = s.blocks;
    x.atime = statx_time(s.accessed);
    x.btime = statx_time(s.born);
    x.ctime = statx_time(s.changed);
    x.mtime = statx_time(s.modified);
    const Device device = decode_device(s.device), special = decode_device(s.special_device);
    x.dev_major = device_major(device);
    x.dev_minor = device_minor(device);
    x.rdev_major = device_major(special);
    x.rdev_minor = device_minor(special);
    TRY(copy_to_user(to, &x, sizeof x));
    return 0;
}

SysResult sys_statfs(UserPtr<const char> path, UserPtr<void> to) {
    return statfs_path<abi::statfs64bit>(path, to);
}
SysResult sys_fstatfs(int fd, UserPtr<void> to) { return statfs_file<abi::statfs64bit>(fd, to); }
SysResult compat_sys_statfs(UserPtr<const char> path, UserPtr<void> to) {
    return statfs_path<abi::statfs32>(path, to);
}
SysResult compat_sys_fstatfs(int fd, UserPtr<void> to) {
    return statfs_file<abi::statfs32>(fd, to);
}

// `size` is 84; a compiler that aligns to 8 makes it 88.
SysResult compat_sys_statfs64(UserPtr<const char> path, usize size, UserPtr<void> to) {
    if (size != sizeof(abi::statfs64_32) && size != 88) return Errno{EINVAL};
    return statfs_path<abi::statfs64_32>(path, to);
}
SysResult compat_sys_fstatfs64(int fd, usize size, UserPtr<void> to) {
    if (size != sizeof(abi::statfs64_32) && size != 88) return Errno{EINVAL};
    return statfs_file<abi::statfs64_32>(fd, to);
}
