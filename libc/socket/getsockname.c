// getsockname(2), a socket's own address: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak))
__getsockname(int fd, struct sockaddr* __restrict address, socklen_t* __restrict length) {
    (void)fd;
    (void)address;
    (void)length;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__getsockname, getsockname) stub_warning(getsockname)
