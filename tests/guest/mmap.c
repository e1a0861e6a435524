// Memory: mappings anonymous and of files, protection, moving, the break, errors.
#include "test.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
static const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

// Whether a byte can be read (or written), without touching it from user code.
static int can_read(const void* p) {
    static int null = -1;
    if (null < 0) null = open("/tmp", O_RDONLY);
    int ends[2], ok;
    if (pipe(ends)) return -1;
    ok = write(ends[1], p, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return ok;
}

static void test_anonymous(void) {
    char* p = mmap(NULL, 10 * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
    CHECK(p != MAP_FAILED);
    int zeros = 0;
    for (int i = 0; i < 10 * PAGE; i++) zeros += p[i] == 0;
    CHECK_EQ(zeros, 10 * PAGE);
    memset(p, 1, 10 * PAGE);
    CHECK_EQ(munmap(p + 3 * PAGE, 2 * PAGE), 0); // a hole in the middle
    CHECK_EQ(can_read(p + 3 * PAGE), 0);
    CHECK_EQ(p[2 * PAGE] + p[5 * PAGE], 2);
    CHECK_EQ(munmap(p, 10 * PAGE), 0);
    CHECK_EQ(munmap(p, 10 * PAGE), 0); // nothing there is no error
    CHECK_ERRNO(munmap(p + 1, PAGE), EINVAL);
    CHECK_ERRNO(munmap(p, 0), EINVAL);
    CHECK_ERRNO(mmap(NULL, 0, PROT_READ, anonymous, -1, 0), EINVAL);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0), EINVAL);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0), EBADF);
    CHECK_ERRNO(mmap(NULL, (size_t)-1 - PAGE, PROT_READ, anonymous, -1, 0), ENOMEM);
}

static void test_fixed(void) {
    char* p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
    p[PAGE] = 5;
    CHECK(mmap(p + PAGE, PAGE, PROT_READ, anonymous | MAP_FIXED, -1, 0) == p + PAGE);
    CHECK_EQ(p[PAGE], 0);
    CHECK_ERRNO(mmap(p, PAGE, PROT_READ, anonymous | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
    CHECK_ERRNO(mmap(p + 1, PAGE, PROT_READ, anonymous | MAP_FIXED, -1, 0), EINVAL);
    munmap(p, 4 * PAGE);
    CHECK(mmap(p, PAGE, PROT_READ, anonymous | MAP_FIXED_NOREPLACE, -1, 0) == p);
    munmap(p, PAGE);
}

static void test_protect(void) {
    char* p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
    memset(p, 7, 3 * PAGE);
    CHECK_EQ(mprotect(p + PAGE, PAGE, PROT_NONE), 0);
    CHECK_EQ(can_read(p + PAGE), 0);
    CHECK_EQ(can_read(p), 1);
    CHECK_EQ(mprotect(p + PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
    CHECK_EQ(p[PAGE], 7); // the page was kept
    p[PAGE] = 8;
    munmap(p + PAGE, PAGE);
    CHECK_ERRNO(mprotect(p, 3 * PAGE, PROT_READ), ENOMEM);
    CHECK_ERRNO(syscall(SYS_mprotect, p + 1, PAGE, PROT_READ), EINVAL); // musl would align it
    munmap(p, 3 * PAGE);
}

static int make_file(size_t bytes) {
    int fd = open("/tmp/mmap-test-file", O_CREAT | O_TRUNC | O_RDWR, 0600);
    for (size_t i = 0; i < bytes; i++) {
        char c = (char)('a' + i / PAGE);
        if (write(fd, &c, 1) != 1) return -1;
    }
    return fd;
}

static void test_files(void) {
    int fd = make_file(2 * PAGE + 10);
    char* shared = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char* private = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    char c = 0;
    CHECK_EQ(shared[PAGE], 'b');
    CHECK_EQ(shared[2 * PAGE + 10], 0); // behind the end, on the last page
    shared[5] = 'S';
    CHECK_EQ(pread(fd, &c, 1, 5), 1);
    CHECK_EQ(c, 'S');
    private[6] = 'P';
    CHECK_EQ(pread(fd, &c, 1, 6), 1);
    CHECK_EQ(c, 'a');
    CHECK_EQ(pwrite(fd, "W", 1, PAGE + 7), 1);
    CHECK_EQ(shared[PAGE + 7], 'W');
    CHECK_EQ(msync(shared, 3 * PAGE, MS_SYNC), 0);
    CHECK_ERRNO(msync(shared, PAGE, MS_SYNC | MS_ASYNC), EINVAL);
    close(fd);
    CHECK_EQ(shared[5], 'S'); // the mapping keeps the file
    munmap(shared, 3 * PAGE);
    CHECK_ERRNO(msync(shared, PAGE, MS_SYNC), ENOMEM);
    munmap(private, 3 * PAGE);
    fd = open("/tmp/mmap-test-file", O_RDONLY);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, fd, 0), EACCES);
    char* readonly = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    CHECK_ERRNO(mprotect(readonly, PAGE, PROT_READ | PROT_WRITE), EACCES);
    munmap(readonly, PAGE);
    close(fd);
    unlink("/tmp/mmap-test-file");
}

static void test_remap(void) {
    char* p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
    for (int i = 0; i < 4; i++) p[i * PAGE] = (char)(i + 1);
    CHECK(mremap(p, 4 * PAGE, 2 * PAGE, 0) == p);
    CHECK_EQ(can_read(p + 2 * PAGE), 0);
    char* q = mremap(p, 2 * PAGE, 100 * PAGE, MREMAP_MAYMOVE);
    CHECK(q != MAP_FAILED);
    CHECK_EQ(q[0] * 10 + q[PAGE], 12);
    CHECK_EQ(q[99 * PAGE], 0);
    char* place = mmap(NULL, 100 * PAGE, PROT_NONE, anonymous, -1, 0);
    CHECK(mremap(q, 100 * PAGE, 100 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);
    CHECK_EQ(place[PAGE], 2);
    CHECK_EQ(can_read(q), 0);
    CHECK_ERRNO(mremap(place + 1, PAGE, PAGE, 0), EINVAL);
    CHECK_ERRNO(mremap(q, PAGE, 2 * PAGE, 0), EFAULT);
    CHECK_ERRNO(mremap(place, PAGE, 0, 0), EINVAL);
    munmap(place, 100 * PAGE);
}

static void test_advice(void) {
    char* p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
    memset(p, 3, 4 * PAGE);
    CHECK_EQ(madvise(p + PAGE, PAGE, MADV_DONTNEED), 0);
    CHECK_EQ(p[PAGE], 0);
    CHECK_EQ(p[2 * PAGE], 3);
    CHECK_ERRNO(madvise(p, PAGE, 12345), EINVAL);
    unsigned char there[4];
    CHECK_EQ(mincore(p, 4 * PAGE, there), 0);
    CHECK_EQ(there[2] & 1, 1);
    CHECK_EQ(mlock(p, PAGE), 0);
    CHECK_EQ(munlock(p, PAGE), 0);
    munmap(p, 4 * PAGE);
    CHECK_ERRNO(madvise(p, PAGE, MADV_DONTNEED), ENOMEM);
}

// By the raw call: musl's sbrk only asks.
static void test_break(void) {
    char* start = (char*)syscall(SYS_brk, 0);
    CHECK((char*)syscall(SYS_brk, start + 3 * PAGE) == start + 3 * PAGE);
    memset(start, 4, 3 * PAGE);
    CHECK((char*)syscall(SYS_brk, start) == start);
    CHECK((char*)syscall(SYS_brk, start + 3 * PAGE) == start + 3 * PAGE);
    CHECK_EQ(start[2 * PAGE], 0); // fresh again
    CHECK((char*)syscall(SYS_brk, start) == start);
    CHECK((char*)syscall(SYS_brk, 8) == start); // nonsense changes nothing
}

static void test_many(void) {
    char* places[300];
    for (int i = 0; i < 300; i++) {
        places[i] = mmap(NULL, PAGE, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE, anonymous, -1, 0);
        if (!(i % 2)) *places[i] = (char)i;
    }
    int right = 0;
    for (int i = 0; i < 300; i++) right += *places[i] == (i % 2 ? 0 : (char)i);
    CHECK_EQ(right, 300);
    for (int i = 0; i < 300; i++) munmap(places[(i * 7) % 300], PAGE);
}

static long file_number(const char* path) {
    char line[64] = "";
    int fd = open(path, O_RDONLY);
    if (fd < 0 || read(fd, line, sizeof line - 1) < 0) line[0] = 0;
    close(fd);
    return atol(line);
}

// Root of the whole machine: of a user namespace that maps all ids, or where there is none.
static int is_root(void) {
    char line[64] = "";
    int fd = open("/proc/self/uid_map", O_RDONLY);
    if (fd >= 0 && read(fd, line, sizeof line - 1) < 0) return 0;
    close(fd);
    return geteuid() == 0 && (fd < 0 || strstr(line, "4294967295"));
}

static void try_low(int root) {
    char* least = (char*)file_number("/proc/sys/vm/mmap_min_addr");
    CHECK(least >= (char*)PAGE);
    const int fixed = anonymous | MAP_FIXED, rights = PROT_READ | PROT_WRITE;
    char* elsewhere = mmap(NULL, PAGE, rights, anonymous, -1, 0);
    *elsewhere = 7;
    CHECK(mmap(least, PAGE, rights, fixed, -1, 0) == least);
    CHECK_EQ(munmap(least, PAGE), 0);
    CHECK(mmap(least - PAGE / 2, PAGE, rights, anonymous, -1, 0) >= (void*)least); // a hint
    munmap(least, PAGE);
    if (!root) {
        CHECK_ERRNO(mmap(NULL, PAGE, rights, fixed, -1, 0), EPERM);
        CHECK_ERRNO(mmap(least - PAGE, PAGE, rights, fixed, -1, 0), EPERM);
        CHECK_ERRNO(mremap(elsewhere, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, NULL), EPERM);
    } else {
        CHECK(mmap(NULL, PAGE, rights, fixed, -1, 0) == NULL);
        CHECK_EQ(can_read(NULL), 1);
        CHECK_ERRNO(mmap(NULL, PAGE, rights, anonymous | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
        CHECK(mremap(elsewhere, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, NULL) == NULL);
        char* volatile null = NULL;
        CHECK_EQ(*null, 7);
        CHECK_EQ(munmap(NULL, PAGE), 0);
        CHECK_EQ(can_read(NULL), 0);
    }
}

// vm.mmap_min_addr: the lowest pages are root's.
static void test_low(void) {
    if (is_root()) try_low(1);
    int status = 1;
    fflush(stdout);
    if (fork() == 0) {
        if (geteuid() == 0 && setuid(65534) < 0) _exit(9);
        try_low(0);
        fflush(stdout);
        _exit(test_failed != 0);
    }
    wait(&status);
    CHECK_EQ(status, 0);
}

static int deep(int n) {
    volatile char room[1000];
    room[0] = (char)n;
    return n ? deep(n - 1) + (room[0] == (char)n) : 0;
}

int main(void) {
    test_anonymous();
    test_fixed();
    test_protect();
    test_files();
    test_remap();
    test_advice();
    test_break();
    test_many();
    test_low();
    CHECK_EQ(deep(4000), 4000); // the stack grows
    return test_end();
}
