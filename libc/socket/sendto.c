// sendto(2), to an address: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

ssize_t __attribute__((weak)) __sendto(int fd, const void* data, size_t length, int flags,
                                       const struct sockaddr* address, socklen_t address_length) {
    (void)fd;
    (void)data;
    (void)length;
    (void)flags;
    (void)address;
    (void)address_length;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__sendto, sendto) stub_warning(sendto)
