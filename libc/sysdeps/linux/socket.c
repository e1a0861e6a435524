// socket(2), a new endpoint.
#include <sys/socket.h>

#include "socketcall.h"

int __socket(int family, int type, int protocol) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return INLINE_SYSCALL(socket, 3, family, type, protocol);
#else
    return SOCKETCALL(socket, family, type, protocol);
#endif
}
libc_hidden_def(__socket) weak_alias(__socket, socket)
