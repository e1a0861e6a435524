// getsockname(2), a socket's own address.
#include <sys/socket.h>

#include "socketcall.h"

int __getsockname(int fd, struct sockaddr* __restrict address, socklen_t* __restrict length) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return INLINE_SYSCALL(getsockname, 3, fd, address, length);
#else
    return SOCKETCALL(getsockname, fd, address, length);
#endif
}
libc_hidden_def(__getsockname) weak_alias(__getsockname, getsockname)
