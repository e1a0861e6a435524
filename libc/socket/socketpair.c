// socketpair(2), two connected sockets: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak)) __socketpair(int family, int type, int protocol, int fds[2]) {
    (void)family;
    (void)type;
    (void)protocol;
    (void)fds;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__socketpair, socketpair) stub_warning(socketpair)
