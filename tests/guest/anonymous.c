// What has no name has attributes all the same: fchmod, fchown, futimens, flock, record locks and
// fstatfs on pipes and sockets.
#include "test.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static void test_attributes(int fd, int other, int type, int mode, long magic) {
    struct stat status;
    struct statfs space;
    CHECK_EQ(fstat(fd, &status), 0);
    CHECK_EQ(status.st_mode, type | mode);
    CHECK_EQ(status.st_nlink, 1);
    CHECK_EQ(status.st_uid, geteuid());
    CHECK_EQ(status.st_size, 0);
    CHECK_EQ(status.st_blksize, 4096);
    ino_t number = status.st_ino;
    CHECK_EQ(fchmod(fd, 0123), 0);
    CHECK_EQ(fstat(fd, &status), 0);
    CHECK_EQ(status.st_mode, type | 0123);
    CHECK_EQ(status.st_ino, number);
    if (other >= 0) {
        CHECK_EQ(fstat(other, &status), 0);
        CHECK_EQ(status.st_mode, type | 0123); // the same inode
    }
    CHECK_EQ(fchown(fd, geteuid(), getegid()), 0);
    CHECK_EQ(fchown(fd, -1, -1), 0);
    struct timespec times[2] = {{1000, 5}, {2000, 7}};
    CHECK_EQ(futimens(fd, times), 0);
    CHECK_EQ(fstat(fd, &status), 0);
    CHECK_EQ(status.st_atime, 1000);
    CHECK_EQ(status.st_mtime, 2000);
    CHECK_EQ(status.st_mtim.tv_nsec, 7);
    CHECK_EQ(fstatfs(fd, &space), 0);
    CHECK_EQ(space.f_type, magic);
    CHECK_EQ(space.f_bsize, 4096);
    CHECK_EQ(space.f_blocks, 0);
    CHECK_EQ(space.f_namelen, 255);
}

static void test_locks(int fd) {
    CHECK_EQ(flock(fd, LOCK_EX), 0);
    CHECK_EQ(flock(fd, LOCK_SH | LOCK_NB), 0);
    CHECK_EQ(flock(fd, LOCK_UN), 0);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    CHECK_EQ(fcntl(fd, F_GETLK, &lock), 0);
    CHECK_EQ(lock.l_type, F_UNLCK);
    CHECK_ERRNO(fcntl(fd, F_GETLK, (void*)8), EFAULT);
    CHECK_ERRNO(ftruncate(fd, 0), EINVAL);
    CHECK_ERRNO(fsync(fd), EINVAL);
    CHECK_ERRNO(fchdir(fd), ENOTDIR);
    CHECK_ERRNO(lseek(fd, 0, SEEK_CUR), ESPIPE);
}

int main(void) {
    int ends[2], pair[2];
    CHECK_EQ(pipe(ends), 0);
    test_attributes(ends[0], ends[1], S_IFIFO, 0600, 0x50495045);
    test_locks(ends[0]);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    test_attributes(s, -1, S_IFSOCK, 0777, 0x534f434b);
    test_locks(s);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    test_attributes(pair[0], -1, S_IFSOCK, 0777, 0x534f434b);
    test_locks(pair[1]);
    return test_end();
}
