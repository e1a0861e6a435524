// Descriptors: open, close, dup, pipe.
#include "kernel/fs/pipe.h"
#include "kernel/fs/ramfs.h"
#include "kernel/syscall/file.h"
#include "kernel/syscall/file_common.h"

namespace {
constexpr u32 close_range_unshare = 2, close_range_cloexec = 4; // close_range(2)

SysResult open_at(int fd, UserPtr<const char> path, u32 flags, u32 mode) {
    TRY_PATH(at, fd, path);
    if (!(flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)))) mode = 0;
    FdTable& files = current_files();
    const int fresh = TRY(files.reserve((flags & O_CLOEXEC) != 0));
    auto opened = restart_if_interrupted(open_path(at.walker(), at.view(), flags, mode));
    if (!opened) {
        files.release(fresh);
        return opened.error();
    }
    files.fill(fresh, std::move(*opened));
    return fresh;
}
} // namespace

// i386's O_LARGEFILE is 0100000 and says nothing here: every offset has 64 bits.
SysResult sys_open(UserPtr<const char> path, u32 flags, u32 mode) {
    return open_at(AT_FDCWD, path, flags, mode);
}
SysResult sys_openat(int fd, UserPtr<const char> path, u32 flags, u32 mode) {
    return open_at(fd, path, flags, mode);
}
SysResult sys_creat(UserPtr<const char> path, u32 mode) {
    return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

SysResult sys_close(int fd) {
    Ref<file> closed = TRY(current_files().close(fd));
    return 0;
}

SysResult sys_close_range(u32 first, u32 last, u32 flags) {
    if (flags & ~(close_range_unshare | close_range_cloexec)) return Errno{EINVAL};
    if (first > last) return Errno{EINVAL};
    if (flags & close_range_unshare) {
        Process& process = current_process();
        if (process.files->ref_count() > 1) process.files = TRY(process.files->copy());
    }
    current_files().close_range(first, last, (flags & close_range_cloexec) != 0);
    return 0;
}

SysResult sys_dup(int fd) {
    FdTable& files = current_files();
    return to_sys_result(files.install(TRY(files.get(fd)), false));
}

SysResult sys_dup2(int fd, int to) {
    FdTable& files = current_files();
    Ref<file> opened = TRY(files.get(fd));
    if (fd == to) return to;
    return to_sys_result(files.install_at(to, std::move(opened), false));
}

SysResult sys_dup3(int fd, int to, u32 flags) {
    if ((flags & ~static_cast<u32>(O_CLOEXEC)) || fd == to) return Errno{EINVAL};
    FdTable& files = current_files();
    Ref<file> opened = TRY(files.get(fd));
    return to_sys_result(files.install_at(to, std::move(opened), (flags & O_CLOEXEC) != 0));
}

SysResult sys_pipe2(UserPtr<int> fds, u32 flags) {
    // Packet mode (O_DIRECT) isn't there.
    if (flags & ~static_cast<u32>(O_CLOEXEC | O_NONBLOCK)) return Errno{EINVAL};
    const bool close_on_exec = (flags & O_CLOEXEC) != 0;
    PipeEnds ends = TRY(make_pipe(flags, current_credentials()));
    FdTable& files = current_files();
    int numbers[2];
    numbers[0] = TRY(files.reserve(close_on_exec));
    auto second = files.reserve(close_on_exec);
    numbers[1] = second ? *second : -1;
    auto told = second ? copy_to_user(fds, numbers, sizeof numbers) : second.error();
    if (!told) {
        files.release(numbers[0]);
        if (second) files.release(numbers[1]);
        return told.error();
    }
    files.fill(numbers[0], std::move(ends.reader));
    files.fill(numbers[1], std::move(ends.writer));
    return 0;
}
SysResult sys_pipe(UserPtr<int> fds) { return sys_pipe2(fds, 0); }

SysResult sys_memfd_create(UserPtr<const char> name, u32 flags) {
    constexpr u32 mfd_cloexec = 1, mfd_allow_sealing = 2, mfd_noexec_seal = 8, mfd_exec = 16;
    if (flags & ~(mfd_cloexec | mfd_allow_sealing | mfd_noexec_seal | mfd_exec))
        return Errno{EINVAL};
    if (flags & (mfd_allow_sealing | mfd_noexec_seal)) return Errno{EINVAL}; // no seals here
    char text[NAME_MAX - 5];
    auto length = copy_string_from_user(text, name);
    if (!length) return Errno{length.error().code == ENAMETOOLONG ? EINVAL : length.error().code};
    Ref<file> opened = TRY(open_memory_file({text, *length}, current_credentials()));
    return to_sys_result(current_files().install(std::move(opened), (flags & mfd_cloexec) != 0));
}
