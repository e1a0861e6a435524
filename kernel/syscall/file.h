// The calls on files, by group. Each answers as its page in section 2 of the manual says; `compat_`
// is the form of i386 where that differs.
#pragma once

#include "kernel/base/result.h"
#include "kernel/mem/user_copy.h"

// descriptors (file_open.cpp)
SysResult sys_open(UserPtr<const char> path, u32 flags, u32 mode);
SysResult sys_openat(int fd, UserPtr<const char> path, u32 flags, u32 mode);
SysResult sys_creat(UserPtr<const char> path, u32 mode);
SysResult sys_close(int fd);
SysResult sys_close_range(u32 first, u32 last, u32 flags);
SysResult sys_dup(int fd);
SysResult sys_dup2(int fd, int to);
SysResult sys_dup3(int fd, int to, u32 flags);
SysResult sys_pipe2(UserPtr<int> fds, u32 flags);
SysResult sys_pipe(UserPtr<int> fds);
SysResult sys_memfd_create(UserPtr<const char> name, u32 flags);

// reading and writing (file_io.cpp)
SysResult sys_read(int fd, UserPtr<void> buffer, usize bytes);
SysResult sys_write(int fd, UserPtr<const void> buffer, usize bytes);
SysResult sys_pread64(int fd, UserPtr<void> buffer, usize bytes, i64 position);
SysResult sys_pwrite64(int fd, UserPtr<const void> buffer, usize bytes, i64 position);
SysResult compat_sys_pread64(int fd, UserPtr<void> buffer, usize bytes, u32 low, u32 high);
SysResult compat_sys_pwrite64(int fd, UserPtr<const void> buffer, usize bytes, u32 low, u32 high);
SysResult sys_readv(int fd, UserPtr<const void> array, usize count);
SysResult sys_writev(int fd, UserPtr<const void> array, usize count);
SysResult compat_sys_readv(int fd, UserPtr<const void> array, usize count);
SysResult compat_sys_writev(int fd, UserPtr<const void> array, usize count);
SysResult sys_preadv(int fd, UserPtr<const void> array, usize count, i64 position);
SysResult sys_pwritev(int fd, UserPtr<const void> array, usize count, i64 position);
SysResult compat_sys_preadv(int fd, UserPtr<const void> array, usize count, u32 low, u32 high);
SysResult compat_sys_pwritev(int fd, UserPtr<const void> array, usize count, u32 low, u32 high);
SysResult sys_preadv2(int fd, UserPtr<const void> array, usize count, i64 position, usize,
                      u32 flags);
SysResult sys_pwritev2(int fd, UserPtr<const void> array, usize count, i64 position, usize,
                       u32 flags);
SysResult compat_sys_preadv2(int fd, UserPtr<const void> array, usize count, u32 low, u32 high,
                             u32 flags);
SysResult compat_sys_pwritev2(int fd, UserPtr<const void> array, usize count, u32 low, u32 high,
                              u32 flags);
SysResult sys_lseek(int fd, i64 offset, int whence);
SysResult compat_sys_lseek(int fd, i32 offset, int whence);
SysResult compat_sys_llseek(int fd, u32 high, u32 low, UserPtr<i64> result, int whence);

// stat (file_stat.cpp)
SysResult sys_stat(UserPtr<const char> path, UserPtr<void> to);
SysResult sys_lstat(UserPtr<const char> path, UserPtr<void> to);
SysResult sys_fstat(int fd, UserPtr<void> to);
SysResult sys_newfstatat(int fd, UserPtr<const char> path, UserPtr<void> to, u32 flags);
SysResult compat_sys_stat64(UserPtr<const char> path, UserPtr<void> to);
SysResult compat_sys_lstat64(UserPtr<const char> path, UserPtr<void> to);
SysResult compat_sys_fstat64(int fd, UserPtr<void> to);
SysResult compat_sys_fstatat64(int fd, UserPtr<const char> path, UserPtr<void> to, u32 flags);
SysResult compat_sys_newstat(UserPtr<const char> path, UserPtr<void> to);
SysResult compat_sys_newlstat(UserPtr<const char> path, UserPtr<void> to);
SysResult compat_sys_newfstat(int fd, UserPtr<void> to);
SysResult compat_sys_oldstat(UserPtr<const char> path, UserPtr<void> to);
SysResult compat_sys_oldlstat(UserPtr<const char> path, UserPtr<void> to);
SysResult compat_sys_oldfstat(int fd, UserPtr<void> to);
SysResult sys_statx(int fd, UserPtr<const char> path, u32 flags, u32 mask, UserPtr<void> to);
SysResult sys_statfs(UserPtr<const char> path, UserPtr<void> to);
SysResult sys_fstatfs(int fd, UserPtr<void> to);
SysResult compat_sys_statfs(UserPtr<const char> path, UserPtr<void> to);
SysResult compat_sys_fstatfs(int fd, UserPtr<void> to);
SysResult compat_sys_statfs64(UserPtr<const char> path, usize size, UserPtr<void> to);
SysResult compat_sys_fstatfs64(int fd, usize size, UserPtr<void> to);

// names (file_names.cpp)
SysResult sys_mkdirat(int fd, UserPtr<const char> path, u32 mode);
SysResult sys_mkdir(UserPtr<const char> path, u32 mode);
SysResult sys_mknodat(int fd, UserPtr<const char> path, u32 mode, u32 device);
SysResult sys_mknod(UserPtr<const char> path, u32 mode, u32 device);
SysResult sys_unlinkat(int fd, UserPtr<const char> path, u32 flags);
SysResult sys_unlink(UserPtr<const char> path);
SysResult sys_rmdir(UserPtr<const char> path);
SysResult sys_renameat2(int from_fd, UserPtr<const char> from_path, int to_fd,
                        UserPtr<const char> to_path, u32 flags);
SysResult sys_renameat(int from_fd, UserPtr<const char> from, int to_fd, UserPtr<const char> to);
SysResult sys_rename(UserPtr<const char> from, UserPtr<const char> to);
SysResult sys_linkat(int from_fd, UserPtr<const char> from_path, int to_fd,
                     UserPtr<const char> to_path, u32 flags);
SysResult sys_link(UserPtr<const char> from, UserPtr<const char> to);
SysResult sys_symlinkat(UserPtr<const char> target_path, int fd, UserPtr<const char> path);
SysResult sys_symlink(UserPtr<const char> target, UserPtr<const char> path);
SysResult sys_readlinkat(int fd, UserPtr<const char> path, UserPtr<char> to, int bytes);
SysResult sys_readlink(UserPtr<const char> path, UserPtr<char> to, int bytes);

// modes, owners, times, access (file_attributes.cpp)
SysResult sys_chmod(UserPtr<const char> path, u32 mode);
SysResult sys_fchmod(int fd, u32 mode);
SysResult sys_fchmodat(int fd, UserPtr<const char> path, u32 mode);
SysResult sys_fchmodat2(int fd, UserPtr<const char> path, u32 mode, u32 flags);
SysResult sys_fchownat(int fd, UserPtr<const char> path, u32 uid, u32 gid, u32 flags);
SysResult sys_chown(UserPtr<const char> path, u32 uid, u32 gid);
SysResult sys_lchown(UserPtr<const char> path, u32 uid, u32 gid);
SysResult sys_fchown(int fd, u32 uid, u32 gid);
SysResult compat_sys_chown16(UserPtr<const char> path, u16 uid, u16 gid);
SysResult compat_sys_lchown16(UserPtr<const char> path, u16 uid, u16 gid);
SysResult compat_sys_fchown16(int fd, u16 uid, u16 gid);
SysResult sys_umask(u32 mask);
SysResult sys_faccessat2(int fd, UserPtr<const char> path, u32 what, u32 flags);
SysResult sys_faccessat(int fd, UserPtr<const char> path, u32 what);
SysResult sys_access(UserPtr<const char> path, u32 what);
SysResult sys_utimensat(int fd, UserPtr<const char> path, UserPtr<const void> times, u32 flags);
SysResult compat_sys_utimensat_time64(int fd, UserPtr<const char> path, UserPtr<const void> times,
                                      u32 flags);
SysResult compat_sys_utimensat(int fd, UserPtr<const char> path, UserPtr<const void> times,
                               u32 flags);
SysResult sys_futimesat(int fd, UserPtr<const char> path, UserPtr<const void> times);
SysResult compat_sys_futimesat(int fd, UserPtr<const char> path, UserPtr<const void> times);
SysResult sys_utimes(UserPtr<const char> path, UserPtr<const void> times);
SysResult compat_sys_utimes(UserPtr<const char> path, UserPtr<const void> times);
SysResult sys_utime(UserPtr<const char> path, UserPtr<const void> times);
SysResult compat_sys_utime(UserPtr<const char> path, UserPtr<const void> times);
SysResult sys_setxattr(UserPtr<const char> path, UserPtr<const char>, UserPtr<const void>, usize,
                       u32);
SysResult sys_lsetxattr(UserPtr<const char> path, UserPtr<const char>, UserPtr<const void>, usize,
                        u32);
SysResult sys_fsetxattr(int fd, UserPtr<const char>, UserPtr<const void>, usize, u32);
SysResult sys_getxattr(UserPtr<const char> path, UserPtr<const char>, UserPtr<void>, usize);
SysResult sys_lgetxattr(UserPtr<const char> path, UserPtr<const char>, UserPtr<void>, usize);
SysResult sys_fgetxattr(int fd, UserPtr<const char>, UserPtr<void>, usize);
SysResult sys_listxattr(UserPtr<const char> path, UserPtr<char>, usize);
SysResult sys_llistxattr(UserPtr<const char> path, UserPtr<char>, usize);
SysResult sys_flistxattr(int fd, UserPtr<char>, usize);
SysResult sys_removexattr(UserPtr<const char> path, UserPtr<const char>);
SysResult sys_lremovexattr(UserPtr<const char> path, UserPtr<const char>);
SysResult sys_fremovexattr(int fd, UserPtr<const char>);

// fcntl, flock, ioctl (file_control.cpp)
SysResult sys_fcntl(int fd, u32 command, uptr argument);
SysResult compat_sys_fcntl64(int fd, u32 command, uptr argument);
SysResult compat_sys_fcntl(int fd, u32 command, uptr argument);
SysResult sys_flock(int fd, u32 operation);
SysResult sys_ioctl(int fd, u32 command, uptr argument);
SysResult compat_sys_ioctl(int fd, u32 command, u32 argument);

// extent (file_space.cpp)
SysResult sys_truncate(UserPtr<const char> path, i64 size);
SysResult sys_ftruncate(int fd, i64 size);
SysResult compat_sys_truncate(UserPtr<const char> path, i32 size);
SysResult compat_sys_ftruncate(int fd, i32 size);
SysResult compat_sys_truncate64(UserPtr<const char> path, u32 low, u32 high);
SysResult compat_sys_ftruncate64(int fd, u32 low, u32 high);
SysResult sys_fallocate(int fd, u32 mode, i64 start, i64 length);
SysResult compat_sys_fallocate(int fd, u32 mode, u32 start_low, u32 start_high, u32 length_low,
                               u32 length_high);
SysResult sys_sync();
SysResult sys_fsync(int fd);
SysResult sys_fdatasync(int fd);
SysResult sys_syncfs(int fd);
SysResult sys_sync_file_range(int fd, i64 start, i64 length, u32 flags);
SysResult compat_sys_sync_file_range(int fd, u32 start_low, u32 start_high, u32 length_low,
                                     u32 length_high, u32 flags);
SysResult sys_fadvise64(int fd, i64, i64 length, int advice);
SysResult compat_sys_fadvise64(int fd, u32 low, u32 high, u32 length, int advice);
SysResult compat_sys_fadvise64_64(int fd, u32 low, u32 high, u32 length_low, u32 length_high,
                                  int advice);
SysResult sys_readahead(int fd, i64, usize);
SysResult compat_sys_readahead(int fd, u32 low, u32 high, usize bytes);

// from file to file (file_splice.cpp)
SysResult sys_sendfile64(int out, int in, UserPtr<i64> position, usize bytes);
SysResult compat_sys_sendfile(int out, int in, UserPtr<i32> position, usize bytes);
SysResult sys_splice(int in_fd, UserPtr<i64> in_position, int out_fd, UserPtr<i64> out_position,
                     usize bytes, u32 flags);
SysResult sys_vmsplice(int fd, UserPtr<const void> segments, usize count, u32 flags);
SysResult compat_sys_vmsplice(int fd, UserPtr<const void> segments, usize count, u32 flags);
SysResult sys_tee(int in_fd, int out_fd, usize bytes, u32 flags);
SysResult sys_copy_file_range(int in_fd, UserPtr<i64> in_position, int out_fd,
                              UserPtr<i64> out_position, usize bytes, u32 flags);

// directories and mounts (file_directory.cpp)
SysResult sys_getdents64(int fd, UserPtr<void> to, u32 bytes);
SysResult sys_getdents(int fd, UserPtr<void> to, u32 bytes);
SysResult compat_sys_getdents(int fd, UserPtr<void> to, u32 bytes);
SysResult sys_getcwd(UserPtr<char> to, usize bytes);
SysResult sys_chdir(UserPtr<const char> path);
SysResult sys_fchdir(int fd);
SysResult sys_chroot(UserPtr<const char> path);
SysResult sys_mount(UserPtr<const char> source, UserPtr<const char> target,
                    UserPtr<const char> type, usize flags, UserPtr<const void>);
SysResult sys_umount2(UserPtr<const char> target, u32 flags);
SysResult compat_sys_umount(UserPtr<const char> target);
