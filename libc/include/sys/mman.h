// Memory mapping (mmap(2)).
#pragma once
#include <bits/types.h>
#include <uapi/mman.h>
__BEGIN_DECLS
#define MAP_FAILED ((void*)-1)
#define MAP_ANON MAP_ANONYMOUS
#define MAP_FILE 0
#define MFD_CLOEXEC 1u
#define MFD_ALLOW_SEALING 2u
#define POSIX_MADV_NORMAL 0
#define POSIX_MADV_DONTNEED 4
void* mmap(void*, size_t, int, int, int, off_t);
int munmap(void*, size_t);
int mprotect(void*, size_t, int);
void* mremap(void*, size_t, size_t, int, ...);
int msync(void*, size_t, int);
int madvise(void*, size_t, int);
int posix_madvise(void*, size_t, int);
int mincore(void*, size_t, unsigned char*);
int mlock(const void*, size_t);
int munlock(const void*, size_t);
int mlockall(int);
int munlockall(void);
int memfd_create(const char*, unsigned);
int shm_open(const char*, int, mode_t);
int shm_unlink(const char*);
__END_DECLS
