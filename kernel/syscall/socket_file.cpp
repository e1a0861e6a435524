// read, write, poll and ioctl on a socket's descriptor end here; recv and send pass it by.
#include "kernel/syscall/socket_file.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/anonymous.h"
#include "kernel/fs/file_owner.h"
#include "kernel/mem/user_copy.h"
#include "kernel/proc/process.h"
#include "kernel/proc/signal_owner.h"
#include "kernel/syscall/file_common.h"
#include "kernel/uapi/fcntl.h"
#include "net/sock.h"

SocketFile::SocketFile(Ref<socket> sock, u32 flags)
    : file(O_RDWR | flags), sock_(std::move(sock)), uid_(current_credentials().fsuid),
      gid_(current_credentials().fsgid) {
    sock_->inode = anonymous_inode_number();
    if (sock_->sk) sock_->sk->inode = sock_->inode;
}

Result<usize> SocketFile::read(IovIter& to, i64&) {
    if (to.remaining() == 0) return usize{0}; // read() for nothing never waits; recv() may
    msghdr message;
    message.iter = to;
    auto result = sock_recvmsg(*sock_, message, nonblocking() ? MSG_DONTWAIT : 0);
    to = message.iter;
    return result;
}

Result<usize> SocketFile::write(IovIter& from, i64&) {
    msghdr message;
    message.iter = from;
    message.flags = nonblocking() ? MSG_DONTWAIT : 0;
    auto result = sock_sendmsg(*sock_, message);
    if (!result.ok() && result.error() == Errno{EAGAIN}) note_no_room(*this);
    from = message.iter;
    return result;
}

u32 SocketFile::poll(PollTable* table) {
    const u32 events = sock_poll(*sock_, table);
    if (!(events & POLLOUT)) note_no_room(*this);
    return events;
}

namespace {

// The mapping of what a socket shows.
struct SocketPages final : PageSource {
    explicit SocketPages(Ref<MappablePages> pages) : pages(std::move(pages)) {}
    Result<Frame*> page(u64 index, bool) override {
        if (index >= pages->count()) return Errno{ENXIO};
        Frame& frame = frame_of_pointer(pages->page(index));
        frame_ref(frame);
        return &frame;
    }
    // All of it, or nothing (Documentation/networking/packet_mmap.rst).
    bool may_map(u64 first, u64 count) const override {
        return first == 0 && count == pages->count();
    }
    Ref<MappablePages> pages;
};

} // namespace

Result<Ref<PageSource>> SocketFile::page_source() {
    if (!sock_->ops->mmap) return Errno{ENODEV};
    Ref<MappablePages> pages = TRY(sock_->ops->mmap(*sock_));
    return Ref<PageSource>(TRY(make_ref<SocketPages>(std::move(pages))));
}

SysResult SocketFile::ioctl(u32 command, uptr argument, bool compat) {
    switch (command) {
    case FIOSETOWN:
    case SIOCSPGRP:
        return to_sys_result(set_file_owner(*this, TRY(get_user(UserPtr<int>(argument)))));
    case FIOGETOWN:
    case SIOCGPGRP: {
        const FileOwnerId owner = get_file_owner(*this);
        const int shown = owner.type == F_OWNER_PGRP ? -owner.id : owner.id;
        return to_sys_result(put_user(UserPtr<int>(argument), shown));
    }
    default:
        break;
    }
    auto result = sock_ioctl(*sock_, command, argument, compat);
    if (!result.ok() && result.error() == Errno{ENOIOCTLCMD}) return Errno{ENOTTY};
    return result;
}

FileStatus SocketFile::status() {
    if (inode) return inode->status();
    FileStatus status;
    status.uid = uid_;
    status.gid = gid_;
    status.inode = sock_->inode;
    status.mode = S_IFSOCK | 0777;
    return status;
}

Result<Ref<Inode>> SocketFile::attributes() {
    if (!inode) inode = TRY(make_anonymous_inode(AnonymousKind::socket, status()));
    return inode;
}

usize SocketFile::describe(std::span<char> to) {
    const int length = ksnprintf(to.data(), to.size(), "socket:[%lu]", sock_->inode);
    return min(static_cast<usize>(length), to.size());
}

Result<SocketHandle> sockfd_lookup_light(int fd) {
    TRACE_STATION(syscall, "fd", TraceFd{fd});
    Ref<file> opened = TRY(current_process().files->get(fd));
    if (opened->flags & O_PATH) return Errno{EBADF};
    if (!opened->as_socket()) return Errno{ENOTSOCK};
    return SocketHandle(std::move(opened));
}

void fput_light(Ref<file> opened) { TRACE_STATION(syscall, "socket", opened->as_socket()->sock()); }

Result<int> sock_map_fd(Ref<socket> sock, int flags) {
    TRACE_STATION(syscall, "flags", TraceHex{static_cast<u32>(flags)});
    Ref<file> opened =
        TRY(make_ref<SocketFile>(std::move(sock), static_cast<u32>(flags & SOCK_NONBLOCK)));
    return current_process().files->install(std::move(opened), flags & SOCK_CLOEXEC);
}
