// accept(2), the next connection: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak))
__accept(int fd, struct sockaddr* __restrict address, socklen_t* __restrict length) {
    (void)fd;
    (void)address;
    (void)length;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__accept, accept) stub_warning(accept)
