// Structures of the file calls as they lie in user memory: x86-64's and i386's, where 64-bit
// members are aligned to 4. A host test holds x86-64's against the system's headers; the sizes of
// i386's are asserted here.
#pragma once

#include "kernel/base/types.h"

namespace abi {

struct stat64bit { // struct stat of x86-64
    u64 dev, ino, nlink;
    u32 mode, uid, gid, pad;
    u64 rdev;
    i64 size, blksize, blocks;
    u64 atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
    i64 unused[3];
};
struct stat32 { // struct stat of i386
    u32 dev, ino;
    u16 mode, nlink, uid, gid;
    u32 rdev, size, blksize, blocks, atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
    u32 unused[2];
};
struct [[gnu::packed]] stat64_32 { // struct stat64 of i386
    u64 dev;
    u32 pad0, short_ino, mode, nlink, uid, gid;
    u64 rdev;
    u32 pad1;
    i64 size;
    u32 blksize;
    u64 blocks;
    u32 atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
    u64 ino;
};
struct old_stat32 { // struct __old_kernel_stat
    u16 dev, ino, mode, nlink, uid, gid, rdev;
    u32 size, atime, mtime, ctime;
};
static_assert(sizeof(stat64bit) == 144 && sizeof(stat32) == 64 && sizeof(stat64_32) == 96 &&
              sizeof(old_stat32) == 32);

struct statx_timestamp {
    i64 sec;
    u32 nsec;
    i32 pad;
};
struct statx {
    u32 mask, blksize;
    u64 attributes;
    u32 nlink, uid, gid;
    u16 mode, pad;
    u64 ino, size, blocks, attributes_mask;
    statx_timestamp atime, btime, ctime, mtime;
    u32 rdev_major, rdev_minor, dev_major, dev_minor;
    u64 mnt_id;
    u64 spare[13];
};
static_assert(sizeof(statx) == 256);

struct statfs64bit {
    i64 type, bsize;
    u64 blocks, bfree, bavail, files, ffree;
    i32 fsid[2];
    i64 namelen, frsize, flags, spare[4];
};
struct statfs32 {
    u32 type, bsize, blocks, bfree, bavail, files, ffree;
    i32 fsid[2];
    u32 namelen, frsize, flags, spare[4];
};
struct [[gnu::packed]] statfs64_32 {
    u32 type, bsize;
    u64 blocks, bfree, bavail, files, ffree;
    i32 fsid[2];
    u32 namelen, frsize, flags, spare[4];
};
static_assert(sizeof(statfs64bit) == 120 && sizeof(statfs32) == 64 && sizeof(statfs64_32) == 84);

struct flock64bit {
    i16 type, whence;
    i32 pad;
    i64 start, len;
    i32 pid, pad2;
};
struct flock32 {
    i16 type, whence;
    i32 start, len, pid;
};
struct [[gnu::packed]] flock64_32 {
    i16 type, whence;
    i64 start, len;
    i32 pid;
};
static_assert(sizeof(flock64bit) == 32 && sizeof(flock32) == 16 && sizeof(flock64_32) == 24);

struct pollfd {
    i32 fd;
    i16 events, revents;
};

} // namespace abi
