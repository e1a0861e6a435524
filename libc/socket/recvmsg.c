// recvmsg(2), a message in pieces, with ancillary data: the generic stub, for a system that has no
// such call.
#include <sys/socket.h>

#include "sysdep.h"

ssize_t __attribute__((weak)) __recvmsg(int fd, struct msghdr* message, int flags) {
    (void)fd;
    (void)message;
    (void)flags;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__recvmsg, recvmsg) stub_warning(recvmsg)
