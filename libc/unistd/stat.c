// Status of files. x86-64's kernel fills struct stat itself; i386's older calls have 32-bit times,
// so there it comes from statx(2).
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "sysdep.h"

int statx(int directory, const char* __restrict path, int flags, unsigned mask,
          struct statx* __restrict status) {
    return (int)INLINE_SYSCALL(statx, 5, directory, path, flags, mask, status);
}

#ifdef __x86_64__
int fstatat(int directory, const char* __restrict path, struct stat* __restrict status, int flags) {
    return (int)INLINE_SYSCALL(newfstatat, 4, directory, path, status, flags);
}

int fstat(int fd, struct stat* status) { return (int)INLINE_SYSCALL(fstat, 2, fd, status); }
#else
static struct timespec time_of(struct statx_timestamp stamp) {
    return (struct timespec){stamp.tv_sec, (long)stamp.tv_nsec};
}

int fstatat(int directory, const char* __restrict path, struct stat* __restrict status, int flags) {
    struct statx found;
    if (statx(directory, path, flags, STATX_BASIC_STATS, &found) < 0) return -1;
    *status = (struct stat){
        .st_dev = makedev(found.stx_dev_major, found.stx_dev_minor),
        .st_ino = found.stx_ino,
        .st_mode = found.stx_mode,
        .st_nlink = found.stx_nlink,
        .st_uid = found.stx_uid,
        .st_gid = found.stx_gid,
        .st_rdev = makedev(found.stx_rdev_major, found.stx_rdev_minor),
        .st_size = (off_t)found.stx_size,
        .st_blksize = (blksize_t)found.stx_blksize,
        .st_blocks = (blkcnt_t)found.stx_blocks,
        .st_atim = time_of(found.stx_atime),
        .st_mtim = time_of(found.stx_mtime),
        .st_ctim = time_of(found.stx_ctime),
    };
    return 0;
}

int fstat(int fd, struct stat* status) { return fstatat(fd, "", status, AT_EMPTY_PATH); }
#endif

int stat(const char* __restrict path, struct stat* __restrict status) {
    return fstatat(AT_FDCWD, path, status, 0);
}

int lstat(const char* __restrict path, struct stat* __restrict status) {
    return fstatat(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}
