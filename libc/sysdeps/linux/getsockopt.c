// getsockopt(2), an option of a socket.
#include <sys/socket.h>

#include "socketcall.h"

int __getsockopt(int fd, int level, int name, void* __restrict value,
                 socklen_t* __restrict length) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return INLINE_SYSCALL(getsockopt, 5, fd, level, name, value, length);
#else
    return SOCKETCALL(getsockopt, fd, level, name, value, length);
#endif
}
libc_hidden_def(__getsockopt) weak_alias(__getsockopt, getsockopt)
