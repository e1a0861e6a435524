// Runs a program and says how long it took.
#include "user/lib/user.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "time PROGRAM [ARGUMENT...]\n");
    if (argc < 2) die_usage();
    struct timespec start, end;
    struct rusage used;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t pid = fork();
    if (pid < 0) die_errno("fork");
    if (!pid) {
        execvp(argv[1], argv + 1);
        warn_errno(argv[1]);
        _exit(errno == ENOENT ? 127 : 126);
    }
    while (wait4(pid, &status, 0, &used) < 0 && errno == EINTR) {
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    long long wall = (end.tv_sec - start.tv_sec) * 1000000LL + (end.tv_nsec - start.tv_nsec) / 1000;
    long long times[] = {wall, used.ru_utime.tv_sec * 1000000LL + used.ru_utime.tv_usec,
                         used.ru_stime.tv_sec * 1000000LL + used.ru_stime.tv_usec};
    static const char* const names[] = {"real", "user", "sys"};
    for (int i = 0; i < 3; i++) {
        fprintf(stderr, "%-4s %lld.%06lld s\n", names[i], times[i] / 1000000, times[i] % 1000000);
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
