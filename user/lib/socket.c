// Sockets by address, and the clock that limits are kept by.
#include "user/lib/net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

double exact_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

long long milliseconds(void) { return (long long)exact_milliseconds(); }

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

// The descriptor, or closes it when the connection failed.
static int connected(int fd, int result) {
    if (!result) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int connect_to(const union Endpoint* address, int type) {
    int fd = socket(address->family, type, 0);
    if (fd < 0) return -1;
    return connected(fd, connect(fd, &address->any, endpoint_length(address)));
}

int connect_within(const union Endpoint* address, int limit) {
    if (limit < 0) return connect_to(address, SOCK_STREAM);
    int fd = socket(address->family, SOCK_STREAM, 0);
    if (fd < 0) return -1;
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    int result = connect(fd, &address->any, endpoint_length(address));
    if (result && errno == EINPROGRESS) result = await_connection(fd, limit);
    fcntl(fd, F_SETFL, flags);
    return connected(fd, result);
}

static bool is_any(const union Endpoint* address) {
    return address->family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);
}

int listen_on(const union Endpoint* wanted, int type, int backlog) {
    union Endpoint address = *wanted;
    int yes = 1, no = 0, fd = socket(address.family, type, 0);
    if (fd < 0 && errno == EAFNOSUPPORT && is_any(&address)) { // no IPv6 here
        address = (union Endpoint){.v4 = {.sin_family = AF_INET, .sin_port = wanted->v6.sin6_port}};
        fd = socket(AF_INET, type, 0);
    }
    if (fd < 0) die_errno("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes)) die_errno("SO_REUSEADDR");
    if (is_any(&address) && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no))
        die_errno("IPV6_V6ONLY");
    if (bind(fd, &address.any, endpoint_length(&address))) die_errno(endpoint_text(&address));
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
