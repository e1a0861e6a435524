// setsockopt(2), an option of a socket.
#include <sys/socket.h>

#include "socketcall.h"

int __setsockopt(int fd, int level, int name, const void* value, socklen_t length) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return INLINE_SYSCALL(setsockopt, 5, fd, level, name, value, length);
#else
    return SOCKETCALL(setsockopt, fd, level, name, value, length);
#endif
}
libc_hidden_def(__setsockopt) weak_alias(__setsockopt, setsockopt)
