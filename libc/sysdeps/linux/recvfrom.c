// recvfrom(2), with the sender's address.
#include <sys/socket.h>

#include "socketcall.h"

ssize_t __recvfrom(int fd, void* __restrict data, size_t length, int flags,
                   struct sockaddr* __restrict address, socklen_t* __restrict address_length) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return SYSCALL_CANCEL(recvfrom, fd, data, length, flags, address, address_length);
#else
    return SOCKETCALL_CANCEL(recvfrom, fd, data, length, flags, address, address_length);
#endif
}
libc_hidden_def(__recvfrom) weak_alias(__recvfrom, recvfrom)
