// Regular files: open's flags, offsets, holes, truncation, times, owners, bad pointers and lengths.
#include "tests/guest/test.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static char* volatile bad = (char*)16; // never mapped
static volatile int too_many = 1025, negative_count = -1;

static void test_open(void) {
    CHECK_ERRNO(open("none", O_RDONLY), ENOENT);
    int fd = open("f", O_RDWR | O_CREAT | O_EXCL, 0666);
    CHECK(fd >= 0);
    CHECK_ERRNO(open("f", O_RDWR | O_CREAT | O_EXCL, 0666), EEXIST);
    CHECK_ERRNO(open("f/", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(open("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_ERRNO(open("", O_RDONLY), ENOENT);
    CHECK_ERRNO(open(bad, O_RDONLY), EFAULT);
    CHECK_ERRNO(open(".", O_RDWR), EISDIR);
    CHECK_ERRNO(open("new/", O_RDWR | O_CREAT, 0600), EISDIR);
    CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
    CHECK_EQ(write(fd, "hello", 5), 5);
    struct stat st;
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_mode, S_IFREG | 0644);
    CHECK_EQ(st.st_size, 5);
    CHECK_EQ(st.st_nlink, 1);
    CHECK_EQ(close(fd), 0);
    CHECK_ERRNO(close(fd), EBADF);
    CHECK_ERRNO(read(fd, bad, 1), EBADF);
    fd = open("f", O_WRONLY | O_TRUNC);
    char c;
    CHECK_ERRNO(read(fd, &c, 1), EBADF);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_size, 0);
    close(fd);
    int path = open("f", O_PATH);
    CHECK_EQ(fstat(path, &st), 0);
    CHECK_ERRNO(read(path, &c, 1), EBADF);
    CHECK_ERRNO(fchmod(path, 0600), EBADF);
    close(path);
    int unnamed = open(".", O_TMPFILE | O_RDWR, 0600);
    CHECK(unnamed >= 0);
    CHECK_EQ(fstat(unnamed, &st), 0);
    CHECK_EQ(st.st_nlink, 0);
    close(unnamed);
    unlink("f");
}

static void test_offsets(void) {
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char text[16] = "";
    CHECK_EQ(pwrite(fd, "0123456789", 10, 0), 10);
    CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
    CHECK_EQ(pread(fd, text, 4, 8), 2);
    CHECK_EQ(pread(fd, text, 4, 100), 0);
    CHECK_ERRNO(pread(fd, text, 4, -1), EINVAL);
    CHECK_EQ(lseek(fd, -3, SEEK_END), 7);
    CHECK_EQ(read(fd, text, 16), 3);
    CHECK_EQ(memcmp(text, "789", 3), 0);
    CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_ERRNO(lseek(fd, 0, 99), EINVAL);
    CHECK_EQ(lseek(fd, 100, SEEK_SET), 100);
    CHECK_EQ(read(fd, text, 1), 0);
    CHECK_ERRNO(read(fd, bad, 0) == 0 ? (errno = EFAULT, -1) : 0, EFAULT); // nothing to copy
    lseek(fd, 0, SEEK_SET);
    CHECK_ERRNO(read(fd, bad, 5), EFAULT);
    CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
    CHECK_ERRNO(write(fd, bad, 5), EFAULT);
    struct iovec parts[3] = {{text, 2}, {text + 5, 0}, {text + 8, 3}};
    CHECK_EQ(readv(fd, parts, 3), 5);
    CHECK_EQ(memcmp(text, "01", 2) | memcmp(text + 8, "234", 3), 0);
    CHECK_ERRNO(readv(fd, parts, too_many), EINVAL);
    CHECK_ERRNO(readv(fd, parts, negative_count), EINVAL);
    struct iovec negative = {text, (size_t)-1};
    CHECK_ERRNO(readv(fd, &negative, 1), EINVAL);
    CHECK_EQ(preadv(fd, parts, 1, 6), 2);
    CHECK_EQ(memcmp(text, "67", 2), 0);
    CHECK_EQ(pwritev(fd, parts, 1, 0), 2);
    int appending = open("f", O_WRONLY | O_APPEND);
    CHECK_EQ(write(appending, "ab", 2), 2);
    CHECK_EQ(lseek(appending, 0, SEEK_CUR), 12);
    close(appending);
    close(fd);
    unlink("f");
}

static void test_holes(void) {
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char page[4096];
    struct stat st;
    CHECK_EQ(ftruncate(fd, 1 << 20), 0);
    CHECK_EQ(pwrite(fd, "x", 1, (1 << 20) + 5), 1);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_size, (1 << 20) + 6);
    CHECK(st.st_blocks < 64);
    CHECK_EQ(pread(fd, page, sizeof page, 4096), 4096);
    int zeros = 1;
    for (unsigned i = 0; i < sizeof page; i++) zeros &= page[i] == 0;
    CHECK(zeros);
    CHECK_EQ(ftruncate(fd, 3), 0);
    CHECK_EQ(pread(fd, page, sizeof page, 0), 3);
    CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
    CHECK_ERRNO(truncate("none", 0), ENOENT);
    CHECK_ERRNO(truncate(".", 0), EISDIR);
    CHECK_EQ(truncate("f", 10), 0);
    CHECK_EQ(posix_fallocate(fd, 0, 8192), 0);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_size, 8192);
    close(fd);
    unlink("f");
}

static void test_unlinked(void) {
    int fd = open("f", O_RDWR | O_CREAT, 0600);
    CHECK_EQ(write(fd, "kept", 4), 4);
    CHECK_EQ(unlink("f"), 0);
    char text[4];
    CHECK_EQ(pread(fd, text, 4, 0), 4);
    struct stat st;
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_nlink, 0);
    close(fd);
}

static void test_attributes(void) {
    int fd = open("f", O_RDWR | O_CREAT, 0600);
    struct stat st;
    CHECK_EQ(chmod("f", 0751), 0);
    CHECK_EQ(stat("f", &st), 0);
    CHECK_EQ(st.st_mode, S_IFREG | 0751);
    CHECK_EQ(fchmod(fd, 0600), 0);
    struct timespec times[2] = {{1000, 5}, {2000, 7}};
    CHECK_EQ(utimensat(AT_FDCWD, "f", times, 0), 0);
    CHECK_EQ(stat("f", &st), 0);
    CHECK_EQ(st.st_atim.tv_sec, 1000);
    CHECK_EQ(st.st_mtim.tv_sec, 2000);
    CHECK_EQ(st.st_mtim.tv_nsec, 7);
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_nsec = UTIME_NOW;
    CHECK_EQ(futimens(fd, times), 0);
    CHECK_EQ(stat("f", &st), 0);
    CHECK_EQ(st.st_atim.tv_sec, 1000);
    CHECK(st.st_mtim.tv_sec > 2000);
    times[1].tv_nsec = 1000000000;
    CHECK_ERRNO(utimensat(AT_FDCWD, "f", times, 0), EINVAL);
    CHECK_EQ(access("f", R_OK | W_OK), 0);
    CHECK_ERRNO(access("f", X_OK), EACCES);
    CHECK_ERRNO(access("none", F_OK), ENOENT);
    CHECK_ERRNO(access("f", 64), EINVAL);
    const mode_t old = umask(077);
    CHECK_EQ(umask(old), 077);
    struct statfs fs;
    CHECK_EQ(statfs(".", &fs), 0);
    CHECK(fs.f_bsize > 0);
    CHECK_ERRNO(statfs("none", &fs), ENOENT);
    CHECK_ERRNO(syscall(SYS_fstat, fd, bad), EFAULT);
    CHECK_EQ(fsync(fd), 0);
    close(fd);
    unlink("f");
}

static void test_between_files(void) {
    int in = open("in", O_RDWR | O_CREAT | O_TRUNC, 0600);
    int out = open("out", O_RDWR | O_CREAT | O_TRUNC, 0600);
    static char block[10000], copy[10000];
    for (unsigned i = 0; i < sizeof block; i++) block[i] = (char)(i * 31 >> 3);
    CHECK_EQ(write(in, block, sizeof block), sizeof block);
    off_t from = 100;
    size_t sent = 0;
    while (sent < 9000) {
        ssize_t n = sendfile(out, in, &from, 9000 - sent);
        if (n <= 0) break;
        sent += (size_t)n;
    }
    CHECK_EQ(sent, 9000);
    CHECK_EQ(from, 9100);
    CHECK_EQ(pread(out, copy, sizeof copy, 0), 9000);
    CHECK_EQ(memcmp(copy, block + 100, 9000), 0);
    CHECK_EQ(sendfile(out, in, &from, 1000), 900);
    CHECK_EQ(sendfile(out, in, &from, 1000), 0);
    void* mapped = mmap(NULL, 8192, PROT_READ, MAP_SHARED, in, 0);
    CHECK(mapped != MAP_FAILED);
    CHECK_EQ(memcmp(mapped, block, 8192), 0);
    CHECK_EQ(pwrite(in, "changed", 7, 4090), 7);
    CHECK_EQ(memcmp((char*)mapped + 4090, "changed", 7), 0);
    munmap(mapped, 8192);
    close(in);
    close(out);
    unlink("in");
    unlink("out");
}

static void test_devices(void) {
    char text[64];
    int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);
    int full = open("/dev/full", O_RDWR), random = open("/dev/urandom", O_RDONLY);
    CHECK_EQ(read(null, text, 10), 0);
    CHECK_EQ(write(null, text, 10), 10);
    memset(text, 1, sizeof text);
    CHECK_EQ(read(zero, text, 64), 64);
    CHECK_EQ(text[0] | text[63], 0);
    CHECK_ERRNO(write(full, text, 1), ENOSPC);
    CHECK_EQ(read(random, text, 64), 64);
    int different = 0;
    for (int i = 1; i < 64; i++) different |= text[i] != text[0];
    CHECK(different);
    struct stat st;
    CHECK_EQ(stat("/dev/null", &st), 0);
    CHECK(S_ISCHR(st.st_mode));
    CHECK_EQ(st.st_rdev, 0x103);
    close(null), close(zero), close(full), close(random);
}

int main(void) {
    char directory[] = "/tmp/files.XXXXXX";
    umask(022);
    CHECK(mkdtemp(directory) && chdir(directory) == 0);
    test_open();
    test_offsets();
    test_holes();
    test_unlinked();
    test_attributes();
    test_between_files();
    test_devices();
    CHECK_EQ(chdir("/"), 0);
    CHECK_EQ(rmdir(directory), 0);
    return test_end();
}
