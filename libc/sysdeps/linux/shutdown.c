// shutdown(2), one or both directions.
#include <sys/socket.h>

#include "socketcall.h"

int __shutdown(int fd, int how) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return INLINE_SYSCALL(shutdown, 2, fd, how);
#else
    return SOCKETCALL(shutdown, fd, how);
#endif
}
libc_hidden_def(__shutdown) weak_alias(__shutdown, shutdown)
