// getsockopt(2), an option of a socket: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak))
__getsockopt(int fd, int level, int name, void* __restrict value, socklen_t* __restrict length) {
    (void)fd;
    (void)level;
    (void)name;
    (void)value;
    (void)length;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__getsockopt, getsockopt) stub_warning(getsockopt)
