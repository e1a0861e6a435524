// The structures of the file calls on x86-64, held against the system's headers.
// The C++ library has a namespace of that name.
#define abi file_abi
#include "kernel/abi/file.h"
#undef abi

#include <cstddef>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define SAME(ours, our_member, theirs, their_member)                                               \
    EXPECT_EQ(offsetof(ours, our_member), offsetof(theirs, their_member))

TEST(Abi, Stat) {
    EXPECT_EQ(sizeof(file_abi::stat64bit), sizeof(struct stat));
    SAME(file_abi::stat64bit, nlink, struct stat, st_nlink);
    SAME(file_abi::stat64bit, mode, struct stat, st_mode);
    SAME(file_abi::stat64bit, rdev, struct stat, st_rdev);
    SAME(file_abi::stat64bit, size, struct stat, st_size);
    SAME(file_abi::stat64bit, blocks, struct stat, st_blocks);
    SAME(file_abi::stat64bit, atime, struct stat, st_atim);
    SAME(file_abi::stat64bit, mtime, struct stat, st_mtim);
    SAME(file_abi::stat64bit, ctime, struct stat, st_ctim);
}

TEST(Abi, Statx) {
    EXPECT_EQ(sizeof(file_abi::statx), sizeof(struct statx));
    SAME(file_abi::statx, mode, struct statx, stx_mode);
    SAME(file_abi::statx, ino, struct statx, stx_ino);
    SAME(file_abi::statx, btime, struct statx, stx_btime);
    SAME(file_abi::statx, mtime, struct statx, stx_mtime);
    SAME(file_abi::statx, rdev_major, struct statx, stx_rdev_major);
    SAME(file_abi::statx, mnt_id, struct statx, stx_mnt_id);
}

TEST(Abi, Others) {
    EXPECT_EQ(sizeof(file_abi::statfs64bit), sizeof(struct statfs));
    SAME(file_abi::statfs64bit, ffree, struct statfs, f_ffree);
    SAME(file_abi::statfs64bit, namelen, struct statfs, f_namelen);
    SAME(file_abi::statfs64bit, flags, struct statfs, f_flags);
    EXPECT_EQ(sizeof(file_abi::flock64bit), sizeof(struct flock));
    SAME(file_abi::flock64bit, start, struct flock, l_start);
    SAME(file_abi::flock64bit, pid, struct flock, l_pid);
    EXPECT_EQ(sizeof(file_abi::pollfd), sizeof(struct pollfd));
    SAME(file_abi::pollfd, revents, struct pollfd, revents);
}
