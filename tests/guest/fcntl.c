// Descriptors: dup, close-on-exec, status flags, limits, record locks and flock.
#include "tests/guest/test.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int bad_fd = -1;

static void test_dup(void) {
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
    int copy = dup(fd);
    CHECK_EQ(copy, fd + 1);
    CHECK_EQ(fcntl(copy, F_GETFD), 0);
    CHECK_EQ(dup2(fd, fd), fd);
    CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_EQ(dup2(fd, 100), 100);
    CHECK_ERRNO(dup3(fd, fd, 0), EINVAL);
    CHECK_ERRNO(dup3(fd, 101, 1), EINVAL);
    CHECK_EQ(dup3(fd, 101, O_CLOEXEC), 101);
    CHECK_EQ(fcntl(101, F_GETFD), FD_CLOEXEC);
    CHECK_EQ(fcntl(fd, F_DUPFD, 100), 102);
    CHECK_EQ(fcntl(fd, F_DUPFD_CLOEXEC, 50), 50);
    CHECK_ERRNO(fcntl(fd, F_DUPFD, -1), EINVAL);
    CHECK_ERRNO(fcntl(fd, F_DUPFD, 1 << 30), EINVAL);
    CHECK_ERRNO(dup(bad_fd), EBADF);
    CHECK_ERRNO(dup2(fd, bad_fd), EBADF);
    CHECK_ERRNO(dup2(99, 98), EBADF);
    CHECK_EQ(ioctl(fd, FIONCLEX), 0);
    CHECK_EQ(fcntl(fd, F_GETFD), 0);
    CHECK_EQ(syscall(SYS_close_range, 50, 200, 0), 0);
    CHECK_ERRNO(fcntl(101, F_GETFD), EBADF);
    CHECK_ERRNO(syscall(SYS_close_range, 5, 4, 0), EINVAL);
    CHECK_EQ(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    CHECK(fcntl(copy, F_GETFL) & O_NONBLOCK); // shared by both
    int off = 0;
    CHECK_EQ(ioctl(copy, FIONBIO, &off), 0);
    CHECK(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
    CHECK_ERRNO(fcntl(fd, 9999), EINVAL);
    CHECK_ERRNO(ioctl(fd, 0x1234), ENOTTY);
    close(fd);
    close(copy);
}

static void test_limit(void) {
    struct rlimit old, limit;
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
    limit = old;
    limit.rlim_cur = 20;
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    int first = -1, fd, count = 0;
    while ((fd = open("/dev/null", O_RDONLY)) >= 0) {
        if (first < 0) first = fd;
        count++;
    }
    CHECK_EQ(errno, EMFILE);
    CHECK(count > 0 && first + count <= 20);
    CHECK_ERRNO(dup2(first, 20), EBADF);
    close(first + 1);
    CHECK_EQ(open("/dev/null", O_RDONLY), first + 1);
    for (int i = first; i < 20; i++) close(i);
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
}

static int lock(int fd, int command, short type, off_t start, off_t length) {
    struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    int result = fcntl(fd, command, &l);
    return result < 0 ? -errno : command == F_GETLK || command == F_OFD_GETLK ? l.l_type : result;
}

// What another process sees.
static int child_sees(const char* path, short type, off_t start, off_t length) {
    pid_t child = fork();
    if (child == 0) _exit(lock(open(path, O_RDWR), F_GETLK, type, start, length));
    int status = -1;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static void test_locks(void) {
    char name[] = "/tmp/lock.XXXXXX";
    int fd = mkstemp(name);
    CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, 10, 10), 0);
    CHECK_EQ(lock(fd, F_GETLK, F_WRLCK, 0, 0), F_UNLCK); // one's own
    CHECK_EQ(child_sees(name, F_RDLCK, 15, 1), F_WRLCK);
    CHECK_EQ(child_sees(name, F_RDLCK, 20, 1), F_UNLCK);
    CHECK_EQ(lock(fd, F_SETLK, F_UNLCK, 12, 3), 0);
    CHECK_EQ(child_sees(name, F_WRLCK, 12, 3), F_UNLCK);
    CHECK_EQ(child_sees(name, F_WRLCK, 12, 4), F_WRLCK);
    CHECK_EQ(lock(fd, F_SETLK, F_RDLCK, 0, 0), 0);
    CHECK_EQ(child_sees(name, F_RDLCK, 15, 1), F_UNLCK);
    close(open(name, O_RDONLY)); // closing any descriptor of it drops them
    CHECK_EQ(child_sees(name, F_WRLCK, 0, 0), F_UNLCK);
    CHECK_EQ(lock(fd, F_SETLK, 77, 0, 0), -EINVAL);
    CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, -5, 1), -EINVAL);
    int other = open(name, O_RDWR);
    CHECK_EQ(lock(fd, F_OFD_SETLK, F_WRLCK, 0, 10), 0);
    CHECK_EQ(lock(other, F_OFD_SETLK, F_WRLCK, 5, 1), -EAGAIN);
    CHECK_EQ(lock(fd, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
    CHECK_EQ(flock(fd, LOCK_SH), 0);
    CHECK_EQ(flock(other, LOCK_SH | LOCK_NB), 0);
    CHECK_ERRNO(flock(other, LOCK_EX | LOCK_NB), EWOULDBLOCK);
    CHECK_EQ(flock(fd, LOCK_UN), 0);
    CHECK_EQ(flock(other, LOCK_EX | LOCK_NB), 0);
    CHECK_ERRNO(flock(fd, LOCK_SH | LOCK_NB), EWOULDBLOCK);
    close(other);
    CHECK_EQ(flock(fd, LOCK_EX | LOCK_NB), 0);
    CHECK_ERRNO(flock(fd, 16), EINVAL);
    close(fd);
    unlink(name);
}

int main(void) {
    test_dup();
    test_limit();
    test_locks();
    return test_end();
}
