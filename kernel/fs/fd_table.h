// The descriptors of a process (Linux's files_struct): small numbers for open files. Threads share
// one; fork copies it. Costs memory only for the 64s of descriptors that are in use.
#pragma once

#include "kernel/fs/file.h"

class FdTable : public RefCounted {
  public:
    static constexpr u32 hard_limit = 1u << 20;

    FdTable() = default;
    ~FdTable();

    // RLIMIT_NOFILE: no descriptor from here on. Lowering it closes nothing.
    u32 limit = 1024;

    // EBADF.
    Result<Ref<file>> get(int fd) const {
        file* found = peek(fd);
        if (!found) [[unlikely]]
            return Errno{EBADF};
        return Ref<file>(found);
    }
    // The same without a reference, null for none: only until the caller next blocks.
    file* peek(int fd) const;
    // The lowest free descriptor not below `from`. Errors: EMFILE, ENOMEM; EINVAL when `from` isn't
    // below the limit (F_DUPFD).
    Result<int> install(Ref<file> opened, bool close_on_exec, int from = 0);
    // In two steps, for calls that must not fail once the file exists: reserve, then fill or
    // release.
    Result<int> reserve(bool close_on_exec, int from = 0);
    void fill(int fd, Ref<file> opened);
    void release(int fd);
    // dup2/dup3: whatever was there is closed. Errors: EBADF beyond the limit, EBUSY when reserved.
    Result<int> install_at(int fd, Ref<file> opened, bool close_on_exec);
    // EBADF. The caller's Ref may be the last one.
    Result<Ref<file>> close(int fd);
    Result<bool> close_on_exec(int fd) const;
    Result<void> set_close_on_exec(int fd, bool on);
    // close_range(2); with `only_mark`, sets close-on-exec instead.
    void close_range(u32 first, u32 last, bool only_mark);
    // What execve does.
    void close_marked();
    void close_all();
    // The next descriptor in use from `from` on, or -1: for /proc/PID/fd.
    int next_used(int from) const;
    // Descriptors that there is a table for now: select(2) looks no further, as on Linux.
    u32 capacity() const { return chunk_count_ * chunk_size; }
    // For fork and unshare. ENOMEM.
    Result<Ref<FdTable>> copy() const;

  private:
    static constexpr u32 chunk_size = 64;
    struct Chunk {
        u64 used = 0;   // taken, or reserved when the file is null
        u64 marked = 0; // close-on-exec
        file* files[chunk_size] = {};
    };

    Chunk* chunk_of(u32 fd) const {
        const u32 index = fd / chunk_size;
        return index < chunk_count_ ? chunks_[index] : nullptr;
    }
    Result<Chunk*> make_chunk(u32 index);
    Result<void> grow(u32 chunk_count);
    Ref<file> take(u32 fd);
    void drop_locks(file& closed);

    Chunk first_;
    Chunk* single_ = &first_;
    Chunk** chunks_ = &single_;
    u32 chunk_count_ = 1;
    u32 hint_ = 0; // no chunk before this one has room
};
