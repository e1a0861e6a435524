// recvmsg(2), a message in pieces, with ancillary data.
#include <sys/socket.h>

#include "socketcall.h"

ssize_t __recvmsg(int fd, struct msghdr* message, int flags) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return SYSCALL_CANCEL(recvmsg, fd, message, flags);
#else
    return SOCKETCALL_CANCEL(recvmsg, fd, message, flags);
#endif
}
libc_hidden_def(__recvmsg) weak_alias(__recvmsg, recvmsg)
