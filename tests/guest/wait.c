// Waiting for children: states, options, groups, orphans, job control.
#include "test.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_status(void) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) _exit(300); // only eight bits come through
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, (300 & 0xff) << 8);
    CHECK_ERRNO(waitpid(child, &status, 0), ECHILD);
    CHECK_ERRNO(waitpid(-1, &status, 0x40), EINVAL);
    child = fork();
    if (child == 0) pause();
    CHECK_EQ(waitpid(child, &status, WNOHANG), 0);
    kill(child, SIGTERM);
    struct rusage usage;
    CHECK_EQ(wait4(child, &status, 0, &usage), child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void test_waitid(void) {
    siginfo_t info;
    pid_t child = fork();
    if (child == 0) _exit(9);
    memset(&info, 0, sizeof info);
    CHECK_EQ(waitid(P_PID, child, &info, WEXITED | WNOWAIT), 0);
    CHECK_EQ(info.si_pid, child);
    CHECK_EQ(info.si_code, CLD_EXITED);
    CHECK_EQ(info.si_status, 9);
    CHECK_EQ(waitid(P_ALL, 0, &info, WEXITED), 0);
    CHECK_ERRNO(waitid(P_ALL, 0, &info, WEXITED), ECHILD);
    CHECK_ERRNO(waitid(P_ALL, 0, &info, 0), EINVAL);
}

static void test_stop_and_continue(void) {
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        for (;;) pause();
    kill(child, SIGSTOP);
    CHECK_EQ(waitpid(child, &status, WUNTRACED), child);
    CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    CHECK_EQ(waitpid(child, &status, WUNTRACED | WNOHANG), 0); // reported once
    kill(child, SIGCONT);
    CHECK_EQ(waitpid(child, &status, WCONTINUED), child);
    CHECK(WIFCONTINUED(status));
    kill(child, SIGSTOP);
    CHECK_EQ(waitpid(child, &status, WUNTRACED), child);
    kill(child, SIGKILL); // goes through to a stopped one
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_groups(void) {
    int status, ready[2];
    char c;
    CHECK_EQ(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        if (write(ready[1], "r", 1) != 1) _exit(1);
        pause();
    }
    CHECK_EQ(read(ready[0], &c, 1), 1);
    CHECK_EQ(getpgid(child), child);
    CHECK_ERRNO(waitpid(0, &status, WNOHANG), ECHILD);
    CHECK_EQ(waitpid(-child, &status, WNOHANG), 0);
    CHECK_EQ(kill(-child, SIGTERM), 0);
    CHECK_EQ(waitpid(-child, &status, 0), child);
    CHECK_ERRNO(kill(-child, 0), ESRCH);
    CHECK_ERRNO(setpgid(0, 999999), EPERM);
    CHECK_ERRNO(setpgid(-1, 0), EINVAL);
    CHECK_ERRNO(setpgid(-1, 5), ESRCH);
    child = fork();
    if (child == 0)
        _exit(!(setsid() == getpid() && getsid(0) == getpid() && setsid() == -1 && errno == EPERM));
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
    close(ready[0]);
    close(ready[1]);
}

static volatile int children_ended;
static void child_ended(int signal) {
    (void)signal;
    children_ended++;
}

static void test_sigchld(void) {
    signal(SIGCHLD, child_ended);
    pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
    CHECK_EQ(children_ended, 1);
    signal(SIGCHLD, SIG_IGN); // nobody wants to know
    child = fork();
    if (child == 0) _exit(0);
    CHECK_ERRNO(waitpid(child, NULL, 0), ECHILD);
    signal(SIGCHLD, SIG_DFL);
}

static void test_orphan(void) {
    int ends[2];
    pid_t parent = 0;
    CHECK_EQ(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        pid_t mine = getpid();
        if (fork() == 0) {
            while (getppid() == mine) usleep(1000);
            parent = getppid();
            _exit(write(ends[1], &parent, sizeof parent) != sizeof parent);
        }
        _exit(0);
    }
    waitpid(child, NULL, 0);
    CHECK_EQ(read(ends[0], &parent, sizeof parent), sizeof parent);
    CHECK(parent != child && parent > 0);
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    test_status();
    test_waitid();
    test_stop_and_continue();
    test_groups();
    test_sigchld();
    test_orphan();
    return test_end();
}
