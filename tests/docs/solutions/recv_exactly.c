// Solution 12: take what is there; where there is nothing, poll.
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

ssize_t recv_exactly(int fd, void* buffer, size_t length) {
    size_t done = 0;
    while (done < length) {
        ssize_t got = recv(fd, (char*)buffer + done, length - done, 0);
        if (got == 0) break;
        if (got > 0) {
            done += (size_t)got;
        } else if (errno == EAGAIN) {
            struct pollfd one = {fd, POLLIN, 0};
            poll(&one, 1, -1);
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return (ssize_t)done;
}
