// recvmmsg(2), several messages: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak))
__recvmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags, struct timespec* timeout) {
    (void)fd;
    (void)messages;
    (void)count;
    (void)flags;
    (void)timeout;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__recvmmsg, recvmmsg) stub_warning(recvmmsg)
