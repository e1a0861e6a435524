// execve: arguments, environment, auxiliary vector, close-on-exec, scripts, malformed files.
#include "test.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char self[PATH_MAX];

// Runs this program again with `argv`; its wait status.
static int run(const char* path, char* const argv[], char* const envp[]) {
    pid_t child = fork();
    int status = -1;
    if (child == 0) {
        execve(path, argv, envp);
        _exit(100 + errno % 100);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void put_file(const char* path, const void* data, size_t bytes, int mode) {
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0700);
    CHECK(fd >= 0);
    CHECK_EQ(write(fd, data, bytes), bytes);
    fchmod(fd, mode);
    close(fd);
}

// What the program does when it is run by the test.
static int as_child(int argc, char** argv) {
    if (!strcmp(argv[1], "arguments"))
        return argc == 4 && !strcmp(argv[2], "") && !strcmp(argv[3], "two words") &&
               getenv("ONE") && !strcmp(getenv("ONE"), "1") && !getenv("PATH");
    if (!strcmp(argv[1], "descriptors"))
        return fcntl(atoi(argv[2]), F_GETFD) == -1 && fcntl(atoi(argv[3]), F_GETFD) == 0;
    if (!strcmp(argv[1], "signals")) {
        struct sigaction one, two;
        sigset_t mask;
        sigaction(SIGUSR1, NULL, &one);
        sigaction(SIGUSR2, NULL, &two);
        sigprocmask(SIG_BLOCK, NULL, &mask);
        return one.sa_handler == SIG_DFL && two.sa_handler == SIG_IGN && sigismember(&mask, SIGHUP);
    }
    if (!strcmp(argv[1], "count")) return argc;
    return 50;
}

static void nothing(int signal) { (void)signal; }

static void test_start(void) {
    char* const argv[] = {"name", "arguments", "", "two words", NULL};
    char* const envp[] = {"ONE=1", NULL};
    CHECK_EQ(run(self, argv, envp), 1);
    CHECK_EQ(getauxval(AT_PAGESZ), 4096);
    CHECK(getauxval(AT_RANDOM) != 0);
    CHECK(getauxval(AT_PHDR) != 0);
    CHECK(getauxval(AT_ENTRY) != 0);
    CHECK_EQ(getauxval(AT_UID), getuid());
    CHECK_EQ(getauxval(AT_CLKTCK), 100);
    CHECK_EQ(getauxval(AT_SECURE), 0);
    CHECK(getauxval(AT_EXECFN) != 0);
}

static void test_kept(void) {
    char closed[12], open_[12];
    int a = open("/dev/null", O_RDONLY | O_CLOEXEC), b = open("/dev/null", O_RDONLY);
    sprintf(closed, "%d", a);
    sprintf(open_, "%d", b);
    char* const argv[] = {"name", "descriptors", closed, open_, NULL};
    char* const envp[] = {NULL};
    CHECK_EQ(run(self, argv, envp), 1);
    close(a);
    close(b);
    sigset_t mask, old;
    sigemptyset(&mask);
    sigaddset(&mask, SIGHUP);
    sigprocmask(SIG_BLOCK, &mask, &old);
    signal(SIGUSR1, nothing);
    signal(SIGUSR2, SIG_IGN);
    char* const argv2[] = {"name", "signals", NULL};
    CHECK_EQ(run(self, argv2, envp), 1);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void test_scripts(void) {
    char line[PATH_MAX + 32], path[] = "/tmp/exec-test-script";
    char* const argv[] = {"ignored", "x", "y", NULL};
    char* const envp[] = {NULL};
    int n = sprintf(line, "#!%s count\n", self);
    put_file(path, line, n, 0755);
    CHECK_EQ(run(path, argv, envp), 5); // name, "count", the path, x, y
    put_file(path, "#!/nowhere/there\n", 17, 0755);
    CHECK_EQ(run(path, argv, envp), 100 + ENOENT);
    put_file(path, "#!\n", 3, 0755);
    CHECK_EQ(run(path, argv, envp), 100 + ENOEXEC);
    n = sprintf(line, "#!%s\n", path); // itself
    put_file(path, line, n, 0755);
    CHECK_EQ(run(path, argv, envp), 100 + ELOOP);
    unlink(path);
}

static void test_malformed(void) {
    const char path[] = "/tmp/exec-test-file";
    char* const argv[] = {"name", NULL};
    char* const envp[] = {NULL};
    unsigned char header[4096];
    int fd = open(self, O_RDONLY);
    CHECK_EQ(read(fd, header, sizeof header), sizeof header);
    close(fd);
    put_file(path, "", 0, 0755);
    CHECK_EQ(run(path, argv, envp), 100 + ENOEXEC);
    put_file(path, "just text\n", 10, 0755);
    CHECK_EQ(run(path, argv, envp), 100 + ENOEXEC);
    put_file(path, header, 40, 0755);
    CHECK_EQ(run(path, argv, envp), 100 + ENOEXEC);
    header[18] ^= 0xff; // the machine
    put_file(path, header, sizeof header, 0755);
    CHECK_EQ(run(path, argv, envp), 100 + ENOEXEC);
    header[18] ^= 0xff;
    memset(header + (sizeof(long) == 8 ? 56 : 44), 0, 2); // no program headers
    put_file(path, header, sizeof header, 0755);
    CHECK_EQ(run(path, argv, envp), 100 + ENOEXEC);
    put_file(path, "text", 4, 0644);
    CHECK_EQ(run(path, argv, envp), 100 + EACCES);
    CHECK_EQ(run("/tmp", argv, envp), 100 + EACCES);
    CHECK_EQ(run("/tmp/none", argv, envp), 100 + ENOENT);
    unlink(path);
}

static void test_limits(void) {
    char* big = malloc(200 << 10);
    memset(big, 'x', 200 << 10);
    big[(200 << 10) - 1] = 0;
    char* const argv[] = {"name", big, NULL};
    char* const envp[] = {NULL};
    CHECK_EQ(run(self, argv, envp), 100 + E2BIG);
    big[100 << 10] = 0;
    char* const argv2[] = {"name", "count", big, NULL};
    CHECK_EQ(run(self, argv2, envp), 3);
    CHECK_EQ(run(self, (char* const*)16, envp), 100 + EFAULT);
    free(big);
}

int main(int argc, char** argv) {
    if (argc > 1) return as_child(argc, argv);
    CHECK(realpath((const char*)getauxval(AT_EXECFN), self) != NULL);
    test_start();
    test_kept();
    test_scripts();
    test_malformed();
    test_limits();
    return test_end();
}
