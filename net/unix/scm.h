// What travels beside the bytes: descriptors (SCM_RIGHTS) and identities (SCM_CREDENTIALS).
#pragma once

#include "net/unix/unix.h"

struct unix_sock;

// Open files on their way in a message. Owns a reference to each.
struct FileList {
    static constexpr u32 max = 253; // SCM_MAX_FD

    u32 count = 0;
    u32 uid = 0; // whose account they are on while in flight
    bool in_flight = false;
    FileList* next = nullptr; // among those to be let go
    file* files[max];
};
// Lets go of the files; frees the list. May be null. The last reference to a file may go with it,
// and with that socket further messages: that is done one after the other, not nested.
void free_file_list(FileList* list);

// What a call's ancillary data says (sending), or what a message brought (receiving).
struct ScmCookie {
    FileList* files = nullptr;
    bool has_identity = false;
    UnixIdentity identity{0, ~0u, ~0u};

    ScmCookie() = default;
    ScmCookie(const ScmCookie&) = delete;
    ~ScmCookie() { free_file_list(files); }
};

// Reads message.control. Errors: EINVAL (malformed, unknown), EBADF, EPERM, ESRCH, ENOMEM.
Result<void> scm_send(const msghdr& message, ScmCookie& scm);
// Writes message.control: the identity when `sk` wants it, and descriptors for as many files as
// there is room for; sets MSG_CTRUNC when not all fit. Files without a descriptor are let go.
void scm_recv(unix_sock& sk, msghdr& message, ScmCookie& scm, u32 flags);
// The same files once more. Null when there is no memory.
FileList* copy_file_list(const FileList& list);

// --- in flight (garbage.cpp) ---
// ETOOMANYREFS.
Result<void> files_take_off(FileList& list);
void files_land(FileList& list);
// Frees the sockets that only messages in the queues of such sockets hold.
void unix_gc();
// The same after a socket was closed, but not so often that a close costs more than a bounded share
// of the work; and before sending, when very many are in flight.
void unix_gc_after_close();
void unix_gc_if_many();
