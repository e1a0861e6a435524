// Names in the file system: links, directories, permissions, owners.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sysdep.h"

int access(const char* path, int mode) { return (int)INLINE_SYSCALL(access, 2, path, mode); }

int faccessat(int directory, const char* path, int mode, int flags) {
    if (flags == 0) return (int)INLINE_SYSCALL(faccessat, 3, directory, path, mode);
    return (int)INLINE_SYSCALL(faccessat2, 4, directory, path, mode, flags);
}

int eaccess(const char* path, int mode) { return faccessat(AT_FDCWD, path, mode, AT_EACCESS); }
int chdir(const char* path) { return (int)INLINE_SYSCALL(chdir, 1, path); }
int fchdir(int fd) { return (int)INLINE_SYSCALL(fchdir, 1, fd); }
int chroot(const char* path) { return (int)INLINE_SYSCALL(chroot, 1, path); }

int fchownat(int directory, const char* path, uid_t user, gid_t group, int flags) {
    return (int)INLINE_SYSCALL(fchownat, 5, directory, path, user, group, flags);
}
int chown(const char* path, uid_t user, gid_t group) {
    return fchownat(AT_FDCWD, path, user, group, 0);
}
int lchown(const char* path, uid_t user, gid_t group) {
    return fchownat(AT_FDCWD, path, user, group, AT_SYMLINK_NOFOLLOW);
}
int fchown(int fd, uid_t user, gid_t group) {
#ifdef __i386__
    return (int)INLINE_SYSCALL(fchown32, 3, fd, user, group); // fchown has 16-bit identities
#else
    return (int)INLINE_SYSCALL(fchown, 3, fd, user, group);
#endif
}

int link(const char* old, const char* new) { return (int)INLINE_SYSCALL(link, 2, old, new); }
int linkat(int old_dir, const char* old, int new_dir, const char* new, int flags) {
    return (int)INLINE_SYSCALL(linkat, 5, old_dir, old, new_dir, new, flags);
}
int symlink(const char* target, const char* path) {
    return (int)INLINE_SYSCALL(symlink, 2, target, path);
}
int symlinkat(const char* target, int directory, const char* path) {
    return (int)INLINE_SYSCALL(symlinkat, 3, target, directory, path);
}
ssize_t readlink(const char* __restrict path, char* __restrict buffer, size_t length) {
    return INLINE_SYSCALL(readlink, 3, path, buffer, length);
}
ssize_t readlinkat(int directory, const char* __restrict path, char* __restrict buffer,
                   size_t length) {
    return INLINE_SYSCALL(readlinkat, 4, directory, path, buffer, length);
}
int unlink(const char* path) { return (int)INLINE_SYSCALL(unlink, 1, path); }
int unlinkat(int directory, const char* path, int flags) {
    return (int)INLINE_SYSCALL(unlinkat, 3, directory, path, flags);
}
int rmdir(const char* path) { return (int)INLINE_SYSCALL(rmdir, 1, path); }
int rename(const char* old, const char* new) { return (int)INLINE_SYSCALL(rename, 2, old, new); }
int renameat(int old_dir, const char* old, int new_dir, const char* new) {
    return (int)INLINE_SYSCALL(renameat, 4, old_dir, old, new_dir, new);
}
int remove(const char* path) {
    long result = INTERNAL_SYSCALL(unlink, 1, path);
    if (result == -EISDIR) result = INTERNAL_SYSCALL(rmdir, 1, path);
    return (int)__syscall_result(result);
}

mode_t umask(mode_t mask) { return (mode_t)INTERNAL_SYSCALL(umask, 1, mask); }
int chmod(const char* path, mode_t mode) { return (int)INLINE_SYSCALL(chmod, 2, path, mode); }
int fchmod(int fd, mode_t mode) { return (int)INLINE_SYSCALL(fchmod, 2, fd, mode); }
int fchmodat(int directory, const char* path, mode_t mode, int flags) {
    if (flags) {
        errno = flags == AT_SYMLINK_NOFOLLOW ? EOPNOTSUPP : EINVAL;
        return -1;
    }
    return (int)INLINE_SYSCALL(fchmodat, 3, directory, path, mode);
}
int mkdir(const char* path, mode_t mode) { return (int)INLINE_SYSCALL(mkdir, 2, path, mode); }
int mkdirat(int directory, const char* path, mode_t mode) {
    return (int)INLINE_SYSCALL(mkdirat, 3, directory, path, mode);
}
int mknodat(int directory, const char* path, mode_t mode, dev_t device) {
    return (int)INLINE_SYSCALL(mknodat, 4, directory, path, mode, (unsigned)device);
}
int mknod(const char* path, mode_t mode, dev_t device) {
    return mknodat(AT_FDCWD, path, mode, device);
}
int mkfifo(const char* path, mode_t mode) { return mknod(path, mode | S_IFIFO, 0); }
int mkfifoat(int directory, const char* path, mode_t mode) {
    return mknodat(directory, path, mode | S_IFIFO, 0);
}
