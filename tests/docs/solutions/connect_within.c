// Solution 7: O_NONBLOCK for the handshake, poll for the wait, SO_ERROR for the end of it.
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

int connect_within(int fd, const struct sockaddr_in* to, int milliseconds) {
    int flags = fcntl(fd, F_GETFL), error = 0;
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    if (connect(fd, (const struct sockaddr*)to, sizeof *to)) error = errno;
    if (error == EINPROGRESS) {
        struct pollfd one = {fd, POLLOUT, 0};
        socklen_t length = sizeof error;
        error = ETIMEDOUT;
        if (poll(&one, 1, milliseconds) > 0) getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    }
    fcntl(fd, F_SETFL, flags);
    return error;
}
