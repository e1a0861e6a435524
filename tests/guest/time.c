// Clocks, sleeping, interval timers.
#include "test.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t)) return -1;
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void test_clocks(void) {
    static const clockid_t clocks[] = {CLOCK_REALTIME,        CLOCK_MONOTONIC,
                                       CLOCK_MONOTONIC_RAW,   CLOCK_BOOTTIME,
                                       CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE};
    for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        long long a = now_ns(clocks[i]), b = now_ns(clocks[i]);
        CHECK(a >= 0 && b >= a);
    }
    CHECK_ERRNO(clock_gettime(77, &(struct timespec){0}), EINVAL);
    CHECK(now_ns(CLOCK_REALTIME) > 1500000000LL * 1000000000LL);
    struct timeval tv;
    CHECK_EQ(gettimeofday(&tv, NULL), 0);
    CHECK(tv.tv_sec - time(NULL) <= 1 && time(NULL) - tv.tv_sec <= 1);
    struct timespec resolution = {0};
    CHECK_EQ(clock_getres(CLOCK_MONOTONIC, &resolution), 0);
    CHECK_EQ(resolution.tv_nsec, 1);
}

static void test_sleep(void) {
    struct timespec span = {0, 30000000}, bad = {0, 1000000000}, at;
    long long before = now_ns(CLOCK_MONOTONIC);
    CHECK_EQ(nanosleep(&span, NULL), 0);
    long long slept = now_ns(CLOCK_MONOTONIC) - before;
    CHECK(slept >= 30000000 && slept < 1000000000);
    CHECK_ERRNO(nanosleep(&bad, NULL), EINVAL);
    clock_gettime(CLOCK_MONOTONIC, &at);
    CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL), 0); // already past
    CHECK_EQ(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &span, NULL), EINVAL);
}

static volatile int ticks;
static void tick(int signal) {
    (void)signal;
    ticks++;
}

static void test_timers(void) {
    struct itimerval timer = {{0, 10000}, {0, 10000}}, old;
    signal(SIGALRM, tick);
    CHECK_EQ(setitimer(ITIMER_REAL, &timer, NULL), 0);
    while (ticks < 3) pause();
    CHECK_EQ(getitimer(ITIMER_REAL, &old), 0);
    CHECK_EQ(old.it_interval.tv_usec, 10000);
    CHECK(old.it_value.tv_usec > 0 && old.it_value.tv_usec <= 10000);
    memset(&timer, 0, sizeof timer);
    CHECK_EQ(setitimer(ITIMER_REAL, &timer, NULL), 0);
    CHECK_EQ(alarm(100), 0);
    CHECK_EQ(alarm(0), 100);
    timer.it_value.tv_usec = 1000000;
    CHECK_ERRNO(setitimer(ITIMER_REAL, &timer, NULL), EINVAL);
    CHECK_ERRNO(setitimer(9, &timer, NULL), EINVAL);
    timer.it_value.tv_usec = 20000;
    ticks = 0;
    signal(SIGVTALRM, tick);
    CHECK_EQ(setitimer(ITIMER_VIRTUAL, &timer, NULL), 0);
    while (!ticks) {
    } // uses up its own time
    CHECK_EQ(ticks, 1);
}

static void test_cpu_time(void) {
    long long before = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    usleep(50000);
    long long idle = now_ns(CLOCK_PROCESS_CPUTIME_ID) - before;
    CHECK(idle >= 0 && idle < 45000000); // sleeping costs none
    struct rusage usage;
    CHECK_EQ(getrusage(RUSAGE_SELF, &usage), 0);
    CHECK(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec + usage.ru_utime.tv_sec > 0);
    CHECK(times(&(struct tms){0}) != (clock_t)-1);
}

int main(void) {
    test_clocks();
    test_sleep();
    test_timers();
    test_cpu_time();
    return test_end();
}
