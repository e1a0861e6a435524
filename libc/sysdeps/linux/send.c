// send(2), on a connected socket. The tables have only sendto.
#include <sys/socket.h>

#include "socketcall.h"

ssize_t __send(int fd, const void* data, size_t length, int flags) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return SYSCALL_CANCEL(sendto, fd, data, length, flags, 0, 0);
#else
    return SOCKETCALL_CANCEL(send, fd, data, length, flags);
#endif
}
libc_hidden_def(__send) weak_alias(__send, send)
