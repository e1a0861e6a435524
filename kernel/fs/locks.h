// Advisory locks: fcntl(2) record locks (owned by a process or by an open file description) and
// flock(2) locks, kept with the inode.
#pragma once

#include "kernel/fs/file.h"

// Who holds a lock: the descriptor table of the process (POSIX locks, as Linux has it) or the file
// itself (OFD locks and flock).
struct LockRange {
    i16 type = F_UNLCK; // F_RDLCK, F_WRLCK, F_UNLCK
    u64 start = 0;
    u64 end = ~u64{0}; // the last byte
    const void* owner = nullptr;
    int pid = 0; // for F_GETLK; -1 for OFD locks
};

// Sets or releases; waits when `wait`. Errors: EAGAIN, EINTR, EDEADLK (POSIX owners), ENOMEM.
Result<void> set_record_lock(Inode& inode, const LockRange& lock, bool wait);
// The first lock that stands in the way, or one of type F_UNLCK.
LockRange test_record_lock(const Inode& inode, const LockRange& lock);
// LOCK_SH, LOCK_EX, LOCK_UN. Errors: EAGAIN (EWOULDBLOCK), EINTR, ENOMEM.
Result<void> set_flock(Inode& inode, const void* owner, int operation, bool wait);
// What `owner` still holds goes: of record locks; of both kinds.
void release_record_locks(Inode& inode, const void* owner);
void release_file_locks(Inode& inode, const void* owner);
void destroy_locks(LockTable* table);
