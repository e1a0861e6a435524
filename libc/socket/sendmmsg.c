// sendmmsg(2), several messages: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak)) __sendmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags) {
    (void)fd;
    (void)messages;
    (void)count;
    (void)flags;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__sendmmsg, sendmmsg) stub_warning(sendmmsg)
