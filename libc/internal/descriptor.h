// The strong names of the calls on descriptors that libc makes itself: a program may have functions
// of its own called read or close.
#pragma once
#include <sys/types.h>

int __open(const char* path, int flags, ...);
int __close(int);
ssize_t __read(int, void*, size_t);
ssize_t __write(int, const void*, size_t);
off_t __lseek(int, off_t, int);
