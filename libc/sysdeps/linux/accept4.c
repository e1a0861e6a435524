// accept4(2), the next connection, with flags.
#include <sys/socket.h>

#include "socketcall.h"

int __accept4(int fd, struct sockaddr* __restrict address, socklen_t* __restrict length,
              int flags) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return SYSCALL_CANCEL(accept4, fd, address, length, flags);
#else
    return SOCKETCALL_CANCEL(accept4, fd, address, length, flags);
#endif
}
libc_hidden_def(__accept4) weak_alias(__accept4, accept4)
