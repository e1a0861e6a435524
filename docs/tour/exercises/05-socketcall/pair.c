// Exercise 5 (i386): socketpair through socketcall, with an argument block of your own.
//
// socketcall is number 102; ebx: the sub-code (socketpair's is 8), ecx: the address of the
// arguments, which are 32-bit words, one behind the other. An error is a result of -4095 ... -1:
// errno and -1, as always.
#include <errno.h>

int my_socketpair(int family, int type, int protocol, int fds[2]) {
    errno = ENOSYS;
    return -1;
}
