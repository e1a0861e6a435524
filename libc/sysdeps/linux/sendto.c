// sendto(2), to an address.
#include <sys/socket.h>

#include "socketcall.h"

ssize_t __sendto(int fd, const void* data, size_t length, int flags, const struct sockaddr* address,
                 socklen_t address_length) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return SYSCALL_CANCEL(sendto, fd, data, length, flags, address, address_length);
#else
    return SOCKETCALL_CANCEL(sendto, fd, data, length, flags, address, address_length);
#endif
}
libc_hidden_def(__sendto) weak_alias(__sendto, sendto)
