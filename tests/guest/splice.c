// splice, tee, vmsplice and sendfile between pipes, files and sockets: what arrives, offsets, ends,
// and every refusal.
#include "test.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

static char text[200000], buffer[200000];

static int file_of(const char* name, size_t size) {
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK_EQ(write(fd, text, size), size);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void check_bytes(int fd, size_t from, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t n = read(fd, buffer + done, size - done);
        if (n <= 0) break;
        done += n;
    }
    CHECK_EQ(done, size);
    CHECK(!memcmp(buffer, text + from, done));
}

static void file_pipe_file(void) {
    int ends[2], in = file_of("in", 100000), out = file_of("out", 0);
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(splice(in, NULL, ends[1], NULL, 5000, 0), 5000);
    CHECK_EQ(lseek(in, 0, SEEK_CUR), 5000);
    loff_t place = 99990;
    CHECK_EQ(splice(in, &place, ends[1], NULL, 5000, 0), 10);
    CHECK_EQ(place, 100000);
    CHECK_EQ(splice(in, &place, ends[1], NULL, 5000, 0), 0);
    CHECK_EQ(lseek(in, 0, SEEK_CUR), 5000);
    place = 7;
    CHECK_EQ(splice(ends[0], NULL, out, &place, 5000, 0), 5000);
    CHECK_EQ(place, 5007);
    CHECK_EQ(lseek(out, 0, SEEK_CUR), 0);
    CHECK_EQ(splice(ends[0], NULL, out, NULL, 5000, 0), 10);
    lseek(out, 0, SEEK_SET);
    check_bytes(out, 99990, 7);
    lseek(out, 10, SEEK_SET);
    check_bytes(out, 3, 100);
    CHECK_ERRNO(splice(ends[0], NULL, out, NULL, 1, SPLICE_F_NONBLOCK), EAGAIN);
    close(ends[1]);
    CHECK_EQ(splice(ends[0], NULL, out, NULL, 1, 0), 0);
    close(ends[0]);
    close(in);
    close(out);
}

static void more_than_a_pipe(void) {
    int ends[2], in = file_of("in", 200000);
    CHECK_EQ(pipe(ends), 0);
    size_t moved = 0;
    ssize_t n;
    while ((n = splice(in, NULL, ends[1], NULL, 200000, SPLICE_F_NONBLOCK)) > 0) moved += n;
    CHECK_EQ(n, -1);
    CHECK_EQ(errno, EAGAIN);
    CHECK_EQ(moved, 65536);
    check_bytes(ends[0], 0, 65536);
    close(ends[0]);
    close(ends[1]);
    close(in);
}

static void pipe_to_pipe(void) {
    int a[2], b[2];
    CHECK_EQ(pipe(a), 0);
    CHECK_EQ(pipe(b), 0);
    CHECK_EQ(write(a[1], text, 3000), 3000);
    CHECK_EQ(tee(a[0], b[1], 2000, 0), 2000);
    check_bytes(b[0], 0, 2000);
    CHECK_EQ(splice(a[0], NULL, b[1], NULL, 1000, 0), 1000);
    check_bytes(b[0], 0, 1000);
    check_bytes(a[0], 1000, 2000);
    CHECK_ERRNO(tee(a[0], b[1], 1, SPLICE_F_NONBLOCK), EAGAIN);
    CHECK_ERRNO(tee(a[0], a[1], 1, 0), EINVAL);
    CHECK_ERRNO(splice(a[0], NULL, a[1], NULL, 1, 0), EINVAL);
    CHECK_EQ(tee(a[0], b[1], 0, 0), 0);
    struct iovec parts[2] = {{text, 10}, {text + 10, 20}};
    CHECK_EQ(vmsplice(a[1], parts, 2, 0), 30);
    check_bytes(a[0], 0, 30);
    CHECK_EQ(write(a[1], text, 30), 30);
    struct iovec room = {buffer, 20};
    CHECK_EQ(vmsplice(a[0], &room, 1, 0), 20);
    CHECK(!memcmp(buffer, text, 20));
    close(b[0]);
    CHECK_ERRNO(splice(a[0], NULL, b[1], NULL, 10, 0), EPIPE);
    close(a[0]);
    close(a[1]);
    close(b[1]);
}

static void sockets(int type) {
    int ends[2], pair[2], in = file_of("in", 100000);
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(socketpair(AF_UNIX, type, 0, pair), 0);
    CHECK_EQ(write(pair[0], text, 700), 700);
    CHECK_EQ(splice(pair[1], NULL, ends[1], NULL, 5000, 0), 700);
    CHECK_EQ(splice(ends[0], NULL, pair[1], NULL, 500, 0), 500);
    check_bytes(pair[0], 0, 500);
    check_bytes(ends[0], 500, 200);
    if (type == SOCK_STREAM)
        CHECK_ERRNO(splice(pair[1], NULL, ends[1], NULL, 10, SPLICE_F_NONBLOCK), EAGAIN);
    off_t place = 1000;
    CHECK_EQ(sendfile(pair[0], in, &place, 3000), 3000);
    CHECK_EQ(place, 4000);
    if (type == SOCK_STREAM) check_bytes(pair[1], 1000, 3000);
    CHECK_ERRNO(splice(pair[1], &(loff_t){0}, ends[1], NULL, 10, 0), EINVAL);
    close(pair[0]);
    if (type == SOCK_STREAM) CHECK_EQ(splice(pair[1], NULL, ends[1], NULL, 10, 0), 0);
    close(pair[1]);
    close(ends[0]);
    close(ends[1]);
    close(in);
}

static void files(void) {
    int in = file_of("in", 100000), out = file_of("out", 10), ends[2];
    off_t place = 50000;
    CHECK_EQ(sendfile(out, in, &place, 100000), 50000);
    CHECK_EQ(place, 100000);
    CHECK_EQ(lseek(out, 0, SEEK_CUR), 50000);
    CHECK_EQ(sendfile(out, in, NULL, 10), 10);
    CHECK_EQ(lseek(in, 0, SEEK_CUR), 10);
    CHECK_EQ(sendfile(out, in, &place, 10), 0);
    CHECK_EQ(sendfile(out, in, &place, 0), 0);
    lseek(out, 0, SEEK_SET);
    check_bytes(out, 50000, 50000);
    // A file that grows while it is copied to its own end.
    lseek(in, 0, SEEK_END);
    place = 0;
    CHECK_EQ(sendfile(in, in, &place, 1000), 1000);
    struct stat status;
    fstat(in, &status);
    CHECK_EQ(status.st_size, 101000);
    CHECK_EQ(pipe(ends), 0);
    place = 5;
    CHECK_EQ(sendfile(ends[1], in, &place, 100), 100);
    check_bytes(ends[0], 5, 100);
    CHECK_ERRNO(sendfile(ends[0], in, NULL, 10), EBADF);
    place = -1;
    CHECK_ERRNO(sendfile(out, in, &place, 10), EINVAL);
    CHECK_ERRNO(sendfile(out, in, (off_t*)8, 10), EFAULT);
    int append = open("out", O_WRONLY | O_APPEND);
    CHECK_ERRNO(sendfile(append, in, NULL, 10), EINVAL);
    CHECK_ERRNO(splice(in, NULL, out, NULL, 10, 0), EINVAL);
    CHECK_ERRNO(splice(in, NULL, ends[1], NULL, 10, 0x100), EINVAL);
    CHECK_ERRNO(splice(in, NULL, ends[1], &(loff_t){0}, 10, 0), ESPIPE);
    CHECK_ERRNO(splice(in, NULL, ends[0], NULL, 10, 0), EBADF);
    CHECK_ERRNO(splice(-1, NULL, ends[1], NULL, 10, 0), EBADF);
    CHECK_ERRNO(splice(in, (loff_t*)8, ends[1], NULL, 10, 0), EFAULT);
    CHECK_EQ(splice(in, NULL, ends[1], NULL, 0, 0), 0);
    loff_t from = 10, to = 60000;
    CHECK_EQ(copy_file_range(in, &from, out, &to, 500, 0), 500);
    CHECK_EQ(from, 510);
    CHECK_EQ(to, 60500);
    CHECK_ERRNO(copy_file_range(in, NULL, out, NULL, 5, 1), EINVAL);
    CHECK_ERRNO(copy_file_range(in, NULL, ends[1], NULL, 5, 0), EINVAL);
    close(append);
    close(ends[0]);
    close(ends[1]);
    close(in);
    close(out);
}

// Linux's rw_verify_area: a length is a signed number, and an end must be an offset. On i386 all
// lengths are small.
static void lengths(void) {
    const int wide = sizeof(long) == 8;
    const size_t all = (size_t)-1;
    int ends[2], others[2], in = file_of("in", 5000), out = file_of("out", 0);
    CHECK_EQ(pipe(ends) | pipe(others), 0);
    if (wide) {
        CHECK_ERRNO(sendfile(out, in, NULL, all), EINVAL);
        CHECK_ERRNO(sendfile(out, in, NULL, all / 2 + 1), EINVAL);
        CHECK_ERRNO(splice(in, NULL, ends[1], NULL, all, 0), EINVAL);
        CHECK_EQ(write(ends[1], text, 10), 10);
        CHECK_ERRNO(splice(ends[0], NULL, out, NULL, all, 0), EINVAL);
        check_bytes(ends[0], 0, 10);
    } else {
        CHECK_EQ(sendfile(out, in, NULL, all), 5000);
        lseek(in, 0, SEEK_SET);
        CHECK_EQ(splice(in, NULL, ends[1], NULL, all, 0), 5000);
        CHECK_EQ(splice(ends[0], NULL, out, NULL, all, 0), 5000);
        lseek(in, 0, SEEK_SET);
    }
    CHECK_EQ(sendfile(ends[1], in, NULL, all / 2), 5000);
    check_bytes(ends[0], 0, 5000);
    CHECK_EQ(write(ends[1], text, 10), 10);
    CHECK_EQ(tee(ends[0], others[1], all, 0), 10); // between pipes any length will do
    check_bytes(others[0], 0, 10);
    CHECK_EQ(splice(ends[0], NULL, others[1], NULL, all, 0), 10);
    check_bytes(others[0], 0, 10);
    loff_t place = 0x7ffffffffffffff0;
    CHECK_ERRNO(syscall(wide ? SYS_sendfile : 239, out, in, &place, 100), EINVAL); // sendfile64
    CHECK_ERRNO(splice(in, &place, ends[1], NULL, 100, 0), EINVAL);
    CHECK_EQ(write(ends[1], text, 10), 10);
    CHECK_ERRNO(splice(ends[0], NULL, out, &place, 100, 0), EINVAL);
    CHECK_EQ(splice(-1, NULL, -1, NULL, 0, 0x100), 0); // nothing is looked at
    CHECK_ERRNO(splice(-1, NULL, -1, NULL, 1, 0x100), EINVAL);
    if (!wide) {
        int narrow = 0x7fffffff; // the last offset of the old call
        CHECK_ERRNO(syscall(187, out, in, &narrow, 10), EOVERFLOW);
        CHECK_EQ(syscall(187, out, in, &narrow, 0), 0);
        narrow = 0x7ffffff0;
        CHECK_EQ(syscall(187, out, in, &narrow, 100), 0);
    }
    for (int i = 0; i < 2; i++) close(ends[i]), close(others[i]);
    close(in);
    close(out);
}

// What counts events, and directories, can't be spliced.
static void kinds(void) {
    int ends[2], in = file_of("in", 100), out = file_of("out", 0);
    int event = eventfd(1, 0), timer = timerfd_create(CLOCK_MONOTONIC, 0), poll = epoll_create1(0);
    int directory = open(".", O_RDONLY), path = open("in", O_PATH);
    int others[] = {event, timer, poll};
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(write(ends[1], text, 10), 10);
    for (int i = 0; i < 3; i++) {
        CHECK_ERRNO(splice(others[i], NULL, ends[1], NULL, 8, 0), EINVAL);
        CHECK_ERRNO(splice(ends[0], NULL, others[i], NULL, 8, 0), EINVAL);
        CHECK_ERRNO(sendfile(others[i], in, NULL, 8), EINVAL);
        CHECK_ERRNO(sendfile(out, others[i], NULL, 8), EINVAL);
        close(others[i]);
    }
    CHECK_ERRNO(splice(directory, NULL, ends[1], NULL, 8, 0), EINVAL);
    CHECK_ERRNO(sendfile(out, directory, NULL, 8), EINVAL);
    CHECK_ERRNO(splice(path, NULL, ends[1], NULL, 8, 0), EBADF);
    CHECK_ERRNO(sendfile(out, path, NULL, 8), EBADF);
    check_bytes(ends[0], 0, 10);
    loff_t from = -1, to = 0;
    CHECK_ERRNO(copy_file_range(in, &from, out, &to, 10, 0), EOVERFLOW);
    from = 1, to = -5;
    CHECK_ERRNO(copy_file_range(in, &from, out, &to, 10, 0), EOVERFLOW);
    CHECK_ERRNO(copy_file_range(in, NULL, directory, NULL, 10, 0), EISDIR);
    CHECK_ERRNO(copy_file_range(ends[1], NULL, out, NULL, 10, 0), EINVAL);
    CHECK_ERRNO(copy_file_range(-1, NULL, out, NULL, 10, 1), EBADF);
    CHECK_ERRNO(copy_file_range(in, (void*)8, out, NULL, 10, 1), EFAULT);
    int elsewhere = open("/proc/self/stat", O_RDONLY);
    CHECK_ERRNO(copy_file_range(elsewhere, NULL, out, NULL, 10, 0), EXDEV);
    CHECK_EQ(copy_file_range(in, NULL, out, NULL, (size_t)-1, 0), 100);
    for (int i = 0; i < 2; i++) close(ends[i]);
    close(elsewhere);
    close(directory);
    close(path);
    close(in);
    close(out);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    alarm(20);
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(i * 7 + i / 251);
    file_pipe_file();
    more_than_a_pipe();
    pipe_to_pipe();
    sockets(SOCK_STREAM);
    sockets(SOCK_DGRAM);
    files();
    lengths();
    kinds();
    unlink("in");
    unlink("out");
    return test_end();
}
