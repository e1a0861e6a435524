// Start, thread-local storage, sorting, jumps, signals, streams, processes, environment.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static __thread int small = 7;
static __thread char aligned[100] __attribute__((aligned(64))) = "aligned";
static __thread long zeroed[40];
static __thread struct { char bytes[256]; } __attribute__((aligned(256))) wide;

static void thread_local_storage(void) {
    CHECK(small == 7 && !strcmp(aligned, "aligned") && zeroed[39] == 0);
    CHECK((uintptr_t)aligned % 64 == 0 && (uintptr_t)&wide % 256 == 0);
    errno = 5;
    CHECK(close(-1) == -1 && errno == EBADF);
}

static int by_value(const void* a, const void* b) {
    int x = *(const int*)a, y = *(const int*)b;
    return (x > y) - (x < y);
}

static void sorting(void) {
    for (int count = 0; count < 300; count += 7) {
        int numbers[300], sorted = 1;
        for (int i = 0; i < count; i++) numbers[i] = (int)(next_random() % 100);
        qsort(numbers, (size_t)count, sizeof *numbers, by_value);
        for (int i = 1; i < count; i++) sorted &= numbers[i - 1] <= numbers[i];
        CHECK(sorted);
        for (int key = 0; key < 100; key += 9) {
            int there = 0;
            for (int i = 0; i < count; i++) there |= numbers[i] == key;
            int* found = bsearch(&key, numbers, (size_t)count, sizeof *numbers, by_value);
            CHECK(!!found == there && (!found || *found == key));
        }
    }
}

static volatile int caught;
static sigjmp_buf back;
static void note(int signal) { caught = signal; }
static void note_more(int signal, siginfo_t* information, void* context) {
    caught = signal * 1000 + (information->si_pid == getpid()) + 2 * (context != 0);
}
static void jump(int signal) { siglongjmp(back, signal); }

static void signals(void) {
    signal(SIGUSR1, note);
    raise(SIGUSR1);
    CHECK(caught == SIGUSR1);
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_sigaction = note_more;
    CHECK(sigaction(SIGUSR2, &action, 0) == 0);
    kill(getpid(), SIGUSR2);
    CHECK(caught == SIGUSR2 * 1000 + 3);
    signal(SIGSEGV, jump);
    int value = sigsetjmp(back, 1);
    if (value == 0) *(volatile int*)16 = 1;
    CHECK(value == SIGSEGV);
    sigset_t now;
    sigprocmask(SIG_BLOCK, 0, &now);
    CHECK(sigismember(&now, SIGSEGV) == 0);
    signal(SIGSEGV, SIG_DFL);
    jmp_buf plain;
    volatile int count = 0;
    if (setjmp(plain) < 3) count++, longjmp(plain, count);
    CHECK(count == 3);
    signal(SIGALRM, note);
    siginterrupt(SIGALRM, 1);
    ualarm(20000, 0);
    errno = 0;
    struct timespec second = {1, 0};
    CHECK(nanosleep(&second, &second) == -1 && errno == EINTR && second.tv_nsec > 500000000);
}

static void streams(void) {
    char path[] = "/tmp/libc-test-XXXXXX", line[64];
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    FILE* file = fdopen(fd, "w+");
    for (int i = 0; i < 5000; i++) fprintf(file, "line %d\n", i);
    CHECK(ftell(file) == 48890);
    rewind(file);
    int good = 1, number;
    for (int i = 0; i < 5000; i++)
        good &=
            fgets(line, sizeof line, file) && sscanf(line, "line %d", &number) == 1 && number == i;
    CHECK(good && !fgets(line, sizeof line, file) && feof(file));
    CHECK(fseek(file, 9, SEEK_SET) == 0 && getc(file) == 'n' && ungetc('X', file) == 'X' &&
          ftell(file) == 9);
    CHECK(getc(file) == 'X' && getc(file) == 'e' && fseek(file, -1, SEEK_CUR) == 0 &&
          getc(file) == 'e');
    CHECK(fseek(file, 0, SEEK_CUR) == 0 && fputs("!!", file) >= 0 && fflush(file) == 0);
    CHECK(fseek(file, 10, SEEK_SET) == 0 && fread(line, 1, 6, file) == 6 &&
          !memcmp(line, "e!!\nli", 6));
    struct stat status;
    CHECK(fstat(fd, &status) == 0 && status.st_size == 48890 && S_ISREG(status.st_mode));
    fclose(file);
    CHECK(unlink(path) == 0 && access(path, F_OK) == -1 && errno == ENOENT);
    errno = 0;
    CHECK(snprintf(line, sizeof line, "x%2147483647d", 1) == -1 && errno == EOVERFLOW);
    errno = 0;
    CHECK(snprintf(line, sizeof line, "%.*f", INT_MAX, 1.0) == -1 && errno == EOVERFLOW);
    file = popen("echo from a shell; exit 3", "r");
    CHECK(file && fgets(line, sizeof line, file) && !strcmp(line, "from a shell\n"));
    CHECK(WEXITSTATUS(pclose(file)) == 3);
    CHECK(!popen("true", "rw") && errno == EINVAL);
    CHECK(WEXITSTATUS(system("exit 7")) == 7);
    char* text;
    size_t length;
    file = open_memstream(&text, &length);
    fprintf(file, "%s %d", "grows", 12345);
    fclose(file);
    CHECK(length == 11 && !strcmp(text, "grows 12345"));
    free(text);
    file = open_memstream(&text, &length);
    CHECK(fputs("hello", file) >= 0 && fseek(file, 1, SEEK_SET) == 0 && fputc('u', file) == 'u');
    CHECK(fclose(file) == 0 && length == 2 && !strcmp(text, "hullo")); // to where it was written
    free(text);
    strcpy(line, "in front");
    file = fmemopen(line, sizeof line, "a");
    CHECK(ftell(file) == 8 && fputs(", behind", file) >= 0 && fclose(file) == 0);
    CHECK(!strcmp(line, "in front, behind"));
}

static void processes(void) {
    int ends[2], status;
    CHECK(pipe(ends) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        execlp("echo", "echo", "through", "the", "pipe", (char*)0);
        _exit(1);
    }
    close(ends[1]);
    char text[64] = "";
    CHECK(read(ends[0], text, sizeof text - 1) == 17 && !strcmp(text, "through the pipe\n"));
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(execlp("no-such-program-here", "x", (char*)0) == -1 && errno == ENOENT);
    CHECK(setenv("PLUMB", "one", 1) == 0 && !strcmp(getenv("PLUMB"), "one"));
    CHECK(setenv("PLUMB", "two", 0) == 0 && !strcmp(getenv("PLUMB"), "one"));
    CHECK(unsetenv("PLUMB") == 0 && !getenv("PLUMB") && setenv("A=B", "x", 1) == -1 &&
          errno == EINVAL);
    char real[4096];
    CHECK(realpath("/tmp/../tmp/./../dev//", real) && !strcmp(real, "/dev"));
    CHECK(!realpath("/no/such", real) && errno == ENOENT);
}

int main(int argc, char** argv) {
    CHECK(argc == 1 && argv[0] && !argv[1]);
    thread_local_storage();
    sorting();
    signals();
    streams();
    processes();
    return report();
}
