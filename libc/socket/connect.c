// connect(2), to a peer: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak)) __connect(int fd, const struct sockaddr* address, socklen_t length) {
    (void)fd;
    (void)address;
    (void)length;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__connect, connect) stub_warning(connect)
