// The file that a socket's descriptor stands for, and the way from a descriptor to its socket.
#pragma once

#include "kernel/fs/file.h"
#include "net/socket.h"

class SocketFile final : public file {
  public:
    SocketFile(Ref<socket> sock, u32 flags);
    ~SocketFile() override { drop_owner(); }

    Result<usize> read(IovIter& to, i64& position) override;
    Result<usize> write(IovIter& from, i64& position) override;
    bool epipe_signals() const override { return sock_->type == SOCK_STREAM; }
    u32 poll(PollTable* table) override;
    Result<Ref<PageSource>> page_source() override;
    SysResult ioctl(u32 command, uptr argument, bool compat) override;
    FileStatus status() override;
    Result<Ref<Inode>> attributes() override;
    usize describe(std::span<char> to) override;
    SocketFile* as_socket() override { return this; }
    bool async_capable() const override { return true; }

    socket& sock() const { return *sock_; }

  private:
    Ref<socket> sock_;
    u32 uid_, gid_; // who made it
};

// Gives back what sockfd_lookup_light() found.
void fput_light(Ref<file> opened);
// A socket found by its descriptor; keeps the file open until it goes.
struct SocketHandle {
    explicit SocketHandle(Ref<file> opened) : opened(std::move(opened)) {}
    SocketHandle(SocketHandle&&) = default;
    ~SocketHandle() {
        if (opened) fput_light(std::move(opened));
    }
    Ref<file> opened;

    socket& sock() const { return opened->as_socket()->sock(); }
    socket* operator->() const { return &sock(); }
    bool nonblocking() const { return opened->nonblocking(); }
};
// Errors: EBADF, ENOTSOCK.
Result<SocketHandle> sockfd_lookup_light(int fd);
// Gives the socket the lowest free descriptor. `flags`: SOCK_NONBLOCK, SOCK_CLOEXEC. Errors:
// EMFILE, ENFILE, ENOMEM.
Result<int> sock_map_fd(Ref<socket> sock, int flags);
