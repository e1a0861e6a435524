// Modes, owners, times, access: what an inode says about itself and who may change it.
#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/syscall/file.h"
#include "kernel/syscall/file_common.h"

namespace {
bool owns(const Inode& inode) {
    const Credentials& c = current_credentials();
    return c.fsuid == 0 || c.fsuid == inode.uid;
}

Result<void> change_mode(Inode& inode, u32 mode) {
    if (inode.fs.has(mount_rdonly)) return Errno{EROFS};
    if (inode.is_symlink()) return Errno{EOPNOTSUPP};
    if (!owns(inode)) return Errno{EPERM};
    const Credentials& c = current_credentials();
    // Only a member of the group may give it the group's power (chmod(2)).
    if (c.fsuid != 0 && !c.in_group(inode.gid)) mode &= ~static_cast<u32>(S_ISGID);
    inode.mode = (inode.mode & S_IFMT) | (mode & 07777);
    inode.touch_changed();
    return {};
}

constexpr u32 unchanged = ~0u;

Result<void> change_owner(Inode& inode, u32 uid, u32 gid) {
    if (inode.fs.has(mount_rdonly)) return Errno{EROFS};
    const Credentials& c = current_credentials();
    if (c.fsuid != 0) {
        if (uid != unchanged && (c.fsuid != inode.uid || uid != inode.uid)) return Errno{EPERM};
        if (gid != unchanged && (c.fsuid != inode.uid || (gid != inode.gid && !c.in_group(gid))))
            return Errno{EPERM};
    }
    if (uid != unchanged) inode.uid = uid;
    if (gid != unchanged) inode.gid = gid;
    if (!inode.is_directory()) {
        inode.mode &= ~static_cast<u32>(S_ISUID);
        if (inode.mode & S_IXGRP) inode.mode &= ~static_cast<u32>(S_ISGID);
    }
    inode.touch_changed();
    return {};
}

Result<Ref<Inode>> inode_at(int fd, UserPtr<const char> path, u32 flags) {
    TRY_PATH(at, fd, path);
    if ((flags & AT_EMPTY_PATH) && at.view().empty() && at.opened()) {
        return at.opened()->attributes();
    }
    u32 how = (flags & AT_SYMLINK_NOFOLLOW) ? 0 : walk_follow;
    if (flags & AT_EMPTY_PATH) how |= walk_empty;
    return TRY(at.walk(how))->inode;
}

Result<Ref<Inode>> inode_of(int fd) { return TRY(get_file(fd))->attributes(); }

constexpr u32 widen_id(u16 id) { return id == 0xffff ? unchanged : id; }

// One of the two times of utimensat(2).
struct NewTime {
    enum class Kind : u8 { now, omit, given } kind = Kind::now;
    Nanoseconds time = 0;
};

Result<NewTime> parse_time(i64 seconds, i64 nanoseconds) {
    if (nanoseconds == UTIME_NOW) return NewTime{};
    if (nanoseconds == UTIME_OMIT) return NewTime{NewTime::Kind::omit, 0};
    if (nanoseconds < 0 || nanoseconds >= 1'000'000'000) return Errno{EINVAL};
    // Times before 1970 aren't kept.
    const u64 whole =
        seconds < 0 ? 0 : min<u64>(static_cast<u64>(seconds), ~u64{0} / 2'000'000'000);
    return NewTime{NewTime::Kind::given, s_to_ns(whole) + static_cast<u64>(nanoseconds)};
}

struct NewTimes {
    NewTime accessed, modified;
};

template <class Timespec>
Result<NewTimes> import_timespecs(UserPtr<const void> from) {
    NewTimes times;
    if (!from) return times;
    Timespec pair[2];
    TRY(copy_from_user(pair, from, sizeof pair));
    times.accessed = TRY(parse_time(pair[0].tv_sec, pair[0].tv_nsec));
    times.modified = TRY(parse_time(pair[1].tv_sec, pair[1].tv_nsec));
    return times;
}

template <class Timeval>
Result<NewTimes> import_timevals(UserPtr<const void> from) {
    NewTimes times;
    if (!from) return times;
    Timeval pair[2];
    TRY(copy_from_user(pair, from, sizeof pair));
    for (const Timeval& t : pair)
        if (t.tv_usec < 0 || t.tv_usec >= 1'000'000) return Errno{EINVAL};
    times.accessed = TRY(parse_time(pair[0].tv_sec, i64{pair[0].tv_usec} * 1000));
    times.modified = TRY(parse_time(pair[1].tv_sec, i64{pair[1].tv_usec} * 1000));
    return times;
}

void apply(Nanoseconds& to, const NewTime& time, Nanoseconds now) {
    if (time.kind == NewTime::Kind::now) to = now;
    if (time.kind == NewTime::Kind::given) to = time.time;
}

// Setting both to now takes write permission, anything else ownership (utimensat(2)).
Result<void> set_times(Inode& inode, const NewTimes& times) {
    using Kind = NewTime::Kind;
    if (times.accessed.kind == Kind::omit && times.modified.kind == Kind::omit) return {};
    if (inode.fs.has(mount_rdonly)) return Errno{EROFS};
    const bool both_now = times.accessed.kind == Kind::now && times.modified.kind == Kind::now;
    if (!owns(inode)) {
        if (!both_now) return Errno{EPERM};
        TRY(check_permission(inode, current_credentials(), may_write));
    }
    const Nanoseconds now = clock_realtime();
    apply(inode.accessed, times.accessed, now);
    apply(inode.modified, times.modified, now);
    inode.changed = now;
    return {};
}

// A null path means the file that `fd` is.
SysResult set_times_at(int fd, UserPtr<const char> path, const NewTimes& times, u32 flags) {
    if (flags & ~static_cast<u32>(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return Errno{EINVAL};
    using Kind = NewTime::Kind;
    if (times.accessed.kind == Kind::omit && times.modified.kind == Kind::omit) return 0;
    if (!path && fd != AT_FDCWD) {
        if (flags) return Errno{EINVAL};
        return to_sys_result(set_times(*TRY(inode_of(fd)), times));
    }
    return to_sys_result(set_times(*TRY(inode_at(fd, path, flags)), times));
}

struct utimbuf64 {
    i64 accessed, modified;
};
struct utimbuf32 {
    i32 accessed, modified;
};

template <class Utimbuf>
SysResult set_utime(UserPtr<const char> path, UserPtr<const void> from) {
    NewTimes times;
    if (from) {
        const Utimbuf given = TRY(get_user(from.cast<const Utimbuf>()));
        times.accessed = TRY(parse_time(given.accessed, 0));
        times.modified = TRY(parse_time(given.modified, 0));
    }
    return set_times_at(AT_FDCWD, path, times, 0);
}
} // namespace

SysResult sys_chmod(UserPtr<const char> path, u32 mode) {
    return to_sys_result(change_mode(*TRY(inode_at(AT_FDCWD, path, 0)), mode));
}
SysResult sys_fchmod(int fd, u32 mode) {
    return to_sys_result(change_mode(*TRY(inode_of(fd)), mode));
}
SysResult sys_fchmodat(int fd, UserPtr<const char> path, u32 mode) {
    return to_sys_result(change_mode(*TRY(inode_at(fd, path, 0)), mode));
}
SysResult sys_fchmodat2(int fd, UserPtr<const char> path, u32 mode, u32 flags) {
    if (flags & ~static_cast<u32>(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return Errno{EINVAL};
    return to_sys_result(change_mode(*TRY(inode_at(fd, path, flags)), mode));
}

SysResult sys_fchownat(int fd, UserPtr<const char> path, u32 uid, u32 gid, u32 flags) {
    if (flags & ~static_cast<u32>(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return Errno{EINVAL};
    return to_sys_result(change_owner(*TRY(inode_at(fd, path, flags)), uid, gid));
}
SysResult sys_chown(UserPtr<const char> path, u32 uid, u32 gid) {
    return sys_fchownat(AT_FDCWD, path, uid, gid, 0);
}
SysResult sys_lchown(UserPtr<const char> path, u32 uid, u32 gid) {
    return sys_fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}
SysResult sys_fchown(int fd, u32 uid, u32 gid) {
    return to_sys_result(change_owner(*TRY(inode_of(fd)), uid, gid));
}
SysResult compat_sys_chown16(UserPtr<const char> path, u16 uid, u16 gid) {
    return sys_chown(path, widen_id(uid), widen_id(gid));
}
SysResult compat_sys_lchown16(UserPtr<const char> path, u16 uid, u16 gid) {
    return sys_lchown(path, widen_id(uid), widen_id(gid));
}
SysResult compat_sys_fchown16(int fd, u16 uid, u16 gid) {
    return sys_fchown(fd, widen_id(uid), widen_id(gid));
}

SysResult sys_umask(u32 mask) {
    FsContext& fs = current_fs();
    const u32 old = fs.umask;
    fs.umask = mask & 0777;
    return static_cast<long>(old);
}

// With the real ids, unless AT_EACCESS (access(2)).
SysResult sys_faccessat2(int fd, UserPtr<const char> path, u32 what, u32 flags) {
    if (what & ~7u) return Errno{EINVAL};
    if (flags & ~static_cast<u32>(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return Errno{EINVAL};
    Credentials asker = current_credentials();
    if (!(flags & AT_EACCESS)) {
        asker.fsuid = asker.uid;
        asker.fsgid = asker.gid;
    }
    TRY_PATH(at, fd, path);
    Walker who = at.walker();
    const Walker as_asker{who.context, asker, who.start};
    Ref<Inode> inode;
    if ((flags & AT_EMPTY_PATH) && at.view().empty() && at.opened()) {
        if (!at.opened()->inode) return 0;
        inode = at.opened()->inode;
    } else {
        u32 how = (flags & AT_SYMLINK_NOFOLLOW) ? 0 : walk_follow;
        if (flags & AT_EMPTY_PATH) how |= walk_empty;
        inode = TRY(walk(as_asker, at.view(), how))->inode;
    }
    if (what == 0) return 0;
    return to_sys_result(check_permission(*inode, asker, what));
}
SysResult sys_faccessat(int fd, UserPtr<const char> path, u32 what) {
    return sys_faccessat2(fd, path, what, 0);
}
SysResult sys_access(UserPtr<const char> path, u32 what) {
    return sys_faccessat2(AT_FDCWD, path, what, 0);
}

SysResult sys_utimensat(int fd, UserPtr<const char> path, UserPtr<const void> times, u32 flags) {
    return set_times_at(fd, path, TRY(import_timespecs<timespec_native>(times)), flags);
}
SysResult compat_sys_utimensat_time64(int fd, UserPtr<const char> path, UserPtr<const void> times,
                                      u32 flags) {
    return set_times_at(fd, path, TRY(import_timespecs<timespec_time64>(times)), flags);
}
SysResult compat_sys_utimensat(int fd, UserPtr<const char> path, UserPtr<const void> times,
                               u32 flags) {
    return set_times_at(fd, path, TRY(import_timespecs<timespec32>(times)), flags);
}
SysResult sys_futimesat(int fd, UserPtr<const char> path, UserPtr<const void> times) {
    return set_times_at(fd, path, TRY(import_timevals<timeval_native>(times)), 0);
}
SysResult compat_sys_futimesat(int fd, UserPtr<const char> path, UserPtr<const void> times) {
    return set_times_at(fd, path, TRY(import_timevals<timeval32>(times)), 0);
}
SysResult sys_utimes(UserPtr<const char> path, UserPtr<const void> times) {
    return sys_futimesat(AT_FDCWD, path, times);
}
SysResult compat_sys_utimes(UserPtr<const char> path, UserPtr<const void> times) {
    return compat_sys_futimesat(AT_FDCWD, path, times);
}
SysResult sys_utime(UserPtr<const char> path, UserPtr<const void> times) {
    return set_utime<utimbuf64>(path, times);
}
SysResult compat_sys_utime(UserPtr<const char> path, UserPtr<const void> times) {
    return set_utime<utimbuf32>(path, times);
}

// Extended attributes: no file system here keeps any. The file must exist for the answer.
SysResult sys_setxattr(UserPtr<const char> path, UserPtr<const char>, UserPtr<const void>, usize,
                       u32) {
    TRY(inode_at(AT_FDCWD, path, 0));
    return Errno{EOPNOTSUPP};
}
SysResult sys_lsetxattr(UserPtr<const char> path, UserPtr<const char>, UserPtr<const void>, usize,
                        u32) {
    TRY(inode_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW));
    return Errno{EOPNOTSUPP};
}
SysResult sys_fsetxattr(int fd, UserPtr<const char>, UserPtr<const void>, usize, u32) {
    TRY(get_file(fd));
    return Errno{EOPNOTSUPP};
}
SysResult sys_getxattr(UserPtr<const char> path, UserPtr<const char>, UserPtr<void>, usize) {
    TRY(inode_at(AT_FDCWD, path, 0));
    return Errno{EOPNOTSUPP};
}
SysResult sys_lgetxattr(UserPtr<const char> path, UserPtr<const char>, UserPtr<void>, usize) {
    TRY(inode_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW));
    return Errno{EOPNOTSUPP};
}
SysResult sys_fgetxattr(int fd, UserPtr<const char>, UserPtr<void>, usize) {
    TRY(get_file(fd));
    return Errno{EOPNOTSUPP};
}
SysResult sys_listxattr(UserPtr<const char> path, UserPtr<char>, usize) {
    TRY(inode_at(AT_FDCWD, path, 0));
    return 0; // none: an empty list
}
SysResult sys_llistxattr(UserPtr<const char> path, UserPtr<char>, usize) {
    TRY(inode_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW));
    return 0;
}
SysResult sys_flistxattr(int fd, UserPtr<char>, usize) {
    TRY(get_file(fd));
    return 0;
}
SysResult sys_removexattr(UserPtr<const char> path, UserPtr<const char>) {
    TRY(inode_at(AT_FDCWD, path, 0));
    return Errno{EOPNOTSUPP};
}
SysResult sys_lremovexattr(UserPtr<const char> path, UserPtr<const char>) {
    TRY(inode_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW));
    return Errno{EOPNOTSUPP};
}
SysResult sys_fremovexattr(int fd, UserPtr<const char>) {
    TRY(get_file(fd));
    return Errno{EOPNOTSUPP};
}
