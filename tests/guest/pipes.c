// Pipes and FIFOs: order, blocking, ends of file, SIGPIPE, sizes, splice and tee.
#include "tests/guest/test.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char block[200000];
static int* volatile bad = (int*)16; // never mapped

static void test_basics(void) {
    int p[2];
    CHECK_EQ(pipe(p), 0);
    CHECK_ERRNO(pipe(bad), EFAULT);
    CHECK_ERRNO(pipe2(p, 0x10000000), EINVAL);
    CHECK_EQ(write(p[1], "hello", 5), 5);
    int waiting = 0;
    CHECK_EQ(ioctl(p[0], FIONREAD, &waiting), 0);
    CHECK_EQ(waiting, 5);
    CHECK_EQ(read(p[0], block, 3), 3);
    CHECK_EQ(read(p[0], block, 10), 2);
    CHECK_ERRNO(lseek(p[0], 0, SEEK_SET), ESPIPE);
    CHECK_ERRNO(pread(p[0], block, 1, 0), ESPIPE);
    CHECK_ERRNO(write(p[0], "x", 1), EBADF);
    CHECK_ERRNO(read(p[1], block, 1), EBADF);
    struct stat st;
    CHECK_EQ(fstat(p[0], &st), 0);
    CHECK(S_ISFIFO(st.st_mode));
    CHECK_EQ(write(p[1], "end", 3), 3);
    close(p[1]);
    CHECK_EQ(read(p[0], block, 10), 3);
    CHECK_EQ(read(p[0], block, 10), 0);
    close(p[0]);
}

static void test_broken(void) {
    int p[2];
    CHECK_EQ(pipe(p), 0);
    close(p[0]);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERRNO(write(p[1], "x", 1), EPIPE);
    signal(SIGPIPE, SIG_DFL);
    pid_t child = fork();
    if (child == 0) {
        (void)!write(p[1], "x", 1);
        _exit(0);
    }
    int status = 0;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
    close(p[1]);
}

static void test_full(void) {
    int p[2];
    CHECK_EQ(pipe2(p, O_NONBLOCK), 0);
    CHECK_ERRNO(read(p[0], block, 1), EAGAIN);
    CHECK_EQ(fcntl(p[1], F_GETPIPE_SZ), 65536);
    CHECK_EQ(write(p[1], block, 200000), 65536);
    CHECK_ERRNO(write(p[1], block, 1), EAGAIN);
    CHECK_EQ(read(p[0], block, 4096), 4096);
    CHECK_EQ(write(p[1], block, 4096), 4096);
    CHECK_ERRNO(fcntl(p[1], F_SETPIPE_SZ, 4096), EBUSY);
    CHECK_EQ(read(p[0], block, 200000), 65536);
    CHECK_EQ(fcntl(p[1], F_SETPIPE_SZ, 5000), 8192);
    CHECK_EQ(write(p[1], block, 200000), 8192);
    struct pollfd watched = {p[1], POLLOUT, 0};
    CHECK_EQ(poll(&watched, 1, 0), 0);
    close(p[0]);
    CHECK_EQ(poll(&watched, 1, 0), 1);
    CHECK(watched.revents & POLLERR);
    close(p[1]);
}

// A megabyte in odd pieces from one process to another.
static void test_stream(void) {
    int p[2];
    CHECK_EQ(pipe(p), 0);
    pid_t child = fork();
    if (child == 0) {
        close(p[0]);
        unsigned value = 0, size = 1;
        for (unsigned sent = 0; sent < 1 << 20;) {
            unsigned n = size % 9000 + 1;
            if (n > (1 << 20) - sent) n = (1 << 20) - sent;
            for (unsigned i = 0; i < n; i++) block[i] = (char)(value++ * 7 >> 2);
            if (write(p[1], block, n) != (ssize_t)n) _exit(1);
            sent += n;
            size = size * 1103515245 + 12345;
        }
        _exit(0);
    }
    close(p[1]);
    unsigned value = 0, wrong = 0, got = 0;
    for (ssize_t n; (n = read(p[0], block, 7777)) > 0; got += (unsigned)n)
        for (ssize_t i = 0; i < n; i++) wrong += block[i] != (char)(value++ * 7 >> 2);
    CHECK_EQ(got, 1 << 20);
    CHECK_EQ(wrong, 0);
    int status;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    close(p[0]);
}

static void test_fifo(void) {
    char name[] = "/tmp/fifo.XXXXXX";
    CHECK(mkdtemp(name) && chdir(name) == 0);
    CHECK_EQ(mkfifo("p", 0600), 0);
    CHECK_ERRNO(mkfifo("p", 0600), EEXIST);
    CHECK_ERRNO(open("p", O_WRONLY | O_NONBLOCK), ENXIO);
    pid_t child = fork();
    if (child == 0) {
        int fd = open("p", O_WRONLY);
        _exit(write(fd, "hello", 5) != 5);
    }
    int fd = open("p", O_RDONLY);
    CHECK_EQ(read(fd, block, 10), 5);
    CHECK_EQ(read(fd, block, 10), 0);
    int status;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    close(fd);
    fd = open("p", O_RDWR);
    CHECK_EQ(write(fd, "self", 4), 4);
    CHECK_EQ(read(fd, block, 10), 4);
    close(fd);
    CHECK_EQ(unlink("p") | chdir("/") | rmdir(name), 0);
}

static void test_splice(void) {
    int a[2], b[2];
    CHECK_EQ(pipe(a) | pipe(b), 0);
    CHECK_EQ(write(a[1], "splice", 6), 6);
    CHECK_EQ(tee(a[0], b[1], 100, 0), 6);
    CHECK_EQ(read(b[0], block, 100), 6);
    CHECK_EQ(splice(a[0], NULL, b[1], NULL, 4, 0), 4);
    CHECK_EQ(read(b[0], block, 100), 4);
    CHECK_EQ(memcmp(block, "spli", 4), 0);
    CHECK_EQ(read(a[0], block, 100), 2);
    int null = open("/dev/null", O_RDWR);
    CHECK_ERRNO(splice(null, NULL, null, NULL, 4, 0), EINVAL);
    CHECK_ERRNO(splice(a[0], NULL, b[1], NULL, 4, SPLICE_F_NONBLOCK), EAGAIN);
    close(null), close(a[0]), close(a[1]), close(b[0]), close(b[1]);
}

int main(void) {
    test_basics();
    test_broken();
    test_full();
    test_stream();
    test_fifo();
    test_splice();
    return test_end();
}
