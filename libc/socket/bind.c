// bind(2), gives a socket its own address: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak)) __bind(int fd, const struct sockaddr* address, socklen_t length) {
    (void)fd;
    (void)address;
    (void)length;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__bind, bind) stub_warning(bind)
