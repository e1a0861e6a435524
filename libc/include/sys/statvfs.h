// Status of a file system as POSIX has it (statvfs(3)).
#pragma once
#include <bits/types.h>
#include <uapi/stat.h>
__BEGIN_DECLS
struct statvfs {
    unsigned long f_bsize, f_frsize;
    fsblkcnt_t f_blocks, f_bfree, f_bavail;
    fsfilcnt_t f_files, f_ffree, f_favail;
    unsigned long f_fsid;
#ifdef __i386__
    int __unused;
#endif
    unsigned long f_flag, f_namemax;
    int __spare[6];
};
int statvfs(const char* __restrict, struct statvfs* __restrict);
int fstatvfs(int, struct statvfs*);
__END_DECLS
