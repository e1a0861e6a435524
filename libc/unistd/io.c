// Reading and writing descriptors (read(2) and its family).
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "descriptor.h"
#include "sysdep.h"

ssize_t __read(int fd, void* buffer, size_t length) {
    return SYSCALL_CANCEL(read, fd, buffer, length);
}
weak_alias(__read, read);

ssize_t __write(int fd, const void* buffer, size_t length) {
    return SYSCALL_CANCEL(write, fd, buffer, length);
}
weak_alias(__write, write);

ssize_t pread(int fd, void* buffer, size_t length, off_t offset) {
    return SYSCALL_CANCEL(pread64, fd, buffer, length, SYSCALL_LL(offset));
}

ssize_t pwrite(int fd, const void* buffer, size_t length, off_t offset) {
    return SYSCALL_CANCEL(pwrite64, fd, buffer, length, SYSCALL_LL(offset));
}

ssize_t readv(int fd, const struct iovec* parts, int count) {
    return SYSCALL_CANCEL(readv, fd, parts, count);
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
    return SYSCALL_CANCEL(writev, fd, parts, count);
}

// The offset's two halves are separate arguments on both architectures; x86-64 has all in the
// first.
ssize_t preadv(int fd, const struct iovec* parts, int count, off_t offset) {
    return SYSCALL_CANCEL(preadv, fd, parts, count, offset, (long long)offset >> 32);
}

ssize_t pwritev(int fd, const struct iovec* parts, int count, off_t offset) {
    return SYSCALL_CANCEL(pwritev, fd, parts, count, offset, (long long)offset >> 32);
}

#ifdef __x86_64__
off_t __lseek(int fd, off_t offset, int whence) {
    return INLINE_SYSCALL(lseek, 3, fd, offset, whence);
}

ssize_t sendfile(int out, int in, off_t* offset, size_t count) {
    return INLINE_SYSCALL(sendfile, 4, out, in, offset, count);
}
#else
off_t __lseek(int fd, off_t offset, int whence) {
    off_t result;
    long error = INLINE_SYSCALL(_llseek, 5, fd, (unsigned long)((uint64_t)offset >> 32), offset,
                                &result, whence);
    return error ? -1 : result;
}

ssize_t sendfile(int out, int in, off_t* offset, size_t count) {
    return INLINE_SYSCALL(sendfile64, 4, out, in, offset, count);
}
#endif
weak_alias(__lseek, lseek);

ssize_t copy_file_range(int in, off_t* in_offset, int out, off_t* out_offset, size_t length,
                        unsigned flags) {
    return SYSCALL_CANCEL(copy_file_range, in, in_offset, out, out_offset, length, flags);
}
