// shutdown(2), one or both directions: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak)) __shutdown(int fd, int how) {
    (void)fd;
    (void)how;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__shutdown, shutdown) stub_warning(shutdown)
