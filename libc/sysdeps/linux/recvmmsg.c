// recvmmsg(2), several messages. Socketcall's sub-call takes 32-bit times: i386 uses its own number
// for 64-bit ones.
#include <sys/socket.h>

#include "socketcall.h"

int __recvmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags,
               struct timespec* timeout) {
#ifdef __NR_recvmmsg_time64 // the kernel reads 64 bits of nanoseconds: give it no garbage above
    struct {
        int64_t seconds, nanoseconds;
    } limit = {timeout ? timeout->tv_sec : 0, timeout ? timeout->tv_nsec : 0};
    long result = SYSCALL_CANCEL(recvmmsg_time64, fd, messages, count, flags, timeout ? &limit : 0);
    if (timeout) {
        timeout->tv_sec = limit.seconds;
        timeout->tv_nsec = limit.nanoseconds;
    }
    return result;
#else
    return SYSCALL_CANCEL(recvmmsg, fd, messages, count, flags, timeout);
#endif
}
libc_hidden_def(__recvmmsg) weak_alias(__recvmmsg, recvmmsg)
