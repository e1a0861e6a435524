// Moving bytes: read and write in all their forms, and the offset.
#include "kernel/base/math.h"
#include "kernel/syscall/file.h"
#include "kernel/syscall/file_common.h"
#include "kernel/syscall/file_transfer.h"
#include "kernel/syscall/import_iovec.h"
#include "kernel/syscall/sigpipe.h"

namespace {
// preadv2(2)
constexpr u32 rwf_hipri = 1, rwf_dsync = 2, rwf_sync = 4, rwf_nowait = 8, rwf_append = 16;

Result<IovIter> user_buffer(uptr base, usize bytes) {
    if (base > user_end64 || bytes > user_end64 - base) return Errno{EFAULT};
    return IovIter::of_user(base, min(bytes, max_transfer));
}

// What of a write RLIMIT_FSIZE allows. EFBIG with SIGXFSZ.
Result<void> apply_size_limit(file& to, IovIter& from, i64 position) {
    const u64 limit = current_process().limits[RLIMIT_FSIZE].current;
    if (limit == limit_infinity || !to.inode || !to.inode->is_regular()) return {};
    const u64 start = (to.flags & O_APPEND) ? to.inode->size() : static_cast<u64>(position);
    if (start >= limit) {
        SignalInfo info{};
        info.signal = SIGXFSZ;
        (void)send_signal_to_task(current_task(), info);
        return Errno{EFBIG};
    }
    from.truncate(limit - start);
    return {};
}

Result<void> check_vector_flags(const file& f, u32 flags) {
    if (flags & ~(rwf_hipri | rwf_dsync | rwf_sync | rwf_nowait | rwf_append))
        return Errno{EOPNOTSUPP};
    // Only files in memory are sure not to block.
    if ((flags & rwf_nowait) && !(f.inode && f.inode->is_regular())) return Errno{EOPNOTSUPP};
    return {};
}

SysResult vector_io(int fd, UserPtr<const void> array, usize count, i64 position, bool at_position,
                    bool writing, u32 flags, bool compat) {
    if (at_position && position < 0) return Errno{EINVAL};
    Ref<file> f = TRY(get_file(fd));
    if (at_position && !f->seekable) return Errno{ESPIPE};
    if (!(writing ? f->writable() : f->readable())) return Errno{EBADF};
    ImportedIovec segments;
    TRY(segments.import(array, count, compat));
    TRY(check_vector_flags(*f, flags));
    if (writing && (flags & rwf_append) && f->inode) position = static_cast<i64>(f->inode->size());
    i64& place = at_position ? position : f->offset;
    IovIter iter = segments.iter();
    return writing ? transfer_write(*f, iter, place) : transfer_read(*f, iter, place);
}
} // namespace

SysResult transfer_read(file& f, IovIter& to, i64& position) {
    return to_sys_result(restart_if_interrupted(f.read(to, position)));
}

SysResult transfer_write(file& f, IovIter& from, i64& position) {
    TRY(apply_size_limit(f, from, position));
    auto result = f.write(from, position);
    if (result) [[likely]] {
        if (f.inode) f.inode->drop_set_id(current_credentials());
        return static_cast<long>(*result);
    }
    if (result.error().code == EPIPE && f.epipe_signals()) raise_sigpipe();
    return Errno{result.error().code == EINTR ? ERESTARTSYS : result.error().code};
}

SysResult sys_read(int fd, UserPtr<void> buffer, usize bytes) {
    Ref<file> f = TRY(get_file(fd));
    if (!f->readable()) return Errno{EBADF};
    IovIter to = TRY(user_buffer(buffer.address, bytes));
    return transfer_read(*f, to, f->offset);
}

SysResult sys_write(int fd, UserPtr<const void> buffer, usize bytes) {
    Ref<file> f = TRY(get_file(fd));
    if (!f->writable()) return Errno{EBADF};
    IovIter from = TRY(user_buffer(buffer.address, bytes));
    return transfer_write(*f, from, f->offset);
}

SysResult sys_pread64(int fd, UserPtr<void> buffer, usize bytes, i64 position) {
    if (position < 0) return Errno{EINVAL};
    Ref<file> f = TRY(get_file(fd));
    if (!f->seekable) return Errno{ESPIPE};
    if (!f->readable()) return Errno{EBADF};
    IovIter to = TRY(user_buffer(buffer.address, bytes));
    return transfer_read(*f, to, position);
}

SysResult sys_pwrite64(int fd, UserPtr<const void> buffer, usize bytes, i64 position) {
    if (position < 0) return Errno{EINVAL};
    Ref<file> f = TRY(get_file(fd));
    if (!f->seekable) return Errno{ESPIPE};
    if (!f->writable()) return Errno{EBADF};
    IovIter from = TRY(user_buffer(buffer.address, bytes));
    return transfer_write(*f, from, position);
}

SysResult compat_sys_pread64(int fd, UserPtr<void> buffer, usize bytes, u32 low, u32 high) {
    return sys_pread64(fd, buffer, bytes, join_halves(low, high));
}
SysResult compat_sys_pwrite64(int fd, UserPtr<const void> buffer, usize bytes, u32 low, u32 high) {
    return sys_pwrite64(fd, buffer, bytes, join_halves(low, high));
}

SysResult sys_readv(int fd, UserPtr<const void> array, usize count) {
    return vector_io(fd, array, count, 0, false, false, 0, false);
}
SysResult sys_writev(int fd, UserPtr<const void> array, usize count) {
    return vector_io(fd, array, count, 0, false, true, 0, false);
}
SysResult compat_sys_readv(int fd, UserPtr<const void> array, usize count) {
    return vector_io(fd, array, count, 0, false, false, 0, true);
}
SysResult compat_sys_writev(int fd, UserPtr<const void> array, usize count) {
    return vector_io(fd, array, count, 0, false, true, 0, true);
}
// The position comes in two halves on both ABIs; on x86-64 the low one is all of it.
SysResult sys_preadv(int fd, UserPtr<const void> array, usize count, i64 position) {
    return vector_io(fd, array, count, position, true, false, 0, false);
}
SysResult sys_pwritev(int fd, UserPtr<const void> array, usize count, i64 position) {
    return vector_io(fd, array, count, position, true, true, 0, false);
}
SysResult compat_sys_preadv(int fd, UserPtr<const void> array, usize count, u32 low, u32 high) {
    return vector_io(fd, array, count, join_halves(low, high), true, false, 0, true);
}
SysResult compat_sys_pwritev(int fd, UserPtr<const void> array, usize count, u32 low, u32 high) {
    return vector_io(fd, array, count, join_halves(low, high), true, true, 0, true);
}
// Position -1 means the file's own offset.
SysResult sys_preadv2(int fd, UserPtr<const void> array, usize count, i64 position, usize,
                      u32 flags) {
    return vector_io(fd, array, count, position, position != -1, false, flags, false);
}
SysResult sys_pwritev2(int fd, UserPtr<const void> array, usize count, i64 position, usize,
                       u32 flags) {
    return vector_io(fd, array, count, position, position != -1, true, flags, false);
}
SysResult compat_sys_preadv2(int fd, UserPtr<const void> array, usize count, u32 low, u32 high,
                             u32 flags) {
    const i64 position = join_halves(low, high);
    return vector_io(fd, array, count, position, position != -1, false, flags, true);
}
SysResult compat_sys_pwritev2(int fd, UserPtr<const void> array, usize count, u32 low, u32 high,
                              u32 flags) {
    const i64 position = join_halves(low, high);
    return vector_io(fd, array, count, position, position != -1, true, flags, true);
}

SysResult sys_lseek(int fd, i64 offset, int whence) {
    Ref<file> f = TRY(get_file(fd));
    if (whence < 0 || whence > SEEK_HOLE) return Errno{EINVAL};
    return to_sys_result(f->seek(offset, whence));
}

// The new offset must fit the caller's off_t, though the file has moved there.
SysResult compat_sys_lseek(int fd, i32 offset, int whence) {
    const long result = TRY(sys_lseek(fd, offset, whence));
    if (result != static_cast<i32>(result)) return Errno{EOVERFLOW};
    return result;
}

SysResult compat_sys_llseek(int fd, u32 high, u32 low, UserPtr<i64> result, int whence) {
    TRY(put_user(result, TRY(sys_lseek(fd, join_halves(low, high), whence))));
    return 0;
}
