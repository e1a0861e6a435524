// Opening, closing and duplicating descriptors.
#include <fcntl.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "descriptor.h"
#include "sysdep.h"

static mode_t mode_argument(int flags, va_list arguments) {
    int needs_mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
    return needs_mode ? va_arg(arguments, mode_t) : 0;
}

int __open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return (int)SYSCALL_CANCEL(open, path, flags, mode);
}
weak_alias(__open, open);

int openat(int directory, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return (int)SYSCALL_CANCEL(openat, directory, path, flags, mode);
}

int creat(const char* path, mode_t mode) {
    return __open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int __close(int fd) { return (int)SYSCALL_CANCEL(close, fd); }
weak_alias(__close, close);
int close_range(unsigned first, unsigned last, int flags) {
    return (int)INLINE_SYSCALL(close_range, 3, first, last, flags);
}
int dup(int fd) { return (int)INLINE_SYSCALL(dup, 1, fd); }
int dup2(int old, int new) { return (int)INLINE_SYSCALL(dup2, 2, old, new); }
int dup3(int old, int new, int flags) { return (int)INLINE_SYSCALL(dup3, 3, old, new, flags); }
int pipe(int ends[2]) { return (int)INLINE_SYSCALL(pipe, 1, ends); }
int pipe2(int ends[2], int flags) { return (int)INLINE_SYSCALL(pipe2, 2, ends, flags); }
int fsync(int fd) { return (int)SYSCALL_CANCEL(fsync, fd); }
int fdatasync(int fd) { return (int)SYSCALL_CANCEL(fdatasync, fd); }
int syncfs(int fd) { return (int)INLINE_SYSCALL(syncfs, 1, fd); }
void sync(void) { INTERNAL_SYSCALL(sync, 0); }
int flock(int fd, int operation) { return (int)INLINE_SYSCALL(flock, 2, fd, operation); }

int fcntl(int fd, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
#ifdef __i386__
    if (command == F_SETLKW) return (int)SYSCALL_CANCEL(fcntl64, fd, command, argument);
    return (int)INLINE_SYSCALL(fcntl64, 3, fd, command, argument);
#else
    if (command == F_SETLKW) return (int)SYSCALL_CANCEL(fcntl, fd, command, argument);
    return (int)INLINE_SYSCALL(fcntl, 3, fd, command, argument);
#endif
}

int ioctl(int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return (int)INLINE_SYSCALL(ioctl, 3, fd, request, argument);
}

int lockf(int fd, int command, off_t length) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = length};
    switch (command) {
    case F_ULOCK:
        lock.l_type = F_UNLCK;
        return fcntl(fd, F_SETLK, &lock);
    case F_LOCK:
        return fcntl(fd, F_SETLKW, &lock);
    case F_TLOCK:
        return fcntl(fd, F_SETLK, &lock);
    case F_TEST:
        if (fcntl(fd, F_GETLK, &lock) < 0) return -1;
        if (lock.l_type == F_UNLCK || lock.l_pid == getpid()) return 0;
        errno = EACCES;
        return -1;
    }
    errno = EINVAL;
    return -1;
}

int ftruncate(int fd, off_t length) {
#ifdef __i386__
    return (int)INLINE_SYSCALL(ftruncate64, 3, fd, SYSCALL_LL(length));
#else
    return (int)INLINE_SYSCALL(ftruncate, 2, fd, length);
#endif
}

int truncate(const char* path, off_t length) {
#ifdef __i386__
    return (int)INLINE_SYSCALL(truncate64, 3, path, SYSCALL_LL(length));
#else
    return (int)INLINE_SYSCALL(truncate, 2, path, length);
#endif
}

int eventfd(unsigned initial, int flags) {
    return (int)INLINE_SYSCALL(eventfd2, 2, initial, flags);
}

int eventfd_read(int fd, eventfd_t* value) {
    return read(fd, value, sizeof *value) == (ssize_t)sizeof *value ? 0 : -1;
}

int eventfd_write(int fd, eventfd_t value) {
    return write(fd, &value, sizeof value) == (ssize_t)sizeof value ? 0 : -1;
}
