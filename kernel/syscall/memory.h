// Memory: mmap(2) and its relatives.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/mem/user_copy.h"

SysResult sys_brk(uptr address);
SysResult sys_mmap(uptr address, usize bytes, int protection, int flags, int fd, u64 offset);
// The offset counts pages.
SysResult compat_sys_mmap2(uptr address, usize bytes, int protection, int flags, int fd,
                           u32 offset);
SysResult compat_sys_old_mmap(UserPtr<const mmap_arguments32> arguments);
SysResult sys_munmap(uptr address, usize bytes);
SysResult sys_mprotect(uptr address, usize bytes, int protection);
SysResult sys_mremap(uptr address, usize old_bytes, usize new_bytes, int flags, uptr new_address);
SysResult sys_msync(uptr address, usize bytes, int flags);
SysResult sys_madvise(uptr address, usize bytes, int advice);
SysResult sys_mincore(uptr address, usize bytes, UserPtr<u8> residency);
SysResult sys_mlock(uptr address, usize bytes);
SysResult sys_mlock2(uptr address, usize bytes, int flags);
SysResult sys_munlock(uptr address, usize bytes);
SysResult sys_mlockall(int flags);
SysResult sys_munlockall();
