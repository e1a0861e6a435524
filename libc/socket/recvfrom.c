// recvfrom(2), with the sender's address: the generic stub, for a system that has no such call.
#include <sys/socket.h>

#include "sysdep.h"

ssize_t __attribute__((weak))
__recvfrom(int fd, void* __restrict data, size_t length, int flags,
           struct sockaddr* __restrict address, socklen_t* __restrict address_length) {
    (void)fd;
    (void)data;
    (void)length;
    (void)flags;
    (void)address;
    (void)address_length;
    __set_errno(ENOSYS);
    return -1;
}
weak_alias(__recvfrom, recvfrom) stub_warning(recvfrom)
