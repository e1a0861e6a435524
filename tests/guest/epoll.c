// epoll, eventfd and timerfd.
#include "tests/guest/test.h"
#include <fcntl.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int set;
static struct epoll_event out[8];

static int control(int operation, int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    return epoll_ctl(set, operation, fd, &event);
}
static int ready(int timeout) { return epoll_wait(set, out, 8, timeout); }

static void test_triggers(void) {
    int p[2];
    char c;
    CHECK_EQ(pipe(p), 0);
    CHECK_EQ(control(EPOLL_CTL_ADD, p[0], EPOLLIN), 0);
    CHECK_ERRNO(control(EPOLL_CTL_ADD, p[0], EPOLLIN), EEXIST);
    CHECK_EQ(ready(0), 0);
    CHECK_EQ(ready(20), 0);
    CHECK_EQ(write(p[1], "ab", 2), 2);
    CHECK_EQ(ready(-1), 1);
    CHECK_EQ(out[0].events, EPOLLIN);
    CHECK_EQ(out[0].data.fd, p[0]);
    CHECK_EQ(ready(0), 1);
    CHECK_EQ(control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET), 0);
    CHECK_EQ(ready(0), 1);
    CHECK_EQ(ready(0), 0);
    CHECK_EQ(write(p[1], "c", 1), 1);
    CHECK_EQ(ready(0), 1);
    CHECK_EQ(control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT), 0);
    CHECK_EQ(ready(0), 1);
    CHECK_EQ(write(p[1], "d", 1), 1);
    CHECK_EQ(ready(0), 0);
    CHECK_EQ(control(EPOLL_CTL_MOD, p[0], EPOLLIN), 0);
    pid_t child = fork();
    if (child == 0) {
        usleep(20000);
        _exit(write(p[1], "e", 1) != 1);
    }
    while (read(p[0], &c, 1) == 1 && c != 'd') {
    }
    CHECK_EQ(ready(5000), 1);
    waitpid(child, NULL, 0);
    close(p[1]);
    CHECK_EQ(ready(0), 1);
    CHECK_EQ(out[0].events, EPOLLIN | EPOLLHUP);
    close(p[0]);
    CHECK_EQ(ready(0), 0); // a closed file leaves
}

static void test_errors(void) {
    int file = open("/proc/self/exe", O_RDONLY), inner = epoll_create1(EPOLL_CLOEXEC);
    CHECK_ERRNO(control(EPOLL_CTL_ADD, file, EPOLLIN), EPERM);
    CHECK_ERRNO(control(EPOLL_CTL_ADD, 999, EPOLLIN), EBADF);
    CHECK_ERRNO(control(EPOLL_CTL_ADD, set, EPOLLIN), EINVAL);
    CHECK_ERRNO(control(EPOLL_CTL_DEL, inner, 0), ENOENT);
    CHECK_ERRNO(epoll_wait(set, out, 0, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(0, out, 8, 0), EINVAL);
    CHECK_ERRNO(epoll_create(0), EINVAL);
    CHECK_ERRNO(epoll_create1(1), EINVAL);
    CHECK_EQ(control(EPOLL_CTL_ADD, inner, EPOLLIN), 0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = set};
    CHECK_ERRNO(epoll_ctl(inner, EPOLL_CTL_ADD, set, &event), ELOOP);
    int counter = eventfd(1, 0);
    CHECK_EQ(epoll_ctl(inner, EPOLL_CTL_ADD, counter, &event), 0);
    CHECK_EQ(ready(0), 1);
    CHECK_EQ(out[0].data.fd, inner);
    close(counter);
    CHECK_EQ(ready(0), 0);
    close(inner);
    close(file);
}

// A wake-up would take each of the ways from a file to a set, and sets of sets make many of them.
static void test_too_many_paths(void) {
    int counter = eventfd(0, 0), inner[25], outer, added = 0;
    struct epoll_event event = {.events = EPOLLIN};
    for (int i = 0; i < 25; i++) {
        inner[i] = epoll_create1(0);
        CHECK_EQ(epoll_ctl(inner[i], EPOLL_CTL_ADD, counter, &event), 0);
    }
    for (int i = 0; i < 20; i++) {
        outer = epoll_create1(0);
        for (int k = 0; k < 25; k++) added += !epoll_ctl(outer, EPOLL_CTL_ADD, inner[k], &event);
    }
    CHECK_EQ(added, 500);
    outer = epoll_create1(0);
    CHECK_ERRNO(epoll_ctl(outer, EPOLL_CTL_ADD, inner[0], &event), EINVAL);
    // The same from below: sets first, then what they watch.
    CHECK_EQ(epoll_ctl(inner[0], EPOLL_CTL_DEL, counter, NULL), 0);
    CHECK_EQ(epoll_ctl(outer, EPOLL_CTL_ADD, inner[0], &event), 0);
    CHECK_ERRNO(epoll_ctl(inner[0], EPOLL_CTL_ADD, counter, &event), EINVAL);
    CHECK_EQ(epoll_ctl(outer, EPOLL_CTL_DEL, inner[0], NULL), 0);
    CHECK_EQ(epoll_ctl(inner[0], EPOLL_CTL_ADD, counter, &event), 0);
    close_range(counter, outer, 0);
}

static void test_eventfd(void) {
    uint64_t value = 3;
    int fd = eventfd(2, EFD_NONBLOCK);
    CHECK_EQ(write(fd, &value, 8), 8);
    CHECK_EQ(read(fd, &value, 8), 8);
    CHECK_EQ(value, 5);
    CHECK_ERRNO(read(fd, &value, 8), EAGAIN);
    CHECK_ERRNO(read(fd, &value, 7), EINVAL);
    value = UINT64_MAX;
    CHECK_ERRNO(write(fd, &value, 8), EINVAL);
    value = UINT64_MAX - 1;
    CHECK_EQ(write(fd, &value, 8), 8);
    value = 1;
    CHECK_ERRNO(write(fd, &value, 8), EAGAIN);
    close(fd);
    fd = eventfd(2, EFD_SEMAPHORE);
    CHECK_EQ(read(fd, &value, 8), 8);
    CHECK_EQ(value, 1);
    close(fd);
}

static void test_timerfd(void) {
    uint64_t ticks = 0;
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec setting = {{0, 10000000}, {0, 20000000}}, now;
    CHECK_ERRNO(read(fd, &ticks, 8), EAGAIN);
    CHECK_EQ(timerfd_settime(fd, 0, &setting, NULL), 0);
    CHECK_EQ(timerfd_gettime(fd, &now), 0);
    CHECK(now.it_value.tv_nsec > 0 && now.it_interval.tv_nsec == 10000000);
    CHECK_EQ(control(EPOLL_CTL_ADD, fd, EPOLLIN), 0);
    CHECK_EQ(ready(5000), 1);
    usleep(50000);
    CHECK_EQ(read(fd, &ticks, 8), 8);
    CHECK(ticks >= 4);
    setting.it_value.tv_nsec = 1000000000;
    CHECK_ERRNO(timerfd_settime(fd, 0, &setting, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_timerfd_settime, fd, 8, 8, NULL), EFAULT);
    CHECK_ERRNO(timerfd_create(99, 0), EINVAL);
    close(fd);
}

static void test_many(void) {
    enum { count = 70 };
    int set = epoll_create1(0);
    int ends[count][2];
    for (int i = 0; i < count; i++) {
        CHECK_EQ(pipe(ends[i]), 0);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, ends[i][0], &event), 0);
        CHECK_EQ(write(ends[i][1], "x", 1), 1);
    }
    struct epoll_event got[2 * count];
    CHECK_EQ(epoll_wait(set, got, 2 * count, 0), count);
    CHECK_EQ(epoll_wait(set, got, 50, 0), 50);
    char seen[count] = {0};
    CHECK_EQ(epoll_wait(set, got, count, -1), count);
    for (int i = 0; i < count; i++) seen[got[i].data.u32]++;
    for (int i = 0; i < count; i++) CHECK_EQ(seen[i], 1);
    for (int i = 0; i < count; i++) close(ends[i][0]), close(ends[i][1]);
    close(set);
}

int main(void) {
    set = epoll_create1(0);
    CHECK(set >= 0);
    test_triggers();
    test_errors();
    test_too_many_paths();
    test_eventfd();
    test_timerfd();
    close(set);
    test_many();
    return test_end();
}
