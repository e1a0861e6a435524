// Opening and controlling files (fcntl(2), open(2)).
#pragma once
#include <bits/types.h>
#include <sys/stat.h>
#include <uapi/fcntl.h>
#ifdef __i386__
// struct flock has 64-bit offsets here: take the calls that read it so.
#undef F_GETLK
#undef F_SETLK
#undef F_SETLKW
#define F_GETLK 12
#define F_SETLK 13
#define F_SETLKW 14
#endif
#define O_NDELAY O_NONBLOCK
#define O_RSYNC O_SYNC
#define O_ASYNC FASYNC
#define O_LARGEFILE 0
#define FAPPEND O_APPEND
#define FNONBLOCK O_NONBLOCK
#define POSIX_FADV_NORMAL 0
#define POSIX_FADV_RANDOM 1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED 3
#define POSIX_FADV_DONTNEED 4
#define POSIX_FADV_NOREUSE 5
__BEGIN_DECLS
struct flock {
    short l_type, l_whence;
    off_t l_start, l_len;
    pid_t l_pid;
};
int open(const char*, int, ...);
int openat(int, const char*, int, ...);
int creat(const char*, mode_t);
int fcntl(int, int, ...);
int posix_fallocate(int, off_t, off_t);
int fallocate(int, int, off_t, off_t);
int posix_fadvise(int, off_t, off_t, int);
ssize_t splice(int, off_t*, int, off_t*, size_t, unsigned);
ssize_t tee(int, int, size_t, unsigned);
__END_DECLS
