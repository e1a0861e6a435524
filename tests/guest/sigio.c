// Signals about descriptors: F_SETOWN, F_SETSIG, O_ASYNC and their ioctls on sockets, pipes and
// other files; who gets what, and what siginfo says.
#include "test.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asm/ioctls.h>
#include <linux/sockios.h>

static volatile int came, last_signal, last_code, last_fd, last_band;

static void on_signal(int number, siginfo_t* info, void* context) {
    (void)context;
    came++;
    last_signal = number;
    last_code = info->si_code;
    last_fd = info->si_fd;
    last_band = info->si_band;
}

static void catch (int number) {
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
    CHECK_EQ(sigaction(number, &action, NULL), 0);
}

static int taken(void) {
    int n = came;
    came = 0;
    return n;
}

static void set_async(int fd, int on) {
    int flags = fcntl(fd, F_GETFL);
    CHECK_EQ(fcntl(fd, F_SETFL, on ? flags | O_ASYNC : flags & ~O_ASYNC), 0);
}

static void test_owner(int fd, int capable) {
    struct f_owner_ex owner;
    CHECK_EQ(fcntl(fd, F_GETOWN), 0);
    CHECK_EQ(fcntl(fd, F_SETOWN, getpid()), 0);
    CHECK_EQ(fcntl(fd, F_GETOWN), getpid());
    CHECK_EQ(fcntl(fd, F_GETOWN_EX, &owner), 0);
    CHECK_EQ(owner.type, F_OWNER_PID);
    CHECK_EQ(owner.pid, getpid());
    owner = (struct f_owner_ex){F_OWNER_TID, syscall(SYS_gettid)};
    CHECK_EQ(fcntl(fd, F_SETOWN_EX, &owner), 0);
    memset(&owner, 0xee, sizeof owner);
    CHECK_EQ(fcntl(fd, F_GETOWN_EX, &owner), 0);
    CHECK_EQ(owner.type, F_OWNER_TID);
    CHECK_EQ(owner.pid, syscall(SYS_gettid));
    CHECK_ERRNO(fcntl(fd, F_SETOWN, 999999), ESRCH);
    CHECK_ERRNO(fcntl(fd, F_SETOWN, -999999), ESRCH);
    CHECK_ERRNO(fcntl(fd, F_SETOWN, -0x7fffffff - 1), EINVAL);
    owner.type = 3;
    CHECK_ERRNO(fcntl(fd, F_SETOWN_EX, &owner), EINVAL);
    owner = (struct f_owner_ex){F_OWNER_PGRP, -1};
    CHECK_ERRNO(fcntl(fd, F_SETOWN_EX, &owner), ESRCH);
    CHECK_ERRNO(syscall(SYS_fcntl, fd, F_SETOWN_EX, 8), EFAULT);
    CHECK_EQ(fcntl(fd, F_SETOWN, 0), 0);
    CHECK_EQ(fcntl(fd, F_GETOWN), 0);
    CHECK_EQ(fcntl(fd, F_GETSIG), 0);
    CHECK_EQ(fcntl(fd, F_SETSIG, SIGRTMIN), 0);
    CHECK_EQ(fcntl(fd, F_GETSIG), SIGRTMIN);
    CHECK_ERRNO(fcntl(fd, F_SETSIG, 65), EINVAL);
    CHECK_ERRNO(fcntl(fd, F_SETSIG, -1), EINVAL);
    CHECK_EQ(fcntl(fd, F_SETSIG, 0), 0);
    set_async(fd, 1);
    CHECK_EQ(!!(fcntl(fd, F_GETFL) & O_ASYNC), capable);
    set_async(fd, 0);
    CHECK_EQ(fcntl(fd, F_GETFL) & O_ASYNC, 0);
    int on = 1;
    if (capable) {
        CHECK_EQ(ioctl(fd, FIOASYNC, &on), 0);
        CHECK(fcntl(fd, F_GETFL) & O_ASYNC);
        on = 0;
        CHECK_EQ(ioctl(fd, FIOASYNC, &on), 0);
        CHECK_EQ(fcntl(fd, F_GETFL) & O_ASYNC, 0);
    } else {
        CHECK_ERRNO(ioctl(fd, FIOASYNC, &on), ENOTTY);
    }
    CHECK_ERRNO(ioctl(fd, FIOASYNC, (void*)8), EFAULT);
}

static void test_owner_ioctls(void) {
    int s = socket(AF_INET, SOCK_DGRAM, 0), who = getpid(), got = -1;
    CHECK_EQ(ioctl(s, FIOSETOWN, &who), 0);
    CHECK_EQ(ioctl(s, SIOCGPGRP, &got), 0);
    CHECK_EQ(got, getpid());
    who = -getpgrp();
    CHECK_EQ(ioctl(s, SIOCSPGRP, &who), 0);
    CHECK_EQ(ioctl(s, FIOGETOWN, &got), 0);
    CHECK_EQ(got, -getpgrp());
    CHECK_ERRNO(ioctl(s, FIOSETOWN, (void*)8), EFAULT);
    CHECK_ERRNO(ioctl(s, FIOGETOWN, (void*)8), EFAULT);
    who = 999999;
    CHECK_ERRNO(ioctl(s, FIOSETOWN, &who), ESRCH);
    close(s);
}

static void test_pair(int a, int b) {
    taken();
    CHECK_EQ(write(b, "x", 1), 1);
    CHECK_EQ(taken(), 0); // nobody asked
    set_async(a, 1);
    CHECK_EQ(write(b, "x", 1), 1);
    CHECK_EQ(taken(), 0); // for nobody
    CHECK_EQ(fcntl(a, F_SETOWN, getpid()), 0);
    CHECK_EQ(write(b, "x", 1), 1);
    CHECK_EQ(taken(), 1);
    CHECK_EQ(last_signal, SIGIO);
    CHECK_EQ(last_code, SI_KERNEL);
    CHECK_EQ(fcntl(a, F_SETSIG, SIGIO), 0);
    CHECK_EQ(write(b, "x", 1), 1);
    CHECK_EQ(taken(), 1);
    CHECK_EQ(last_code, POLL_IN);
    CHECK_EQ(last_fd, a);
    CHECK_EQ(last_band, POLLIN | POLLRDNORM);
    CHECK_EQ(fcntl(a, F_SETSIG, SIGRTMIN + 1), 0);
    CHECK_EQ(write(b, "x", 1), 1);
    CHECK_EQ(taken(), 1);
    CHECK_EQ(last_signal, SIGRTMIN + 1);
    CHECK_EQ(last_code, POLL_IN);
    set_async(a, 0);
    CHECK_EQ(write(b, "x", 1), 1);
    CHECK_EQ(taken(), 0);
}

// The signal goes to a thread, to a group; a child of ours has the descriptor, too.
static void test_targets(void) {
    int pair[2], status;
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    set_async(pair[0], 1);
    struct f_owner_ex owner = {F_OWNER_TID, syscall(SYS_gettid)};
    CHECK_EQ(fcntl(pair[0], F_SETOWN_EX, &owner), 0);
    CHECK_EQ(write(pair[1], "x", 1), 1);
    CHECK_EQ(taken(), 1);
    CHECK_EQ(fcntl(pair[0], F_SETOWN, -getpgrp()), 0);
    CHECK_EQ(fcntl(pair[0], F_SETOWN, getpid()), 0);
    int child = fork();
    if (child == 0) _exit(write(pair[1], "x", 1) != 1 || came); // ours, not the child's
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    CHECK_EQ(taken(), 1);
    close(pair[0]);
    close(pair[1]);
    CHECK_EQ(taken(), 0);
}

static void test_room(void) {
    int ends[2];
    static char page[4096];
    CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
    CHECK_EQ(fcntl(ends[1], F_SETOWN, getpid()), 0);
    CHECK_EQ(fcntl(ends[1], F_SETSIG, SIGRTMIN + 1), 0);
    set_async(ends[1], 1);
    while (write(ends[1], page, sizeof page) > 0)
        ;
    taken();
    CHECK_EQ(read(ends[0], page, sizeof page), sizeof page);
    CHECK_EQ(taken(), 1);
    CHECK_EQ(last_code, POLL_OUT);
    CHECK_EQ(last_band, POLLOUT | POLLWRNORM | POLLWRBAND);
    CHECK_EQ(last_fd, ends[1]);
    close(ends[0]);
    close(ends[1]);
    taken();
}

int main(void) {
    int ends[2], pair[2];
    catch (SIGIO);
    catch (SIGRTMIN + 1);
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    int plain = open("sigio.tmp", O_RDWR | O_CREAT, 0600), event = eventfd(0, 0);
    int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
    test_owner(ends[0], 1);
    test_owner(ends[1], 1);
    test_owner(pair[0], 1);
    test_owner(tcp, 1);
    test_owner(udp, 1);
    test_owner(plain, 0);
    test_owner(event, 0);
    test_owner_ioctls();
    test_pair(ends[0], ends[1]);
    test_pair(pair[0], pair[1]);
    test_targets();
    test_room();
    unlink("sigio.tmp");
    return test_end();
}
