// bind(2), gives a socket its own address.
#include <sys/socket.h>

#include "socketcall.h"

int __bind(int fd, const struct sockaddr* address, socklen_t length) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return INLINE_SYSCALL(bind, 3, fd, address, length);
#else
    return SOCKETCALL(bind, fd, address, length);
#endif
}
libc_hidden_def(__bind) weak_alias(__bind, bind)
