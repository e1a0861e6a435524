// sendmsg(2), a message in pieces, with ancillary data.
#include <sys/socket.h>

#include "socketcall.h"

ssize_t __sendmsg(int fd, const struct msghdr* message, int flags) {
#ifdef __ASSUME_SOCKET_SYSCALL
    return SYSCALL_CANCEL(sendmsg, fd, message, flags);
#else
    return SOCKETCALL_CANCEL(sendmsg, fd, message, flags);
#endif
}
libc_hidden_def(__sendmsg) weak_alias(__sendmsg, sendmsg)
