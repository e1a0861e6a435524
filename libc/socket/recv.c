// recv(2), from a socket: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

ssize_t __attribute__((weak)) __recv(int fd, void* data, size_t length, int flags) {
    (void)fd;
    (void)data;
    (void)length;
    (void)flags;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__recv, recv) stub_warning(recv)
