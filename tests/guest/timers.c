// timer_create(2) and its family, signalfd(2), the 16-bit ids of i386, set-user-ID bits.
#include "tests/guest/test.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int fired, code, value, overruns;
static void on_signal(int signal, siginfo_t* info, void* context) {
    (void)signal, (void)context;
    fired++;
    code = info->si_code;
    value = info->si_value.sival_int;
    overruns += info->si_overrun;
}

static void wait_for(int count) {
    for (int i = 0; i < 200 && fired < count; i++) usleep(5000);
}

static void test_timer(clockid_t clock) {
    struct sigevent event = {
        .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 77};
    timer_t timer;
    CHECK_EQ(timer_create(clock, &event, &timer), 0);
    struct itimerspec times = {.it_value = {0, 20000000}, .it_interval = {0, 10000000}}, now;
    fired = 0;
    CHECK_EQ(timer_gettime(timer, &now), 0);
    CHECK_EQ(now.it_value.tv_sec + now.it_value.tv_nsec, 0);
    CHECK_EQ(timer_settime(timer, 0, &times, NULL), 0);
    CHECK_EQ(timer_gettime(timer, &now), 0);
    CHECK(now.it_value.tv_nsec > 0 && now.it_value.tv_nsec <= 20000000);
    CHECK_EQ(now.it_interval.tv_nsec, 10000000);
    wait_for(3);
    CHECK(fired >= 3);
    CHECK_EQ(code, SI_TIMER);
    CHECK_EQ(value, 77);
    // What falls due while the signal is blocked is counted.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    usleep(100000);
    overruns = 0;
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    CHECK(overruns >= 3);
    memset(&times, 0, sizeof times);
    CHECK_EQ(timer_settime(timer, 0, &times, &now), 0);
    CHECK_EQ(now.it_interval.tv_nsec, 10000000);
    CHECK(timer_getoverrun(timer) >= 0);
    struct timespec at;
    clock_gettime(clock, &at);
    at.tv_nsec += 30000000;
    if (at.tv_nsec >= 1000000000) at.tv_sec++, at.tv_nsec -= 1000000000;
    times.it_value = at;
    fired = 0;
    CHECK_EQ(timer_settime(timer, TIMER_ABSTIME, &times, NULL), 0);
    wait_for(1);
    CHECK_EQ(fired, 1);
    times.it_value.tv_nsec = 1000000000;
    CHECK_ERRNO(timer_settime(timer, 0, &times, NULL), EINVAL);
    CHECK_EQ(timer_delete(timer), 0);
}

static void test_timer_errors(void) {
    int id;
    CHECK_ERRNO(syscall(SYS_timer_create, 99, NULL, &id), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, (int*)16), EFAULT);
    CHECK_ERRNO(syscall(SYS_timer_delete, 12345), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_getoverrun, 12345), EINVAL);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 99};
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id), EINVAL);
    event.sigev_notify = 17;
    event.sigev_signo = SIGUSR1;
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id), EINVAL);
    CHECK_EQ(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id),
             0); // left to the end of the process
}

static void test_cpu_timer(void) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    timer_t timer;
    CHECK_EQ(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer), 0);
    struct itimerspec times = {.it_value = {0, 30000000}};
    fired = 0;
    CHECK_EQ(timer_settime(timer, 0, &times, NULL), 0);
    usleep(60000);
    CHECK_EQ(fired, 0); // asleep
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do clock_gettime(CLOCK_MONOTONIC, &now);
    while (!fired && now.tv_sec - start.tv_sec < 3);
    CHECK_EQ(fired, 1);
    CHECK_EQ(timer_delete(timer), 0);
}

static void test_signalfd(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    CHECK(fd >= 0);
    struct signalfd_siginfo info[2];
    CHECK_ERRNO(read(fd, info, sizeof info), EAGAIN);
    CHECK_ERRNO(read(fd, info, 100), EINVAL);
    CHECK_ERRNO(write(fd, info, 128), EINVAL);
    struct pollfd watch = {fd, POLLIN, 0};
    CHECK_EQ(poll(&watch, 1, 0), 0);
    kill(getpid(), SIGUSR2);
    CHECK_EQ(poll(&watch, 1, 1000), 1);
    CHECK_EQ(read(fd, info, sizeof info), sizeof info[0]);
    CHECK_EQ(info[0].ssi_signo, SIGUSR2);
    CHECK_EQ(info[0].ssi_pid, getpid());
    CHECK_EQ(info[0].ssi_code, SI_USER);
    pid_t child = fork();
    if (child == 0) {
        usleep(20000);
        _exit(5);
    }
    CHECK_EQ(poll(&watch, 1, 3000), 1);
    CHECK_EQ(read(fd, info, sizeof info), sizeof info[0]);
    CHECK_EQ(info[0].ssi_signo, SIGCHLD);
    CHECK_EQ(info[0].ssi_status, 5);
    CHECK_EQ(info[0].ssi_pid, child);
    waitpid(child, NULL, 0);
    sigdelset(&set, SIGUSR2);
    CHECK_EQ(signalfd(fd, &set, 0), fd);
    kill(getpid(), SIGUSR2);
    CHECK_EQ(poll(&watch, 1, 0), 0);
    CHECK_ERRNO(signalfd(0, &set, 0), EINVAL);
    CHECK_ERRNO(signalfd(999, &set, 0), EBADF);
    CHECK_ERRNO(signalfd(-1, &set, 1), EINVAL);
    close(fd);
}

#ifdef __i386__
static void test_small_ids(void) {
    pid_t child = fork();
    if (child == 0) {
        unsigned short real, effective, saved;
        if (getuid() == 0 && setresuid(100000, 100000, 100000)) _exit(1);
        if (syscall(SYS_getresuid, &real, &effective, &saved)) _exit(2);
        unsigned wanted = getuid() > 65535 ? 65534 : getuid();
        if (real != wanted || effective != wanted || saved != wanted) _exit(3);
        if ((unsigned)syscall(SYS_getuid) != wanted) _exit(4);
        if (syscall(SYS_setreuid, 0xffff, 0xffff)) _exit(5); // unchanged
        if (syscall(SYS_getgroups, 0, NULL) < 0) _exit(6);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
}
#endif

// Bits that a writer without rights takes away.
static void test_set_id(void) {
    struct stat s;
    int fd = open("setid.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK_EQ(fchmod(fd, 06777), 0);
    pid_t child = fork();
    if (child == 0) {
        if (getuid() == 0 && (setgid(65534) || setuid(65534))) _exit(2);
        _exit(write(fd, "x", 1) != 1);
    }
    int status;
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
    CHECK_EQ(fstat(fd, &s), 0);
    CHECK_EQ(s.st_mode & 07777, 0777);
    close(fd);
    unlink("setid.tmp");
}

static void test_mlockall(void) {
    pid_t child = fork();
    if (child == 0) {
        if (mlockall(MCL_FUTURE)) _exit(errno == EPERM || errno == ENOMEM ? 0 : 1);
        unsigned char there[4] = {0};
        char* p = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED || mincore(p, 4 * 4096, there)) _exit(2);
        for (int i = 0; i < 4; i++)
            if (!(there[i] & 1)) _exit(3);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
}

int main(void) {
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    test_timer(CLOCK_MONOTONIC);
    test_timer(CLOCK_REALTIME);
    test_timer_errors();
    test_cpu_timer();
#ifdef __i386__
    test_small_ids();
#else
    CHECK(1);
#endif
    test_signalfd();
    test_set_id();
    test_mlockall();
    return test_end();
}
