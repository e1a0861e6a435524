// The types that several headers share, with the widths that Linux's ABI gives them; off_t and
// time_t are 64 bits wide on both architectures.
#pragma once
#include <features.h>
#include <stddef.h>

typedef __INT8_TYPE__ int8_t;
typedef __INT16_TYPE__ int16_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;

#ifdef __x86_64__
typedef long ssize_t;
#else
typedef int ssize_t;
#endif
typedef int64_t off_t;
typedef int64_t off64_t;
typedef int64_t loff_t;
typedef int64_t time_t;
typedef int64_t suseconds_t;
typedef int64_t blkcnt_t;
typedef uint64_t fsblkcnt_t;
typedef uint64_t fsfilcnt_t;
typedef uint64_t dev_t;
typedef uint64_t ino_t;
typedef uint64_t ino64_t;
typedef uint64_t rlim_t;
typedef unsigned long nlink_t;
typedef long blksize_t;
typedef long clock_t;
typedef unsigned mode_t;
typedef unsigned uid_t;
typedef unsigned gid_t;
typedef unsigned id_t;
typedef unsigned useconds_t;
typedef unsigned socklen_t;
typedef unsigned short sa_family_t;
typedef int pid_t;
typedef int clockid_t;
typedef int key_t;
typedef void* timer_t;

struct timespec {
    time_t tv_sec;
    long tv_nsec;
#ifdef __i386__
    int : 32; // the kernel's tv_nsec is 64 bits wide
#endif
};

struct timeval {
    time_t tv_sec;
    suseconds_t tv_usec;
};

struct iovec {
    void* iov_base;
    size_t iov_len;
};

// 1,024 signals have room; the kernel looks at the first 64.
typedef struct {
    unsigned long __bits[128 / sizeof(long)];
} sigset_t;

// Sizes as in the processor's ABI supplements, so that structures which hold them stay equal.
typedef unsigned long pthread_t;
typedef unsigned pthread_key_t;
typedef int pthread_once_t;
#ifdef __x86_64__
#define __PTHREAD_SIZES(a64, a32) a64
#else
#define __PTHREAD_SIZES(a64, a32) a32
#endif
typedef union {
    char __size[__PTHREAD_SIZES(56, 36)];
    struct {
        size_t __stack_size, __guard_size;
        void* __stack;
        int __detached;
    } __a;
    long __align;
} pthread_attr_t;
typedef union {
    char __size[__PTHREAD_SIZES(40, 24)];
    struct {
        int __word, __kind;
        unsigned __count;
        void *__next, *__previous; // robust ones held by a thread are a list
    } __m;
    long __align;
} pthread_mutex_t;
typedef union {
    char __size[48];
    struct {
        unsigned __sequence, __waiters;
        int __clock, __shared;
    } __c;
    long long __align;
} pthread_cond_t;
typedef union {
    char __size[__PTHREAD_SIZES(56, 32)];
    struct {
        int __state, __writer, __shared;
    } __r;
    long __align;
} pthread_rwlock_t;
typedef union {
    char __size[__PTHREAD_SIZES(32, 20)];
    struct {
        int __lock;
        unsigned __limit : 31, __shared : 1;
        unsigned __arrived, __round, __inside;
    } __b;
    long __align;
} pthread_barrier_t;
typedef union {
    char __size[4];
    int __kind;
} pthread_mutexattr_t;
typedef union {
    char __size[4];
    struct {
        unsigned char __clock, __shared;
    } __c;
} pthread_condattr_t;
typedef union {
    char __size[8];
    int __shared;
    long __align;
} pthread_rwlockattr_t;
typedef union {
    char __size[4];
    int __shared;
} pthread_barrierattr_t;
typedef volatile int pthread_spinlock_t;
