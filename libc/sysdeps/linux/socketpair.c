// socketpair(2), two connected sockets.
#include <sys/socket.h>

#include "socketcall.h"

int __socketpair(int family, int type, int protocol, int fds[2]) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return INLINE_SYSCALL(socketpair, 4, family, type, protocol, fds);
#else
    return SOCKETCALL(socketpair, family, type, protocol, fds);
#endif
}
libc_hidden_def(__socketpair) weak_alias(__socketpair, socketpair)
