// An open file: what a descriptor stands for. Pipes, sockets, devices, epoll instances are all
// `struct file`s with operations of their own; the last reference that goes closes it.
#pragma once

#include "kernel/base/iov.h"
#include "kernel/base/wait.h"
#include "kernel/fs/inode.h"
#include "kernel/mem/page_source.h"
#include "kernel/uapi/poll.h"

struct EpollItem;
struct FileOwner;

struct file : RefCounted {
    explicit file(u32 flags) : flags(flags) {}
    virtual ~file();

    u32 flags;             // O_ACCMODE and the status flags; O_CLOEXEC is the descriptor's
    bool seekable = false; // has an offset: lseek, pread and pwrite work
    i64 offset = 0;        // of the next read or write, when seekable
    Ref<Dentry> dentry;    // null for what never had a name (pipes, sockets, epoll …)
    Ref<Inode> inode;      // null likewise
    EpollItem* epoll_items = nullptr; // the epoll instances that watch this file
    FileOwner* owner = nullptr;       // whom signals tell of it (kernel/fs/file_owner.h)

    // Access mode 3 is neither (open(2): for ioctl alone).
    bool readable() const { return (flags + 1) & 1; }
    bool writable() const { return (flags + 1) & 2; }
    bool nonblocking() const { return flags & O_NONBLOCK; }

    // Move up to iter.remaining() bytes, at `position` (which they advance) when seekable. The
    // caller has checked the access mode. 0 from read is the end of file. Errors as read(2) and
    // write(2); EPIPE leaves the signal to the caller. EINVAL when the object has no such
    // operation.
    virtual Result<usize> read(IovIter& to, i64& position);
    virtual Result<usize> write(IovIter& from, i64& position);
    // Whether write(2)'s EPIPE comes with SIGPIPE: not for sockets that keep messages apart.
    virtual bool epipe_signals() const { return true; }
    // The new offset. ESPIPE unless seekable.
    virtual Result<i64> seek(i64 offset, int whence);
    // POLL* bits that hold now. With a table, also adds the wait queues that tell of a change.
    virtual u32 poll(PollTable* table);
    // Whether epoll can watch it: not files and directories, which are always ready.
    virtual bool pollable() const {
        return !inode || !(inode->is_regular() || inode->is_directory());
    }
    // ENOTTY for commands that the object doesn't know. `compat`: the caller's structures are
    // i386's. FIONBIO, FIOASYNC, FIOCLEX and FIONCLEX never come here.
    virtual SysResult ioctl(u32 command, uptr argument, bool compat);
    // The pages for mmap(2): ENODEV when it can't be mapped; null means anonymous zeros
    // (/dev/zero).
    virtual Result<Ref<PageSource>> page_source();
    virtual Result<void> sync() {
        return {};
    } // fsync: EINVAL for what has no storage is the caller's
    // Directories: entries from `offset` on. ENOTDIR.
    virtual Result<void> read_directory(DirectorySink& sink);
    // For descriptors without an inode; with one, the inode's.
    virtual FileStatus status();
    // The inode whose attributes can be changed and that locks lie on; for pipes and sockets made
    // now. EINVAL when there is none.
    virtual Result<Ref<Inode>> attributes();
    // "pipe:[12]", "anon_inode:[eventpoll]" for /proc/PID/fd; the path when there is a dentry.
    virtual usize describe(std::span<char> to);
    // A place that opening /proc/PID/fd/N leads to. ENXIO when there is none (sockets).
    virtual Result<Ref<Dentry>> reopen();
    // Whether O_ASYNC can be switched on: sockets, pipes and terminals.
    virtual bool async_capable() const { return false; }
    // fcntl(F_SETFL) after the flags were changed.
    virtual void flags_changed() {}

    // sendfile and splice: gives the bytes at `position` to `out` without a copy in between where
    // the object can (files in memory); returns the bytes moved. EINVAL when it can't.
    virtual Result<usize> splice_to(file& out, i64& position, usize bytes);

  protected:
    // A destructor whose work could still send a signal calls this first.
    void drop_owner();

  public:
    // What to tell apart by type without RTTI.
    virtual class Pipe* as_pipe() { return nullptr; }
    virtual class EventPoll* as_event_poll() { return nullptr; }
    virtual class TimerFile* as_timer() { return nullptr; }
    virtual class SignalFile* as_signal_file() { return nullptr; }
    virtual class SocketFile* as_socket() { return nullptr; }
};

// A fresh inode number for objects without a file system (pipes, sockets …).
u64 anonymous_inode_number();
