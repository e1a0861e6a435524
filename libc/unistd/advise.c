// Room for files and hints about them (fallocate(2), posix_fadvise(2)).
#include <fcntl.h>

#include "sysdep.h"

#ifdef __x86_64__
int fallocate(int fd, int mode, off_t offset, off_t length) {
    return (int)INLINE_SYSCALL(fallocate, 4, fd, mode, offset, length);
}

int posix_fadvise(int fd, off_t offset, off_t length, int advice) {
    return -(int)INTERNAL_SYSCALL(fadvise64, 4, fd, offset, length, advice);
}
#else
int fallocate(int fd, int mode, off_t offset, off_t length) {
    return (int)INLINE_SYSCALL(fallocate, 6, fd, mode, SYSCALL_LL(offset), SYSCALL_LL(length));
}

int posix_fadvise(int fd, off_t offset, off_t length, int advice) {
    return -(int)INTERNAL_SYSCALL(fadvise64_64, 6, fd, SYSCALL_LL(offset), SYSCALL_LL(length),
                                  advice);
}
#endif

int posix_fallocate(int fd, off_t offset, off_t length) {
    int saved = errno;
    int error = fallocate(fd, 0, offset, length) < 0 ? errno : 0;
    errno = saved;
    return error;
}

ssize_t splice(int in, off_t* in_offset, int out, off_t* out_offset, size_t length,
               unsigned flags) {
    return SYSCALL_CANCEL(splice, in, in_offset, out, out_offset, length, flags);
}

ssize_t tee(int in, int out, size_t length, unsigned flags) {
    return SYSCALL_CANCEL(tee, in, out, length, flags);
}
