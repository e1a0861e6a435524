// socket(2), a new endpoint: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

int __attribute__((weak)) __socket(int family, int type, int protocol) {
    (void)family;
    (void)type;
    (void)protocol;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__socket, socket) stub_warning(socket)
