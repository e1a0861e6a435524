// accept(2), the next connection.
#include <sys/socket.h>

#include "socketcall.h"

int __accept(int fd, struct sockaddr* __restrict address, socklen_t* __restrict length) {
#if defined __ASSUME_SOCKET_SYSCALL && defined __NR_accept
    return SYSCALL_CANCEL(accept, fd, address, length);
#elif defined __ASSUME_SOCKET_SYSCALL
    return SYSCALL_CANCEL(accept4, fd, address, length, 0); // i386 has no number for accept alone
#else
    return SOCKETCALL_CANCEL(accept, fd, address, length);
#endif
}
libc_hidden_def(__accept) weak_alias(__accept, accept)
