// Who is told of an open file's news by signal: F_SETOWN, F_SETSIG and O_ASYNC of fcntl(2). The
// owner hangs hooks on the file's wait queues, as an epoll set does; what the signal looks like and
// who may get it, proc/ knows.
#pragma once

#include "kernel/base/credentials.h"
#include "kernel/base/result.h"
#include "kernel/base/wait.h"

struct file;

struct FileOwner {
    explicit FileOwner(file& opened) : opened(opened) {}
    FileOwner(const FileOwner&) = delete;
    ~FileOwner();

    file& opened;
    int type = 1;            // F_OWNER_*
    int id = 0;              // thread, process or group; 0: nobody
    u32 uid = 0, euid = 0;   // of who said so
    int signal = 0;          // F_SETSIG; 0: SIGIO, without a siginfo of its own
    int fd = -1;             // that O_ASYNC was switched on by: si_fd
    bool wants_room = false; // something didn't fit: the next POLLOUT is news

    // Hangs the hooks, once. ENOMEM.
    Result<void> watch();

  private:
    struct Hook;
    Hook* hooks_ = nullptr;
    friend class OwnerTable;
};

// The file's owner, made when it has none. ENOMEM.
Result<FileOwner*> file_owner(file& opened);
// O_ASYNC switched on by this descriptor, or off. ENOMEM.
Result<void> set_file_async(file& opened, int fd, bool on);
// A write or poll found no room.
void note_no_room(file& opened);

// Sends the signal: `reason` is POLL_IN …; SIGURG when `urgent`. Set by proc/.
extern void (*signal_file_owner)(const FileOwner& owner, int reason, bool urgent);
