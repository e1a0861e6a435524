// connect(2), to a peer.
#include <sys/socket.h>

#include "socketcall.h"

int __connect(int fd, const struct sockaddr* address, socklen_t length) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return SYSCALL_CANCEL(connect, fd, address, length);
#else
    return SOCKETCALL_CANCEL(connect, fd, address, length);
#endif
}
libc_hidden_def(__connect) weak_alias(__connect, connect)
