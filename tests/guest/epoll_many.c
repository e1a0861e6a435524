// What an event costs an epoll set must not depend on how many idle descriptors are in it: the time
// with 100 and with 100,000 of them. On the screen: whether it holds; the figures go to stderr
// when an argument asks for them, as two kernels never agree on those.
#include "test.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 100000, FEW = 100, ROUNDS = 1000, TRIES = 12 };

static double now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e9 + now.tv_nsec;
}

// The time of one event: written, waited for, read.
static double per_event(int ep, int active) {
    double begin = now_ns();
    for (int i = 0; i < ROUNDS; i++) {
        struct epoll_event event;
        unsigned long long one = 1;
        if (write(active, &one, sizeof one) != sizeof one || epoll_wait(ep, &event, 1, 1000) != 1 ||
            event.data.fd != active || read(active, &one, sizeof one) != sizeof one)
            return -1;
    }
    return (now_ns() - begin) / ROUNDS;
}

static int add(int ep, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
}

// A set with so many idle descriptors and an active one, the last.
static int filled(int idle, int* active) {
    int ep = epoll_create1(0);
    for (int i = 0; i <= idle; i++) {
        *active = eventfd(0, 0);
        if (*active < 0 || add(ep, *active) < 0) return -1;
    }
    return ep;
}

int main(int count, char** arguments) {
    (void)arguments;
    // Where a program may not have so many files, as few fewer as it may.
    struct rlimit limit;
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = MANY + FEW + 64;
    if (limit.rlim_max < limit.rlim_cur) limit.rlim_max = limit.rlim_cur;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0) perror("setrlimit");
    }
    int idle = limit.rlim_cur < MANY + FEW + 64 ? (int)limit.rlim_cur - FEW - 64 : MANY;
    int few_active, many_active, few = filled(FEW, &few_active), many = filled(idle, &many_active);
    CHECK(few >= 0 && many >= 0);
    // In turn, and the least of each: other work on the machine disturbs both alike.
    double few_ns = 1e18, many_ns = 1e18;
    for (int try = 0; try < TRIES; try++) {
        double a = per_event(few, few_active), b = per_event(many, many_active);
        CHECK(a > 0 && b > 0);
        if (a < few_ns) few_ns = a;
        if (b < many_ns) many_ns = b;
    }
    if (count > 1)
        fprintf(stderr, "%d idle: %.0f ns an event; %d idle: %.0f ns\n", FEW, few_ns, idle,
                many_ns);
    CHECK(many_ns < 3 * few_ns);
    return test_end();
}
