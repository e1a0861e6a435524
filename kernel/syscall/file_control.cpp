// fcntl, flock and the ioctls that every file knows.
#include "kernel/abi/file.h"
#include "kernel/fs/file_owner.h"
#include "kernel/fs/locks.h"
#include "kernel/fs/pipe.h"
#include "kernel/proc/signal_owner.h"
#include "kernel/syscall/file.h"
#include "kernel/syscall/file_common.h"
#include "kernel/uapi/ioctl.h"

namespace {
constexpr u32 settable_flags = O_APPEND | O_NONBLOCK | O_NOATIME | O_DIRECT;

// The range of a struct flock, whatever its layout.
Result<LockRange> to_range(const file& f, i16 type, i16 whence, i64 start, i64 length) {
    if (type != F_RDLCK && type != F_WRLCK && type != F_UNLCK) return Errno{EINVAL};
    i64 base = 0;
    if (whence == SEEK_CUR)
        base = f.offset;
    else if (whence == SEEK_END)
        base = f.inode ? static_cast<i64>(f.inode->size()) : 0;
    else if (whence != SEEK_SET)
        return Errno{EINVAL};
    i64 first, end;
    if (__builtin_add_overflow(base, start, &first)) return Errno{EOVERFLOW};
    if (first < 0) return Errno{EINVAL};
    if (length < 0) { // the bytes before `start`
        end = first - 1;
        first += length;
        if (first < 0) return Errno{EINVAL};
    } else if (length == 0) {
        end = -1;
    } else if (__builtin_add_overflow(first, length - 1, &end)) {
        return Errno{EOVERFLOW};
    }
    LockRange range;
    range.type = type;
    range.start = static_cast<u64>(first);
    range.end = end < 0 ? ~u64{0} : static_cast<u64>(end);
    return range;
}

constexpr i64 max_offset = INT64_MAX;

template <class Flock>
Result<void> from_range(Flock& to, const LockRange& range) {
    using Offset = decltype(to.start);
    to.type = range.type;
    if (range.type == F_UNLCK) return {};
    const bool endless = range.end >= static_cast<u64>(max_offset);
    const i64 length = endless ? 0 : static_cast<i64>(range.end - range.start + 1);
    const i64 start = static_cast<i64>(range.start);
    if (static_cast<Offset>(start) != start || static_cast<Offset>(length) != length)
        return Errno{EOVERFLOW};
    to.whence = SEEK_SET;
    to.start = static_cast<Offset>(start);
    to.len = static_cast<Offset>(length);
    to.pid = range.pid;
    return {};
}

bool is_ofd(u32 command) { return command >= F_OFD_GETLK && command <= F_OFD_SETLKW; }

template <class Flock>
SysResult lock_command(file& f, u32 command, UserPtr<void> argument) {
    Flock lock = TRY(get_user(argument.cast<Flock>()));
    TRY(f.attributes());
    LockRange range = TRY(to_range(f, lock.type, lock.whence, lock.start, lock.len));
    range.owner = is_ofd(command) ? static_cast<const void*>(&f) : &current_files();
    range.pid = is_ofd(command) ? -1 : current_process().pid;
    if (is_ofd(command) && lock.pid != 0) return Errno{EINVAL};
    if (command == F_GETLK || command == F_OFD_GETLK) {
        if (lock.type == F_UNLCK) return Errno{EINVAL};
        TRY(from_range(lock, test_record_lock(*f.inode, range)));
        TRY(put_user(argument.cast<Flock>(), lock));
        return 0;
    }
    if (range.type == F_RDLCK && !f.readable()) return Errno{EBADF};
    if (range.type == F_WRLCK && !f.writable()) return Errno{EBADF};
    const bool wait = command == F_SETLKW || command == F_OFD_SETLKW;
    return to_sys_result(restart_if_interrupted(set_record_lock(*f.inode, range, wait)));
}

SysResult set_status_flags(file& f, int fd, u32 flags) {
    if ((flags & O_NOATIME) && !(f.flags & O_NOATIME) && f.inode) {
        const Credentials& c = current_credentials();
        if (c.fsuid != 0 && c.fsuid != f.inode->uid) return Errno{EPERM};
    }
    // Nothing here can bypass a cache that isn't there.
    if (flags & ~f.flags & O_DIRECT) return Errno{EINVAL};
    if (((flags ^ f.flags) & FASYNC) && f.async_capable())
        TRY(set_file_async(f, fd, flags & FASYNC));
    f.flags = (f.flags & ~settable_flags) | (flags & settable_flags);
    f.flags_changed();
    return 0;
}

SysResult pipe_command(file& f, u32 command, uptr argument) {
    Pipe* pipe = f.as_pipe();
    if (!pipe) return Errno{EBADF};
    if (command == F_GETPIPE_SZ) return static_cast<long>(pipe->size());
    return to_sys_result(pipe->resize(static_cast<u32>(argument)));
}

SysResult owner_command(file& f, u32 command, uptr argument) {
    switch (command) {
    case F_SETOWN_EX: {
        const auto owner = TRY(get_user(UserPtr<FileOwnerId>(argument)));
        if (owner.type < F_OWNER_TID || owner.type > F_OWNER_PGRP) return Errno{EINVAL};
        return to_sys_result(set_file_owner(f, owner.type, owner.id));
    }
    case F_GETOWN_EX:
        return to_sys_result(put_user(UserPtr<FileOwnerId>(argument), get_file_owner(f)));
    case F_SETSIG:
        if (argument > signal_count) return Errno{EINVAL};
        TRY(file_owner(f))->signal = static_cast<int>(argument);
        return 0;
    default:
        return f.owner ? f.owner->signal : 0;
    }
}

// All commands but the locks, which come in three layouts.
SysResult control(int fd, u32 command, uptr argument) {
    FdTable& files = current_files();
    Ref<file> f = TRY(files.get(fd));
    const bool only_path = (f->flags & O_PATH) != 0;
    switch (command) {
    case F_DUPFD:
        return to_sys_result(files.install(f, false, static_cast<int>(argument)));
    case F_DUPFD_CLOEXEC:
        return to_sys_result(files.install(f, true, static_cast<int>(argument)));
    case F_GETFD:
        return TRY(files.close_on_exec(fd)) ? FD_CLOEXEC : 0;
    case F_SETFD:
        return to_sys_result(files.set_close_on_exec(fd, (argument & FD_CLOEXEC) != 0));
    case F_GETFL:
        return static_cast<long>(f->flags);
    }
    if (only_path) return Errno{EBADF};
    switch (command) {
    case F_SETFL:
        return set_status_flags(*f, fd, static_cast<u32>(argument));
    case F_SETOWN:
        return to_sys_result(set_file_owner(*f, static_cast<int>(argument)));
    case F_GETOWN: {
        const FileOwnerId owner = get_file_owner(*f);
        return owner.type == F_OWNER_PGRP ? -owner.id : owner.id;
    }
    case F_SETOWN_EX:
    case F_GETOWN_EX:
    case F_SETSIG:
    case F_GETSIG:
        return owner_command(*f, command, argument);
    case F_SETPIPE_SZ:
    case F_GETPIPE_SZ:
        return pipe_command(*f, command, argument);
    }
    return Errno{EINVAL};
}
} // namespace

SysResult sys_fcntl(int fd, u32 command, uptr argument) {
    switch (command) {
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
        return lock_command<abi::flock64bit>(*TRY(get_file(fd)), command, UserPtr<void>(argument));
    }
    return control(fd, command, argument);
}

// F_GETLK64 … are 12 to 14 on i386; the plain ones have 32-bit offsets.
SysResult compat_sys_fcntl64(int fd, u32 command, uptr argument) {
    constexpr u32 getlk64 = 12, setlkw64 = 14;
    if (command >= getlk64 && command <= setlkw64)
        return lock_command<abi::flock64_32>(*TRY(get_file(fd)), command - getlk64 + F_GETLK,
                                             UserPtr<void>(argument));
    if (is_ofd(command))
        return lock_command<abi::flock64_32>(*TRY(get_file(fd)), command, UserPtr<void>(argument));
    if (command >= F_GETLK && command <= F_SETLKW)
        return lock_command<abi::flock32>(*TRY(get_file(fd)), command, UserPtr<void>(argument));
    return control(fd, command, argument);
}

// The older call doesn't know the 64-bit locks.
SysResult compat_sys_fcntl(int fd, u32 command, uptr argument) {
    if ((command >= 12 && command <= 14) || is_ofd(command)) return Errno{EINVAL};
    return compat_sys_fcntl64(fd, command, argument);
}

SysResult sys_flock(int fd, u32 operation) {
    const u32 kind = operation & ~static_cast<u32>(LOCK_NB);
    if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN) return Errno{EINVAL};
    Ref<file> f = TRY(get_file(fd));
    const Ref<Inode> inode = TRY(f->attributes());
    const bool wait = !(operation & LOCK_NB);
    return to_sys_result(
        restart_if_interrupted(set_flock(*inode, f.get(), static_cast<int>(kind), wait)));
}

namespace {
SysResult control_device(int fd, u32 command, uptr argument, bool compat) {
    Ref<file> f = TRY(get_file(fd));
    switch (command) {
    case FIOCLEX:
        return to_sys_result(current_files().set_close_on_exec(fd, true));
    case FIONCLEX:
        return to_sys_result(current_files().set_close_on_exec(fd, false));
    case FIONBIO: {
        const bool on = TRY(get_user(UserPtr<int>(argument))) != 0;
        return set_status_flags(
            *f, fd, on ? f->flags | O_NONBLOCK : f->flags & ~static_cast<u32>(O_NONBLOCK));
    }
    case FIOASYNC: {
        const bool on = TRY(get_user(UserPtr<int>(argument))) != 0;
        if (on == ((f->flags & FASYNC) != 0)) return 0;
        if (!f->async_capable()) return Errno{ENOTTY};
        return to_sys_result(set_file_async(*f, fd, on));
    }
    case FIONREAD:
        if (f->inode && f->inode->is_regular()) {
            const i64 left = static_cast<i64>(f->inode->size()) - f->offset;
            TRY(put_user(UserPtr<int>(argument), static_cast<int>(left)));
            return 0;
        }
    }
    return restart_if_interrupted(f->ioctl(command, argument, compat));
}
} // namespace

SysResult sys_ioctl(int fd, u32 command, uptr argument) {
    return control_device(fd, command, argument, false);
}
SysResult compat_sys_ioctl(int fd, u32 command, u32 argument) {
    return control_device(fd, command, argument, true);
}
