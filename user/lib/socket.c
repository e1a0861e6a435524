// Sockets by address, and the clock that limits are kept by.
#include "user/lib/net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

long long milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Waits for a connection under way; 0, or -1 and errno.
static int await_connection(int fd, int limit) {
    struct pollfd one = {fd, POLLOUT, 0};
    int ready;
    long long end = milliseconds() + limit;
    do {
        int left = limit < 0 ? -1 : (int)(end - milliseconds());
        ready = poll(&one, 1, limit >= 0 && left < 0 ? 0 : left);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) return -1;
    int error = ETIMEDOUT;
    socklen_t length = sizeof error;
    if (ready && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length)) return -1;
    errno = error;
    return error ? -1 : 0;
}

int connect_to(const struct sockaddr_in* address, int type, int limit) {
    int fd = socket(AF_INET, type, 0);
    if (fd < 0) return -1;
    int result;
    if (limit < 0 || type != SOCK_STREAM) {
        result = connect(fd, (const struct sockaddr*)address, sizeof *address);
    } else {
        int flags = fcntl(fd, F_GETFL);
        fcntl(fd, F_SETFL, flags | O_NONBLOCK);
        result = connect(fd, (const struct sockaddr*)address, sizeof *address);
        if (result && errno == EINPROGRESS) result = await_connection(fd, limit);
        fcntl(fd, F_SETFL, flags);
    }
    if (!result) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int listen_on(const struct sockaddr_in* address, int type, int backlog) {
    int yes = 1, fd = socket(AF_INET, type, 0);
    if (fd < 0) die_errno("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes)) die_errno("SO_REUSEADDR");
    if (bind(fd, (const struct sockaddr*)address, sizeof *address))
        die_errno(endpoint_text(address));
    if (type == SOCK_STREAM && listen(fd, backlog)) die_errno("listen");
    return fd;
}

int send_all(int fd, const void* bytes, size_t length) {
    const char* at = bytes;
    while (length) {
        ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        at += sent;
        length -= (size_t)sent;
    }
    return 0;
}
