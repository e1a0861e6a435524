// Exercise 4: a call's number, out of the kernel's own list.
//
// bits: 64 for the x86-64 table, 32 for i386's. -1 when that table doesn't have the call. Don't
// write a number: define SYSCALL to be what you need of a line, and include
// "kernel/syscall/list.def" where a table should be.
#include <string.h>

int number_of(const char* name, int bits) {
    if (!strcmp(name, "socket")) return bits == 64 ? 41 : 359;
    return -1;
}
