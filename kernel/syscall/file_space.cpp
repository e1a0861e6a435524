// The extent of files, and what would make them durable if there were a disk.
#include "kernel/fs/pipe.h"
#include "kernel/fs/ramfs.h"
#include "kernel/syscall/file.h"
#include "kernel/syscall/file_common.h"

namespace {
// Not of a RAM file: EINVAL (pipes, sockets) or ENODEV as fallocate has it.
RamFile* ram_file(const file& f) {
    if (!f.inode || !f.inode->is_regular() || f.inode->fs.type == "proc") return nullptr;
    return static_cast<RamFile*>(f.inode.get());
}

// EFBIG with SIGXFSZ beyond RLIMIT_FSIZE.
Result<void> check_size_limit(u64 size) {
    if (size <= current_process().limits[RLIMIT_FSIZE].current) return {};
    SignalInfo info{};
    info.signal = SIGXFSZ;
    (void)send_signal_to_task(current_task(), info);
    return Errno{EFBIG};
}

SysResult sync_file(int fd) {
    Ref<file> f = TRY(get_file(fd));
    if (!f->inode || f->as_pipe() || f->as_socket() || f->inode->type() == S_IFCHR)
        return Errno{EINVAL};
    return to_sys_result(f->sync());
}
} // namespace

SysResult sys_truncate(UserPtr<const char> path, i64 size) {
    if (size < 0) return Errno{EINVAL};
    TRY_PATH(at, AT_FDCWD, path);
    TRY(check_size_limit(static_cast<u64>(size)));
    return to_sys_result(truncate_path(at.walker(), at.view(), static_cast<u64>(size)));
}
SysResult sys_ftruncate(int fd, i64 size) {
    if (size < 0) return Errno{EINVAL};
    Ref<file> f = TRY(get_file(fd));
    if (!f->inode || !f->inode->is_regular() || !f->writable()) return Errno{EINVAL};
    TRY(check_size_limit(static_cast<u64>(size)));
    f->inode->drop_set_id(current_credentials());
    return to_sys_result(f->inode->truncate(static_cast<u64>(size)));
}
SysResult compat_sys_truncate(UserPtr<const char> path, i32 size) {
    return sys_truncate(path, size);
}
SysResult compat_sys_ftruncate(int fd, i32 size) { return sys_ftruncate(fd, size); }
SysResult compat_sys_truncate64(UserPtr<const char> path, u32 low, u32 high) {
    return sys_truncate(path, join_halves(low, high));
}
SysResult compat_sys_ftruncate64(int fd, u32 low, u32 high) {
    return sys_ftruncate(fd, join_halves(low, high));
}

SysResult sys_fallocate(int fd, u32 mode, i64 start, i64 length) {
    constexpr u32 keep = FALLOC_FL_KEEP_SIZE, punch = FALLOC_FL_PUNCH_HOLE;
    if (start < 0 || length <= 0) return Errno{EINVAL};
    if (mode & ~(keep | punch)) return Errno{EOPNOTSUPP};
    if ((mode & punch) && !(mode & keep)) return Errno{EOPNOTSUPP};
    Ref<file> f = TRY(get_file(fd));
    if (!f->writable()) return Errno{EBADF};
    if (f->as_pipe()) return Errno{ESPIPE};
    if (f->inode && f->inode->is_directory()) return Errno{EISDIR};
    RamFile* ram = ram_file(*f);
    if (!ram) return Errno{ENODEV};
    i64 end;
    if (__builtin_add_overflow(start, length, &end)) return Errno{EFBIG};
    if (mode & punch) {
        ram->punch(static_cast<u64>(start), static_cast<u64>(length));
        return 0;
    }
    if (!(mode & keep)) TRY(check_size_limit(static_cast<u64>(end)));
    return to_sys_result(
        ram->reserve(static_cast<u64>(start), static_cast<u64>(length), (mode & keep) != 0));
}
SysResult compat_sys_fallocate(int fd, u32 mode, u32 start_low, u32 start_high, u32 length_low,
                               u32 length_high) {
    return sys_fallocate(fd, mode, join_halves(start_low, start_high),
                         join_halves(length_low, length_high));
}

// Memory is as durable as it gets here: there is nothing to write out.
SysResult sys_sync() { return 0; }
SysResult sys_fsync(int fd) { return sync_file(fd); }
SysResult sys_fdatasync(int fd) { return sync_file(fd); }
SysResult sys_syncfs(int fd) {
    TRY(get_file(fd));
    return 0;
}
SysResult sys_sync_file_range(int fd, i64 start, i64 length, u32 flags) {
    if (start < 0 || length < 0 || (flags & ~7u)) return Errno{EINVAL};
    Ref<file> f = TRY(get_file(fd));
    if (!f->inode || !(f->inode->is_regular() || f->inode->is_directory())) return Errno{ESPIPE};
    return 0;
}
SysResult compat_sys_sync_file_range(int fd, u32 start_low, u32 start_high, u32 length_low,
                                     u32 length_high, u32 flags) {
    return sys_sync_file_range(fd, join_halves(start_low, start_high),
                               join_halves(length_low, length_high), flags);
}

// Advice about reading ahead: all files are in memory already.
SysResult sys_fadvise64(int fd, i64, i64 length, int advice) {
    Ref<file> f = TRY(get_file(fd));
    if (f->as_pipe()) return Errno{ESPIPE};
    if (length < 0 || advice < 0 || advice > 5) return Errno{EINVAL};
    return 0;
}
SysResult compat_sys_fadvise64(int fd, u32 low, u32 high, u32 length, int advice) {
    return sys_fadvise64(fd, join_halves(low, high), length, advice);
}
SysResult compat_sys_fadvise64_64(int fd, u32 low, u32 high, u32 length_low, u32 length_high,
                                  int advice) {
    return sys_fadvise64(fd, join_halves(low, high), join_halves(length_low, length_high), advice);
}
SysResult sys_readahead(int fd, i64, usize) {
    Ref<file> f = TRY(get_file(fd));
    if (!f->readable()) return Errno{EBADF};
    if (!f->inode || !f->inode->is_regular()) return Errno{EINVAL};
    return 0;
}
SysResult compat_sys_readahead(int fd, u32 low, u32 high, usize bytes) {
    return sys_readahead(fd, join_halves(low, high), bytes);
}
