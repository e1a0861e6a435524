// User and system time told apart: times(2), getrusage(2), /proc/self/stat, /proc/stat.
#include "tests/guest/test.h"
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Of the processor, not of the wall: others use it too.
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}
static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

static volatile unsigned sink;
static void compute(double span) {
    for (double end = now() + span; now() < end;)
        for (int i = 0; i < 100000; i++) sink += i;
}
static void call(double span) {
    static char page[65536];
    int ends[2];
    if (pipe(ends)) return;
    for (double end = now() + span; now() < end;)
        for (int i = 0; i < 100; i++)
            if (write(ends[1], page, 60000) != 60000 || read(ends[0], page, 60000) != 60000) return;
    close(ends[0]);
    close(ends[1]);
}

// The share of user time that the work takes, in percent.
static int user_share(void (*work)(double)) {
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    work(0.4);
    getrusage(RUSAGE_SELF, &after);
    double user = seconds(after.ru_utime) - seconds(before.ru_utime);
    double system = seconds(after.ru_stime) - seconds(before.ru_stime);
    return user + system > 0 ? (int)(100 * user / (user + system)) : -1;
}

static void read_stat(const char* path, unsigned long* first, unsigned long* second, int skip) {
    char line[1024];
    FILE* f = fopen(path, "r");
    if (!f || !fgets(line, sizeof line, f)) line[0] = 0;
    if (f) fclose(f);
    char* at = strrchr(line, ')');
    at = at ? at + 1 : line + 3;
    *first = *second = 0;
    for (int i = 0; i < skip; i++) at = strchr(at + 1, ' ') ? strchr(at + 1, ' ') : at;
    sscanf(at, "%lu %lu", first, second);
}

int main(void) {
    CHECK(user_share(compute) > 80);
    CHECK(user_share(call) < 60);
    struct tms t;
    times(&t);
    CHECK(t.tms_utime > 10 && t.tms_stime > 5);
    unsigned long user, system;
    read_stat("/proc/self/stat", &user, &system, 11);
    CHECK(user > 10 && system > 5);
    pid_t child = fork();
    if (child == 0) {
        compute(0.3);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    struct rusage children;
    getrusage(RUSAGE_CHILDREN, &children);
    CHECK(seconds(children.ru_utime) > 0.1);
    CHECK(seconds(children.ru_utime) > seconds(children.ru_stime));
    times(&t);
    CHECK(t.tms_cutime > 10);
    return test_end();
}
