// errno itself, and how a wrapper sets it.
#include "sysdep.h"

__thread int errno;

// The distance of errno from the thread pointer, for the wrappers in assembly: NASM can't mark a
// symbol that it only refers to as thread-local, which the linker asks for.
#ifdef __x86_64__
#define OFFSET_OF_ERRNO ".quad errno@tpoff"
#else
#define OFFSET_OF_ERRNO ".long errno@ntpoff"
#endif
__asm__(".section .rodata.__errno_offset, \"a\"\n"
        ".globl __errno_offset\n"
        ".hidden __errno_offset\n"
        ".balign 8\n"
        "__errno_offset: " OFFSET_OF_ERRNO "\n"
        ".previous\n");

long __syscall_error(long result) {
    errno = -(int)result;
    return -1;
}
