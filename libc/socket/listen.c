// listen(2), for connections: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak)) __listen(int fd, int backlog) {
    (void)fd;
    (void)backlog;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__listen, listen) stub_warning(listen)
