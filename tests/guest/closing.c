// A descriptor closed by another thread in mid-call: the call keeps its file until it is done, as
// on Linux. Lengths and offsets beyond sense.
#include "tests/guest/test.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int victim;
static long (*volatile call)(void);
static volatile long result;
static volatile int error, finished;

static long call_read(void) {
    char byte;
    return read(victim, &byte, 1);
}
static long call_write(void) {
    static char block[1 << 20];
    return write(victim, block, sizeof block);
}
static long call_poll(void) {
    struct pollfd watch = {victim, POLLIN, 0};
    long ready = poll(&watch, 1, 2000);
    return ready == 1 ? watch.revents : -100 - ready;
}
static long call_recv(void) {
    char byte;
    return recv(victim, &byte, 1, 0);
}
static long call_accept(void) {
    int fd = accept(victim, NULL, NULL);
    if (fd >= 0) close(fd);
    return fd >= 0 ? 0 : -1;
}

static void* run(void* unused) {
    (void)unused;
    errno = 0;
    result = call();
    error = errno;
    finished = 1;
    return NULL;
}

static pthread_t begin(long (*what)(void), int fd) {
    pthread_t thread;
    call = what;
    victim = fd;
    finished = 0;
    pthread_create(&thread, NULL, run, NULL);
    usleep(30000);
    CHECK_EQ(finished, 0); // it waits
    return thread;
}

static void test_pipe(void) {
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    pthread_t thread = begin(call_read, ends[0]);
    close(ends[0]);
    usleep(30000);
    CHECK_EQ(finished, 0); // closing doesn't wake it
    CHECK_EQ(write(ends[1], "x", 1), 1);
    pthread_join(thread, NULL);
    CHECK_EQ(result, 1);
    CHECK_ERRNO(write(ends[1], "x", 1), EPIPE); // the last reader has gone
    close(ends[1]);

    CHECK_EQ(pipe(ends), 0);
    thread = begin(call_write, ends[1]);
    close(ends[1]);
    char block[4096];
    long got = 0;
    for (ssize_t n; (n = read(ends[0], block, sizeof block)) > 0;) got += n;
    pthread_join(thread, NULL);
    CHECK_EQ(result, 1 << 20);
    CHECK_EQ(got, 1 << 20);
    close(ends[0]);

    CHECK_EQ(pipe(ends), 0);
    thread = begin(call_poll, ends[0]);
    close(ends[0]);
    CHECK_EQ(write(ends[1], "x", 1), 1);
    pthread_join(thread, NULL);
    CHECK_EQ(result, POLLNVAL); // poll looks at the number again
    close(ends[1]);
}

static void test_socket(void) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof to;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(bind(listener, (struct sockaddr*)&to, sizeof to), 0);
    CHECK_EQ(listen(listener, 5), 0);
    CHECK_EQ(getsockname(listener, (struct sockaddr*)&to, &length), 0);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(connect(client, (struct sockaddr*)&to, sizeof to), 0);
    int served = accept(listener, NULL, NULL);
    pthread_t thread = begin(call_recv, client);
    close(client);
    usleep(30000);
    CHECK_EQ(finished, 0);
    CHECK_EQ(send(served, "x", 1, 0), 1);
    pthread_join(thread, NULL);
    CHECK_EQ(result, 1);
    char byte;
    CHECK_EQ(recv(served, &byte, 1, 0), 0); // and then it was closed
    close(served);

    thread = begin(call_accept, listener);
    close(listener);
    client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(connect(client, (struct sockaddr*)&to, sizeof to), 0);
    pthread_join(thread, NULL);
    CHECK_EQ(result, 0);
    close(client);
    client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERRNO(connect(client, (struct sockaddr*)&to, sizeof to), ECONNREFUSED);
    close(client);
}

// By the raw calls: a library or a compiler may have its own opinion of these sizes.
static void test_lengths(void) {
    int fd = open("length.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
    int zero = open("/dev/zero", O_RDWR), null = open("/dev/null", O_RDWR);
    static char byte[4096];
    CHECK_EQ(write(fd, "x", 1), 1);
#ifdef __x86_64__
    CHECK_ERRNO(syscall(SYS_read, fd, byte, -1L), EFAULT);
    CHECK_ERRNO(syscall(SYS_write, fd, byte, LONG_MIN), EFAULT);
#endif
    CHECK_ERRNO(pread(fd, byte, 1, -1), EINVAL);
    CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
    CHECK_ERRNO(fallocate(fd, 0, -1, 1), EINVAL);
    CHECK_ERRNO(fallocate(fd, 0, 0, 0), EINVAL);
    struct iovec many[2] = {{byte, (size_t)SSIZE_MAX}, {byte, (size_t)SSIZE_MAX}};
    CHECK_ERRNO(readv(fd, many, -1), EINVAL);
    CHECK_ERRNO(readv(fd, many, 1025), EINVAL);
    struct iovec negative = {byte, (size_t)-1};
    CHECK_ERRNO(writev(fd, &negative, 1), EINVAL);
#ifdef __x86_64__
    // 2 GiB less a page is the most that a call moves.
    char* big =
        mmap(NULL, 3UL << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(big != MAP_FAILED);
    CHECK_EQ(write(null, big, 3UL << 30), 3UL << 30 > 0x7ffff000 ? 0x7ffff000 : 0);
    munmap(big, 3UL << 30);
#endif
    CHECK_ERRNO(mmap(NULL, (size_t)-4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ENOMEM);
    CHECK_ERRNO(munmap(byte + 1, 1), EINVAL);
    CHECK_ERRNO(munmap((void*)(uintptr_t)4096, (size_t)-4096), EINVAL);
    close(fd);
    close(zero);
    close(null);
    unlink("length.tmp");
}

// One mapping over parts of others, many times; what isn't covered keeps its contents.
static void test_overlaps(void) {
    enum { pages = 64, page = 4096 };
    unsigned char* base =
        mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char want[pages] = {0};
    unsigned seed = 1;
    int wrong = 0;
    for (int i = 0; i < 2000; i++) {
        seed = seed * 1103515245 + 12345;
        int first = (seed >> 8) % pages, count = 1 + (seed >> 16) % (pages - first);
        void* got = mmap(base + first * page, count * page, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        wrong += got != base + first * page;
        memset(want + first, 0, count);
        want[first] = base[first * page] = (unsigned char)(i | 1);
        if (i % 3 == 0) wrong += mprotect(base + first * page, page, PROT_READ) != 0;
        if (i % 3 == 0) wrong += mprotect(base + first * page, page, PROT_READ | PROT_WRITE) != 0;
        for (int k = 0; k < pages; k++) wrong += base[k * page] != want[k];
    }
    CHECK_EQ(wrong, 0);
    munmap(base, pages * page);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    test_pipe();
    test_socket();
    test_lengths();
    test_overlaps();
    return test_end();
}
