// Pseudo-terminals: the two sides, modes, job control, what each side sees when the other goes.
#include "test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;
static char name[64], text[256];

static void open_both(void) {
    master = posix_openpt(O_RDWR | O_NOCTTY);
    CHECK(master >= 0);
    CHECK_EQ(grantpt(master), 0);
    CHECK_EQ(unlockpt(master), 0);
    CHECK_EQ(ptsname_r(master, name, sizeof name), 0);
    slave = open(name, O_RDWR | O_NOCTTY);
    CHECK(slave >= 0);
}

static long take(int fd) {
    memset(text, 0, sizeof text);
    return read(fd, text, sizeof text - 1);
}

// Reads until so much is there: between the sides Linux takes its time.
static long take_all(int fd, long wanted) {
    long got = 0;
    memset(text, 0, sizeof text);
    for (long n; got < wanted && (n = read(fd, text + got, (size_t)(wanted - got))) > 0;) got += n;
    return got;
}

static void wait_readable(int fd) {
    struct pollfd one = {fd, POLLIN, 0};
    poll(&one, 1, 2000);
}

static int events(int fd) {
    struct pollfd one = {fd, POLLIN | POLLOUT, 0};
    poll(&one, 1, 0);
    return one.revents;
}

static void test_data(void) {
    open_both();
    struct stat status;
    CHECK_EQ(fstat(slave, &status), 0);
    CHECK(S_ISCHR(status.st_mode));
    CHECK_EQ(major(status.st_rdev), 136);
    CHECK(isatty(slave));
    CHECK(isatty(master));
    CHECK_EQ(strcmp(ttyname(slave), name), 0);
    CHECK_EQ(events(slave), POLLOUT);
    CHECK_EQ(events(master), POLLOUT);
    // Typed: echoed, and a line at its end.
    CHECK_EQ(write(master, "ab\177c", 4), 4);
    CHECK_EQ(events(slave), POLLOUT);
    CHECK_EQ(write(master, "\n", 1), 1);
    CHECK_EQ(take_all(slave, 3), 3);
    CHECK_EQ(strcmp(text, "ac\n"), 0);
    CHECK_EQ(take_all(master, 8), 8);
    CHECK_EQ(strcmp(text, "ab\b \bc\r\n"), 0);
    // Printed: line ends as the terminal wants them.
    CHECK_EQ(write(slave, "x\ny", 3), 3);
    int waiting = 0;
    wait_readable(master);
    CHECK_EQ(ioctl(master, FIONREAD, &waiting), 0);
    CHECK_EQ(waiting, 4);
    CHECK_EQ(take_all(master, 4), 4);
    CHECK_EQ(strcmp(text, "x\r\ny"), 0);
    struct termios modes;
    CHECK_EQ(tcgetattr(slave, &modes), 0);
    modes.c_oflag |= XTABS;
    CHECK_EQ(tcsetattr(slave, TCSANOW, &modes), 0);
    CHECK_EQ(write(slave, "\rab\tc", 5), 5);
    CHECK_EQ(take_all(master, 10), 10);
    CHECK_EQ(strcmp(text, "\rab      c"), 0);
    cfmakeraw(&modes);
    CHECK_EQ(tcsetattr(master, TCSANOW, &modes), 0); // either side sets them
    CHECK_EQ(write(master, "\003q", 2), 2);
    CHECK_EQ(take_all(slave, 2), 2);
    CHECK_EQ(events(master), POLLOUT);
    fcntl(slave, F_SETFL, O_NONBLOCK);
    fcntl(master, F_SETFL, O_NONBLOCK);
    CHECK_ERRNO(take(slave), EAGAIN);
    CHECK_ERRNO(take(master), EAGAIN);
    // Both directions are bounded.
    memset(text, 'z', sizeof text);
    long out = 0, in = 0;
    for (long n; (n = write(slave, text, sizeof text)) > 0;) out += n;
    CHECK_EQ(errno, EAGAIN);
    for (long n; in < 1 << 20 && (n = write(master, text, sizeof text)) > 0;) in += n;
    CHECK_EQ(errno, EAGAIN);
    CHECK(out > 1000 && in > 1000 && in < 1 << 20);
    while (out > 0) {
        wait_readable(master);
        long n = take(master);
        if (n <= 0) break;
        out -= n;
    }
    CHECK_EQ(out, 0);
    close(slave);
    close(master);
}

static void test_ends(void) {
    open_both();
    CHECK_EQ(write(slave, "last", 4), 4);
    close(slave);
    CHECK_EQ(take_all(master, 4), 4); // what was written is there
    CHECK_ERRNO(take(master), EIO);
    CHECK(events(master) & POLLHUP);
    slave = open(name, O_RDWR | O_NOCTTY);
    CHECK(slave >= 0);
    CHECK_EQ(events(master), POLLOUT);
    close(master);
    CHECK_EQ(take(slave), 0);
    CHECK_ERRNO(write(slave, "x", 1), EIO);
    CHECK(events(slave) & POLLHUP);
    CHECK_ERRNO(access(name, F_OK), ENOENT);
    CHECK_ERRNO(open(name, O_RDWR), ENOENT);
    close(slave);
    int locked = posix_openpt(O_RDWR | O_NOCTTY);
    CHECK_EQ(ptsname_r(locked, name, sizeof name), 0);
    CHECK_ERRNO(open(name, O_RDWR | O_NOCTTY), EIO);
    close(locked);
}

static volatile int got;
static void note(int signal) { got = signal; }

// A session of its own on the terminal; says over the pipe what signals come.
static void child(int tell) {
    close(master);
    signal(SIGINT, note);
    signal(SIGWINCH, note);
    signal(SIGHUP, note);
    setsid();
    int fd = open(name, O_RDWR); // a leader without a terminal gets it
    int ok = fd >= 0 && tcgetpgrp(fd) == getpgrp() && tcgetsid(fd) == getpid() &&
             open("/dev/tty", O_RDWR) >= 0;
    if (write(tell, ok ? "o" : "x", 1) != 1) _exit(1);
    close(slave);
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &old);
    for (char letter = 0; letter != 'h';) {
        while (!got) sigsuspend(&old);
        letter = got == SIGINT ? 'i' : got == SIGWINCH ? 'w' : 'h';
        got = 0;
        if (write(tell, &letter, 1) != 1) _exit(1);
    }
    _exit(open("/dev/tty", O_RDWR) == -1 && errno == ENXIO ? 0 : 2);
}

static void test_session(void) {
    open_both();
    int ends[2], status;
    CHECK_EQ(pipe(ends), 0);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) child(ends[1]);
    close(slave);
    close(ends[1]);
    char said = 0;
    CHECK_EQ(read(ends[0], &said, 1), 1);
    CHECK_EQ(said, 'o');
    CHECK_EQ(write(master, "\003", 1), 1);
    CHECK_EQ(read(ends[0], &said, 1), 1);
    CHECK_EQ(said, 'i');
    struct winsize size = {40, 100, 0, 0};
    CHECK_EQ(ioctl(master, TIOCSWINSZ, &size), 0);
    CHECK_EQ(read(ends[0], &said, 1), 1);
    CHECK_EQ(said, 'w');
    close(master);
    CHECK_EQ(read(ends[0], &said, 1), 1);
    CHECK_EQ(said, 'h');
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    close(ends[0]);
}

int main(void) {
    test_data();
    test_ends();
    test_session();
    return test_end();
}
