// recv(2), from a socket. The tables have only recvfrom.
#include <sys/socket.h>

#include "socketcall.h"

ssize_t __recv(int fd, void* data, size_t length, int flags) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return SYSCALL_CANCEL(recvfrom, fd, data, length, flags, 0, 0);
#else
    return SOCKETCALL_CANCEL(recv, fd, data, length, flags);
#endif
}
libc_hidden_def(__recv) weak_alias(__recv, recv)
