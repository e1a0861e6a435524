// poll and select: what is ready when, time-outs, descriptors that aren't open.
#include "tests/guest/test.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct pollfd* volatile bad = (struct pollfd*)16; // never mapped

static long since(const struct timespec* start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

static void test_poll(void) {
    int p[2];
    CHECK_EQ(pipe(p), 0);
    struct pollfd w[3] = {{p[0], POLLIN, 0}, {p[1], POLLOUT, 0}, {-1, POLLIN, 99}};
    CHECK_EQ(poll(w, 3, 0), 1);
    CHECK_EQ(w[0].revents, 0);
    CHECK_EQ(w[1].revents, POLLOUT);
    CHECK_EQ(w[2].revents, 0);
    w[1].fd = 999;
    CHECK_EQ(poll(w, 2, -1), 1);
    CHECK_EQ(w[1].revents, POLLNVAL);
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    CHECK_EQ(poll(w, 1, 50), 0);
    CHECK(since(&start) >= 50 && since(&start) < 1000);
    CHECK_EQ(poll(NULL, 0, 1), 0);
    CHECK_ERRNO(poll(bad, 1, 0), EFAULT);
    pid_t child = fork();
    if (child == 0) {
        usleep(20000);
        _exit(write(p[1], "x", 1) != 1);
    }
    CHECK_EQ(poll(w, 1, 5000), 1);
    CHECK_EQ(w[0].revents, POLLIN);
    waitpid(child, NULL, 0);
    close(p[1]);
    CHECK_EQ(poll(w, 1, 0), 1);
    CHECK_EQ(w[0].revents, POLLIN | POLLHUP);
    struct timespec bad = {0, 1000000000};
    CHECK_ERRNO(ppoll(w, 1, &bad, NULL), EINVAL);
    close(p[0]);
}

// A signal without a handler doesn't start the time-out again.
static void test_stopped(void) {
    pid_t child = fork();
    if (child == 0) {
        struct timespec start;
        clock_gettime(CLOCK_MONOTONIC, &start);
        int result = poll(NULL, 0, 600);
        long first = since(&start);
        clock_gettime(CLOCK_MONOTONIC, &start);
        struct timeval tv = {0, 600000};
        result |= select(0, NULL, NULL, NULL, &tv);
        _exit(result || first > 900 || since(&start) > 900);
    }
    for (int i = 0; i < 2; i++) {
        usleep(400000);
        kill(child, SIGSTOP);
        waitpid(child, NULL, WUNTRACED);
        kill(child, SIGCONT);
        usleep(250000);
    }
    int status = -1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
}

static volatile int alarms;
static void on_alarm(int signal) { alarms += signal == SIGALRM; }

static void test_signals(void) {
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    sigset_t block, old;
    sigemptyset(&block);
    sigaddset(&block, SIGALRM);
    sigprocmask(SIG_BLOCK, &block, &old);
    kill(getpid(), SIGALRM);
    CHECK_EQ(alarms, 0);
    CHECK_ERRNO(ppoll(NULL, 0, NULL, &old), EINTR);
    CHECK_EQ(alarms, 1);
    kill(getpid(), SIGALRM);
    CHECK_ERRNO(pselect(0, NULL, NULL, NULL, NULL, &old), EINTR);
    CHECK_EQ(alarms, 2);
    sigset_t now;
    sigprocmask(SIG_SETMASK, &old, &now);
    CHECK(sigismember(&now, SIGALRM));
}

static void test_select(void) {
    int p[2];
    CHECK_EQ(pipe(p), 0);
    fd_set in, out;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(p[0], &in);
    FD_SET(p[1], &out);
    struct timeval time = {5, 0};
    CHECK_EQ(select(p[1] + 1, &in, &out, NULL, &time), 1);
    CHECK(!FD_ISSET(p[0], &in) && FD_ISSET(p[1], &out));
    CHECK(time.tv_sec >= 4);
    CHECK_EQ(write(p[1], "x", 1), 1);
    FD_SET(p[0], &in);
    CHECK_EQ(select(p[1] + 1, &in, &out, NULL, NULL), 2);
    CHECK_EQ(read(p[0], &time, 1), 1);
    FD_ZERO(&in);
    FD_SET(p[0], &in);
    time.tv_sec = 0;
    time.tv_usec = 30000;
    CHECK_EQ(select(p[0] + 1, &in, NULL, NULL, &time), 0);
    CHECK(!FD_ISSET(p[0], &in));
    CHECK_EQ(time.tv_usec, 0);
    FD_SET(p[0], &in);
    int gone = p[0];
    close(p[0]);
    FD_SET(gone, &in);
    CHECK_ERRNO(select(gone + 1, &in, NULL, NULL, NULL), EBADF);
    CHECK_ERRNO(select(-1, NULL, NULL, NULL, NULL), EINVAL);
    close(p[1]);
}

int main(void) {
    test_poll();
    test_stopped();
    test_signals();
    test_select();
    return test_end();
}
