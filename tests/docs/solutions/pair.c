// Solution 5: four words on the stack, and the trap.
#include <errno.h>

int my_socketpair(int family, int type, int protocol, int fds[2]) {
    long block[] = {family, type, protocol, (long)fds};
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "0"(102), "b"(8), "c"(block) : "memory");
    if ((unsigned long)result < -4095UL) return (int)result;
    errno = (int)-result;
    return -1;
}
