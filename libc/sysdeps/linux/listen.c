// listen(2), for connections.
#include <sys/socket.h>

#include "socketcall.h"

int __listen(int fd, int backlog) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return INLINE_SYSCALL(listen, 2, fd, backlog);
#else
    return SOCKETCALL(listen, fd, backlog);
#endif
}
libc_hidden_def(__listen) weak_alias(__listen, listen)
