// Solution 2: the strong definition in the program, libc's under its own name.
#include <sys/socket.h>

unsigned long sent_bytes;

ssize_t send(int fd, const void* data, size_t length, int flags) {
    ssize_t sent = __send(fd, data, length, flags);
    if (sent > 0) sent_bytes += (unsigned long)sent;
    return sent;
}
