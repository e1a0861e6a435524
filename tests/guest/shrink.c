// Files that change under those who use them: mappings of a file that shrinks, programs that run.
#include "tests/guest/test.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

static sigjmp_buf back;
static volatile int caught;
static void on_bus(int signal) {
    caught = signal;
    siglongjmp(back, 1);
}

// The signal that reading the byte gives, 0 for none.
static int touch(volatile char* at) {
    caught = 0;
    if (!sigsetjmp(back, 1)) (void)*at;
    return caught;
}

static void test_truncate(int flags) {
    int fd = open("shrink.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char page[PAGE];
    memset(page, 'x', PAGE);
    for (int i = 0; i < 4; i++) CHECK_EQ(write(fd, page, PAGE), PAGE);
    char* map = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, flags, fd, 0);
    CHECK(map != MAP_FAILED);
    for (int i = 0; i < 4; i++) CHECK_EQ(map[i * PAGE], 'x');
    map[3 * PAGE] = 'y'; // of a private mapping: a copy, which goes too
    CHECK_EQ(ftruncate(fd, PAGE + 100), 0);
    CHECK_EQ(touch(map), 0);
    CHECK_EQ(touch(map + PAGE), 0);
    CHECK_EQ(map[PAGE + 99], 'x');
    CHECK_EQ(map[PAGE + 100], 0);
    CHECK_EQ(touch(map + 2 * PAGE), SIGBUS);
    CHECK_EQ(touch(map + 3 * PAGE), SIGBUS);
    CHECK_EQ(ftruncate(fd, 4 * PAGE), 0);
    CHECK_EQ(touch(map + 3 * PAGE), 0);
    CHECK_EQ(map[3 * PAGE], 0);
    pid_t child = fork(); // another process shrinks it
    if (child == 0) _exit(truncate("shrink.tmp", 0) != 0);
    int status = -1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    CHECK_EQ(touch(map), SIGBUS);
    munmap(map, 4 * PAGE);
    close(fd);
    unlink("shrink.tmp");
}

static void copy_program(const char* to) {
    char block[4096];
    int in = open("/proc/self/exe", O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    for (ssize_t n; (n = read(in, block, sizeof block)) > 0;) CHECK_EQ(write(out, block, n), n);
    close(in);
    close(out);
}

static void test_busy_text(void) {
    copy_program("busy.tmp");
    int ends[2];
    char byte;
    CHECK_EQ(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execl("./busy.tmp", "busy.tmp", "wait", NULL);
        _exit(127);
    }
    close(ends[1]);
    CHECK_EQ(read(ends[0], &byte, 1), 1);
    CHECK_ERRNO(open("busy.tmp", O_WRONLY), ETXTBSY);
    CHECK_ERRNO(open("busy.tmp", O_RDWR | O_TRUNC), ETXTBSY);
    CHECK_ERRNO(truncate("busy.tmp", 0), ETXTBSY);
    int fd = open("busy.tmp", O_RDONLY);
    CHECK(fd >= 0);
    close(fd);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    fd = open("busy.tmp", O_WRONLY);
    CHECK(fd >= 0);
    child = fork();
    if (child == 0) {
        execl("./busy.tmp", "busy.tmp", "wait", NULL);
        _exit(errno == ETXTBSY ? 3 : 4);
    }
    int status;
    waitpid(child, &status, 0);
    CHECK_EQ(WEXITSTATUS(status), 3);
    close(fd);
    close(ends[0]);
    unlink("busy.tmp");
}

int main(int argc, char** argv) {
    if (argc > 1 && strcmp(argv[1], "wait") == 0) {
        if (write(1, "r", 1) == 1) pause();
        return 0;
    }
    struct sigaction action = {.sa_handler = on_bus};
    sigaction(SIGBUS, &action, NULL);
    test_truncate(MAP_SHARED);
    test_truncate(MAP_PRIVATE);
    test_busy_text();
    return test_end();
}
