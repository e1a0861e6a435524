// setsockopt(2), an option of a socket: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak))
__setsockopt(int fd, int level, int name, const void* value, socklen_t length) {
    (void)fd;
    (void)level;
    (void)name;
    (void)value;
    (void)length;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__setsockopt, setsockopt) stub_warning(setsockopt)
