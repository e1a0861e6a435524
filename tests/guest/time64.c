// The *_time64 calls of i386: behind the nanoseconds lies padding, which may hold anything and
// counts for nothing (clock_nanosleep(2), Linux's get_timespec64). A 64-bit program has none.
#include "test.h"

#include <time.h>

#ifdef __i386__
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct time64 {
    int64_t seconds;
    int32_t nanoseconds;
    uint32_t padding;
};
struct setting64 {
    struct time64 interval, value;
};

static struct time64 millisecond(void) { return (struct time64){0, 1000000, 0xdeadbeef}; }

static void test_waits(void) {
    struct time64 t = millisecond();
    CHECK_EQ(syscall(SYS_ppoll_time64, 0, 0, &t, 0, 8), 0);
    CHECK_EQ(t.padding, 0); // what is left is written back whole
    CHECK_EQ(t.nanoseconds, 0);
    t = millisecond();
    CHECK_EQ(syscall(SYS_pselect6_time64, 0, 0, 0, 0, &t, 0), 0);
    CHECK_EQ(t.padding, 0);
    t = millisecond();
    CHECK_EQ(syscall(SYS_clock_nanosleep_time64, CLOCK_MONOTONIC, 0, &t, 0), 0);
    int word = 0;
    CHECK_ERRNO(syscall(SYS_futex_time64, &word, 0, 0, &t, 0, 0), ETIMEDOUT);
    uint64_t signals = 1u << (SIGUSR1 - 1);
    CHECK_ERRNO(syscall(SYS_rt_sigtimedwait_time64, &signals, 0, &t, 8), EAGAIN);
    int set = epoll_create1(0);
    struct epoll_event event;
    CHECK_EQ(syscall(SYS_epoll_pwait2, set, &event, 1, &t, 0, 0), 0);
    CHECK_EQ(t.padding, 0xdeadbeef);
    close(set);
}

static void test_timers(void) {
    struct setting64 in = {millisecond(), {1000, 5, 0xffffffff}}, out;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    CHECK_EQ(syscall(SYS_timerfd_settime64, fd, 0, &in, 0), 0);
    memset(&out, 0xff, sizeof out);
    CHECK_EQ(syscall(SYS_timerfd_settime64, fd, 0, &in, &out), 0);
    CHECK_EQ(out.interval.nanoseconds, 1000000);
    CHECK_EQ(out.interval.padding | out.value.padding, 0);
    close(fd);
    int id;
    struct sigevent none = {.sigev_notify = SIGEV_NONE};
    CHECK_EQ(syscall(SYS_timer_create, CLOCK_MONOTONIC, &none, &id), 0);
    CHECK_EQ(syscall(SYS_timer_settime64, id, 0, &in, 0), 0);
    memset(&out, 0xff, sizeof out);
    CHECK_EQ(syscall(SYS_timer_settime64, id, 0, &in, &out), 0);
    CHECK_EQ(out.interval.nanoseconds, 1000000);
    CHECK_EQ(out.interval.padding | out.value.padding, 0);
    CHECK_EQ(syscall(SYS_timer_delete, id), 0);
}

static void test_file_times(void) {
    struct time64 times[2] = {{1000, 7, 0x12345678}, {2000, 9, 0x87654321}};
    int fd = open("time64.tmp", O_CREAT | O_RDWR, 0600);
    CHECK_EQ(syscall(SYS_utimensat_time64, AT_FDCWD, "time64.tmp", times, 0), 0);
    struct stat status;
    CHECK_EQ(fstat(fd, &status), 0);
    CHECK_EQ(status.st_atim.tv_sec, 1000);
    CHECK_EQ(status.st_mtim.tv_nsec, 9);
    CHECK_EQ(unlink("time64.tmp"), 0);
    close(fd);
}

static void test_what_is_no_time(void) {
    struct time64 bad = {0, 1000000000, 0}, early = {-1, 0, 0};
    CHECK_ERRNO(syscall(SYS_ppoll_time64, 0, 0, &bad, 0, 8), EINVAL);
    CHECK_ERRNO(syscall(SYS_clock_nanosleep_time64, CLOCK_MONOTONIC, 0, &early, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_clock_settime64, CLOCK_REALTIME, &bad), EINVAL);
}

int main(void) {
    test_waits();
    test_timers();
    test_file_times();
    test_what_is_no_time();
    return test_end();
}
#else
int main(void) {
    struct timespec wrong = {0, 1L << 32};
    CHECK_ERRNO(nanosleep(&wrong, 0), EINVAL);
    return test_end();
}
#endif
