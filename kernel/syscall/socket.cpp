// The socket calls that make, name, join and close sockets. Each finds the socket, copies in what
// the program points at, and hands over to net/socket.
#include "kernel/syscall/socket.h"
#include "kernel/base/math.h"
#include "kernel/proc/process.h"
#include "kernel/syscall/socket_address.h"
#include "kernel/syscall/socket_file.h"

Result<void> move_addr_to_kernel(UserPtr<const void> from, int length, SockaddrStorage& to) {
    TRACE_STATION(syscall, "length", length);
    if (length < 0 || static_cast<usize>(length) > sizeof to.bytes) return Errno{EINVAL};
    return copy_from_user(to.bytes, from, static_cast<usize>(length));
}

Result<void> move_addr_to_user(const SockaddrStorage& from, u32 length, UserPtr<void> to,
                               UserPtr<int> user_length) {
    TRACE_STATION(syscall, "length", length);
    const int room = TRY(get_user(user_length));
    if (room < 0) return Errno{EINVAL};
    TRY(copy_to_user(to, from.bytes, min(static_cast<u32>(room), length)));
    return put_user(user_length, static_cast<int>(length));
}

namespace {

constexpr int creation_flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
constexpr int type_mask = 0xf;

SysResult get_name(int fd, UserPtr<void> address, UserPtr<int> length, bool peer) {
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    SockaddrStorage name{};
    const u32 name_length = TRY(sock_getname(handle.sock(), name, peer));
    TRY(move_addr_to_user(name, name_length, address, length));
    return 0;
}

} // namespace

SysResult sys_socket(int family, int type, int protocol) {
    TRACE_STATION(syscall, "family", family, "type", type, "protocol", protocol);
    const int flags = type & ~type_mask;
    if (flags & ~creation_flags) return Errno{EINVAL};
    Ref<socket> sock = TRY(sock_create(family, type & type_mask, protocol));
    return TRY(sock_map_fd(std::move(sock), flags));
}

// As on Linux the descriptors come first, and the program is told them before there are sockets.
SysResult sys_socketpair(int family, int type, int protocol, UserPtr<int> fds) {
    TRACE_STATION(syscall, "family", family, "type", type, "protocol", protocol);
    const int flags = type & ~type_mask;
    if (flags & ~creation_flags) return Errno{EINVAL};
    FdTable& files = *current_process().files;
    int numbers[2] = {-1, -1};
    auto make = [&]() -> Result<void> {
        for (int& number : numbers) number = TRY(files.reserve(flags & SOCK_CLOEXEC));
        TRY(copy_to_user(fds, numbers, sizeof numbers));
        Ref<socket> a = TRY(sock_create(family, type & type_mask, protocol));
        Ref<socket> b = TRY(sock_create(family, type & type_mask, protocol));
        TRY(sock_socketpair(*a, *b));
        const u32 status = static_cast<u32>(flags & SOCK_NONBLOCK);
        Ref<file> first = TRY(make_ref<SocketFile>(std::move(a), status));
        Ref<file> second = TRY(make_ref<SocketFile>(std::move(b), status));
        files.fill(numbers[0], std::move(first));
        files.fill(numbers[1], std::move(second));
        return {};
    };
    auto made = make();
    if (made.ok()) return 0;
    for (int number : numbers)
        if (number >= 0) files.release(number);
    return made.error();
}

SysResult sys_bind(int fd, UserPtr<const void> address, int length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "length", length);
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    SockaddrStorage name{};
    TRY(move_addr_to_kernel(address, length, name));
    TRY(sock_bind(handle.sock(), name, static_cast<u32>(length)));
    return 0;
}

SysResult sys_listen(int fd, int backlog) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "backlog", backlog);
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    TRY(sock_listen(handle.sock(), backlog));
    return 0;
}

SysResult sys_accept(int fd, UserPtr<void> address, UserPtr<int> length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd});
    return sys_accept4(fd, address, length, 0);
}

// The descriptor is reserved before the connection is taken off the listener's queue, so that none
// is lost for want of one.
SysResult sys_accept4(int fd, UserPtr<void> address, UserPtr<int> length, int flags) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "flags", TraceHex{static_cast<u32>(flags)});
    if (!current_process().files->get(fd).ok()) return Errno{EBADF};
    if (flags & ~creation_flags) return Errno{EINVAL};
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    FdTable& files = *current_process().files;
    const int fresh = TRY(files.reserve(flags & SOCK_CLOEXEC));
    auto finish = [&]() -> Result<void> {
        Ref<socket> accepted = TRY(sock_accept(handle.sock(), handle.nonblocking()));
        if (address) {
            SockaddrStorage name{};
            auto name_length = sock_getname(*accepted, name, true);
            if (!name_length.ok()) return Errno{ECONNABORTED};
            TRY(move_addr_to_user(name, *name_length, address, length));
        }
        files.fill(fresh, TRY(make_ref<SocketFile>(std::move(accepted),
                                                   static_cast<u32>(flags & SOCK_NONBLOCK))));
        return {};
    };
    auto result = finish();
    if (!result.ok()) {
        files.release(fresh);
        return result.error();
    }
    return fresh;
}

SysResult sys_connect(int fd, UserPtr<const void> address, int length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "length", length);
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    SockaddrStorage name{};
    TRY(move_addr_to_kernel(address, length, name));
    TRY(sock_connect(handle.sock(), name, static_cast<u32>(length), handle.nonblocking()));
    return 0;
}

SysResult sys_getsockname(int fd, UserPtr<void> address, UserPtr<int> length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd});
    return get_name(fd, address, length, false);
}

SysResult sys_getpeername(int fd, UserPtr<void> address, UserPtr<int> length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd});
    return get_name(fd, address, length, true);
}

SysResult sys_shutdown(int fd, int how) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "how", how);
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    TRY(sock_shutdown(handle.sock(), how));
    return 0;
}
