// Memory mapping (mmap(2)) and the program's break (brk(2)).
#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sysdep.h"

void* mmap(void* address, size_t length, int protection, int flags, int fd, off_t offset) {
    if (length >= PTRDIFF_MAX) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
#ifdef __x86_64__
    return (void*)INLINE_SYSCALL(mmap, 6, address, length, protection, flags, fd, offset);
#else
    // mmap2 counts the offset in pages of 4,096 bytes.
    if ((offset & 0xfff) || (offset >> 44)) {
        errno = EINVAL;
        return MAP_FAILED;
    }
    return (void*)INLINE_SYSCALL(mmap2, 6, address, length, protection, flags, fd, offset >> 12);
#endif
}

int munmap(void* address, size_t length) { return (int)INLINE_SYSCALL(munmap, 2, address, length); }
int mprotect(void* address, size_t length, int protection) {
    return (int)INLINE_SYSCALL(mprotect, 3, address, length, protection);
}
void* mremap(void* address, size_t old_length, size_t new_length, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    void* target = (flags & MREMAP_FIXED) ? va_arg(arguments, void*) : 0;
    va_end(arguments);
    return (void*)INLINE_SYSCALL(mremap, 5, address, old_length, new_length, flags, target);
}
int msync(void* address, size_t length, int flags) {
    return (int)SYSCALL_CANCEL(msync, address, length, flags);
}
int madvise(void* address, size_t length, int advice) {
    return (int)INLINE_SYSCALL(madvise, 3, address, length, advice);
}
int posix_madvise(void* address, size_t length, int advice) {
    if (advice == POSIX_MADV_DONTNEED) return 0; // Linux's MADV_DONTNEED would discard the data
    return -(int)INTERNAL_SYSCALL(madvise, 3, address, length, advice);
}
int mincore(void* address, size_t length, unsigned char* map) {
    return (int)INLINE_SYSCALL(mincore, 3, address, length, map);
}
int mlock(const void* address, size_t length) {
    return (int)INLINE_SYSCALL(mlock, 2, address, length);
}
int munlock(const void* address, size_t length) {
    return (int)INLINE_SYSCALL(munlock, 2, address, length);
}
int mlockall(int flags) { return (int)INLINE_SYSCALL(mlockall, 1, flags); }
int munlockall(void) { return (int)INLINE_SYSCALL(munlockall, 0); }
int memfd_create(const char* name, unsigned flags) {
    return (int)INLINE_SYSCALL(memfd_create, 2, name, flags);
}

static char* current_break;

int brk(void* end) {
    current_break = (char*)INTERNAL_SYSCALL(brk, 1, end);
    if (current_break >= (char*)end) return 0;
    errno = ENOMEM;
    return -1;
}

void* sbrk(intptr_t increment) {
    if (!current_break) brk(0);
    char* old = current_break;
    if (increment == 0) return old;
    return brk(old + increment) == 0 ? old : (void*)-1;
}
