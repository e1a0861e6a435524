// Ancillary data of AF_UNIX: checking what a sender brings, handing out what a receiver gets.
#include "net/unix/scm.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/control_message.h"
#include "net/unix/unix_sock.h"

namespace {

constexpr usize header64 = 16, header32 = 12; // of a cmsghdr

FileList* lists_to_free = nullptr;
bool freeing = false;

struct Ucred {
    i32 pid;
    u32 uid, gid;
};

struct ControlHeader {
    u64 length;
    i32 level, type;
};

Result<FileList*> list_of(ScmCookie& scm) {
    if (scm.files) return scm.files;
    scm.files = TRY(make_box<FileList>()).release();
    return scm.files;
}

Result<void> add_files(ScmCookie& scm, const u8* data, usize bytes) {
    const usize count = bytes / sizeof(int);
    if (count == 0) return {};
    if (count > FileList::max) return Errno{EINVAL};
    FileList& list = *TRY(list_of(scm));
    if (list.count + count > FileList::max) return Errno{EINVAL};
    for (usize i = 0; i < count; i++) {
        int fd;
        memcpy(&fd, data + i * sizeof fd, sizeof fd);
        list.files[list.count] = TRY(unix_services().get_file(fd));
        list.count++;
    }
    return {};
}

Result<void> claim_identity(ScmCookie& scm, const u8* data, usize bytes) {
    Ucred claimed;
    if (bytes != sizeof claimed) return Errno{EINVAL};
    memcpy(&claimed, data, sizeof claimed);
    const UnixIdentity identity{claimed.pid, claimed.uid, claimed.gid};
    TRY(unix_services().check_identity(identity));
    scm.identity = identity;
    scm.has_identity = true;
    return {};
}

// The bytes that the program's own layout takes of what is in message.control so far.
usize used_in_compat(const msghdr& message) {
    usize used = 0;
    for (usize at = 0; at + header64 <= message.control_used;) {
        ControlHeader header;
        memcpy(&header, message.control + at, sizeof header);
        used += align_up(header.length - header64 + header32, 4);
        at += align_up(header.length, 8);
    }
    return used;
}

// How many descriptors fit into what the program has left, in its layout.
u32 room_for_files(const msghdr& message) {
    if (!message.control) return 0;
    const usize header = message.compat ? header32 : header64;
    const usize room = message.compat ? message.control_room : message.controllen;
    const usize used = message.compat ? used_in_compat(message) : message.control_used;
    if (room <= used + header) return 0;
    return static_cast<u32>(min((room - used - header) / sizeof(int), usize{FileList::max}));
}

void hand_out_files(msghdr& message, const FileList& list, u32 flags) {
    const u32 most = min(room_for_files(message), list.count);
    int numbers[FileList::max];
    u32 given = 0;
    for (; given < most; given++) {
        auto fd = unix_services().install_file(*list.files[given], flags & MSG_CMSG_CLOEXEC);
        if (!fd.ok()) break;
        numbers[given] = *fd;
    }
    if (given) put_cmsg(message, SOL_SOCKET, SCM_RIGHTS, numbers, given * sizeof(int));
    if (given < list.count) message.flags |= MSG_CTRUNC;
}

void put_files(FileList& list) {
    if (list.in_flight) files_land(list);
    for (u32 i = 0; i < list.count; i++) unix_services().put_file(*list.files[i]);
    Box<FileList>(&list).reset();
}

} // namespace

void free_file_list(FileList* list) {
    if (!list) return;
    list->next = std::exchange(lists_to_free, list);
    if (std::exchange(freeing, true)) return;
    while (FileList* first = lists_to_free) {
        lists_to_free = first->next;
        put_files(*first);
    }
    freeing = false;
}

FileList* copy_file_list(const FileList& list) {
    auto copy = make_box<FileList>();
    if (!copy.ok()) return nullptr;
    for (u32 i = 0; i < list.count; i++) {
        unix_services().hold_file(*list.files[i]);
        (*copy)->files[i] = list.files[i];
    }
    (*copy)->count = list.count;
    return (*copy).release();
}

Result<void> scm_send(const msghdr& message, ScmCookie& scm) {
    ControlReader control(message);
    ControlMessage item;
    while (TRY(control.next(item))) {
        if (item.level != SOL_SOCKET) continue;
        if (item.type == SCM_RIGHTS)
            TRY(add_files(scm, item.data.data(), item.data.size()));
        else if (item.type == SCM_CREDENTIALS)
            TRY(claim_identity(scm, item.data.data(), item.data.size()));
        else
            return Errno{EINVAL};
    }
    return {};
}

void scm_recv(unix_sock& sk, msghdr& message, ScmCookie& scm, u32 flags) {
    if (!message.control) {
        if (sk.pass_credentials || scm.files) message.flags |= MSG_CTRUNC;
        return;
    }
    if (sk.pass_credentials) {
        constexpr u32 nobody = 65534; // what an unknown user or group reads as
        const UnixIdentity& who = scm.identity;
        const Ucred shown{who.pid, who.uid == ~0u ? nobody : who.uid,
                          who.gid == ~0u ? nobody : who.gid};
        put_cmsg(message, SOL_SOCKET, SCM_CREDENTIALS, &shown, sizeof shown);
    }
    if (scm.files) hand_out_files(message, *scm.files, flags);
}
