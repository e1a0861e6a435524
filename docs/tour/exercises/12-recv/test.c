// A child sends in pieces, slowly, and signals in between.
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "docs/tour/exercises/expect.h"

ssize_t recv_exactly(int fd, void* buffer, size_t length);

static void on_signal(int signal) { (void)signal; }

static void nap(long milliseconds) {
    struct timespec time = {0, milliseconds * 1000000};
    nanosleep(&time, NULL);
}

static void send_slowly(int fd) {
    for (int i = 0; i < 4; i++) {
        nap(40);
        kill(getppid(), SIGUSR1);
        nap(10);
        if (send(fd, "abcde" + i, 2, 0) != 2) _exit(1);
    }
    _exit(0);
}

int main(void) {
    limit_seconds(5);
    int pair[2];
    char text[16] = "";
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    expect(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), "socketpair works");
    pid_t child = fork();
    if (!child) send_slowly(pair[1]);
    close(pair[1]);
    expect(recv_exactly(pair[0], text, 6) == 6, "6 bytes, though they come in pieces");
    expect(!memcmp(text, "abbccd", 6), "in their order");
    expect(recv_exactly(pair[0], text, 6) == 2, "2 bytes when the stream ends behind them");
    expect(recv_exactly(pair[0], text, 6) == 0, "0 at the end");
    errno = 0;
    expect(recv_exactly(-1, text, 6) == -1 && errno == EBADF, "-1 and EBADF for no descriptor");
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    expect(usage.ru_utime.tv_sec == 0 && usage.ru_utime.tv_usec + usage.ru_stime.tv_usec < 100000,
           "it sleeps while it waits");
    waitpid(child, NULL, 0);
    return 0;
}
