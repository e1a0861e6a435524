// accept4(2), the next connection, with flags: the generic stub, for a system that has no such
// call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak))
__accept4(int fd, struct sockaddr* __restrict address, socklen_t* __restrict length, int flags) {
    (void)fd;
    (void)address;
    (void)length;
    (void)flags;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__accept4, accept4) stub_warning(accept4)
