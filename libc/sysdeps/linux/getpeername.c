// getpeername(2), the peer's address.
#include <sys/socket.h>

#include "socketcall.h"

int __getpeername(int fd, struct sockaddr* __restrict address, socklen_t* __restrict length) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return INLINE_SYSCALL(getpeername, 3, fd, address, length);
#else
    return SOCKETCALL(getpeername, fd, address, length);
#endif
}
libc_hidden_def(__getpeername) weak_alias(__getpeername, getpeername)
