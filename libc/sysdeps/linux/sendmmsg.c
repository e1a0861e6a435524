// sendmmsg(2), several messages. Both tables have a number for it.
#include <sys/socket.h>

#include "socketcall.h"

int __sendmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags) {
    return SYSCALL_CANCEL(sendmmsg, fd, messages, count, flags);
}
libc_hidden_def(__sendmmsg) weak_alias(__sendmmsg, sendmmsg)
