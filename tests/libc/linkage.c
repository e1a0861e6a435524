// A program's own definition of a weak symbol wins, while libc's strong one stays in reach.
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

ssize_t send(int fd, const void* data, size_t length, int flags) {
    (void)fd, (void)data, (void)flags;
    return (ssize_t)length + 1000;
}

static int called;
ssize_t read(int fd, void* buffer, size_t length) {
    (void)fd, (void)buffer, (void)length;
    return ++called, -1;
}
int open(const char* path, int flags, ...) {
    (void)path, (void)flags;
    return ++called, -1;
}
int close(int fd) {
    (void)fd;
    return ++called, -1;
}

static int run_before_main;
__attribute__((constructor)) static void construct(void) { run_before_main = 1; }

int main(void) {
    CHECK(run_before_main);
    CHECK(send(-1, "x", 1, 0) == 1001);
    CHECK(__send(-1, "x", 1, 0) == -1 && errno == EBADF);
    errno = 0;
    CHECK(__socket(-1, 0, 0) == -1 && errno == EAFNOSUPPORT);
    char line[16];
    FILE* file = fopen("/dev/zero", "r");
    CHECK(file && fread(line, 1, sizeof line, file) == sizeof line && fclose(file) == 0);
    CHECK(called == 0 && close(0) == -1 && called == 1);
    return report();
}
