// send, recv and their kin. All of sending meets in send_message(), all of receiving in
// receive_message().
#include "kernel/base/math.h"
#include "kernel/fs/file_owner.h"
#include "kernel/proc/process.h"
#include "kernel/syscall/import_iovec.h"
#include "kernel/syscall/sigpipe.h"
#include "kernel/syscall/socket.h"
#include "kernel/syscall/socket_address.h"
#include "kernel/syscall/socket_control.h"
#include "kernel/syscall/socket_file.h"
#include "kernel/syscall/wait_time.h"

namespace {

// Linux keeps this bit for its own use in `flags`: through the i386 table it is always set, and
// from a program that comes by the other it is an error.
constexpr u32 msg_cmsg_compat = 0x8000'0000;

Result<IovIter> user_buffer(uptr base, usize size) {
    size = min(size, max_transfer);
    if (base > user_end64 || size > user_end64 - base) return Errno{EFAULT};
    return IovIter::of_user(base, size);
}

SysResult send_message(const SocketHandle& handle, msghdr& message, u32 flags) {
    message.flags = flags | (handle.nonblocking() ? MSG_DONTWAIT : 0);
    auto sent = sock_sendmsg(handle.sock(), message);
    if (sent.ok()) return static_cast<long>(*sent);
    if (sent.error() == Errno{EAGAIN}) note_no_room(*handle.opened);
    if (sent.error() == Errno{EPIPE} && handle->type == SOCK_STREAM && !(flags & MSG_NOSIGNAL))
        raise_sigpipe();
    return sent.error();
}

Result<usize> receive_message(const SocketHandle& handle, msghdr& message, u32 flags) {
    return sock_recvmsg(handle.sock(), message, flags | (handle.nonblocking() ? MSG_DONTWAIT : 0));
}

// What differs between the native and the i386 msghdr.
struct Native {
    using Header = abi::msghdr64;
    using MultiHeader = abi::mmsghdr64;
    static constexpr bool compat = false;
    static Result<u32> check(u32 flags) {
        return flags & msg_cmsg_compat ? Result<u32>(Errno{EINVAL}) : Result<u32>(flags);
    }
};
struct Compat {
    using Header = abi::msghdr32;
    using MultiHeader = abi::mmsghdr32;
    static constexpr bool compat = true;
    static Result<u32> check(u32 flags) { return flags & ~msg_cmsg_compat; }
};

// A msghdr copied in, with everything it points at.
template <class Abi>
struct UserMessage {
    typename Abi::Header header;
    SockaddrStorage name{};
    ImportedIovec vectors;
    ControlBuffer control;
    msghdr message;

    Result<void> import(UserPtr<typename Abi::Header> from) {
        header = TRY(get_user(from));
        if (!header.name) header.namelen = 0;
        if (header.namelen < 0) return Errno{EINVAL};
        header.namelen = min(header.namelen, static_cast<i32>(sizeof name.bytes));
        if (header.iovlen > IOV_MAX) return Errno{EMSGSIZE};
        TRY(vectors.import(UserPtr<const void>(header.iov), header.iovlen, Abi::compat));
        message.iter = vectors.iter();
        message.compat = Abi::compat;
        return {};
    }
};

// What became of one message: of sending, whether all of it went; of receiving, its msg_flags.
struct Sent {
    usize bytes;
    bool whole;
};
struct Received {
    usize bytes;
    u32 flags;
};

template <class Abi>
Result<void> tell_length(UserPtr<typename Abi::MultiHeader> to, usize bytes) {
    return put_user(UserPtr<u32>(to.address + offsetof(typename Abi::MultiHeader, length)),
                    static_cast<u32>(bytes));
}

template <class Abi>
Result<Sent> send_one(const SocketHandle& handle, UserPtr<typename Abi::Header> from, u32 flags) {
    UserMessage<Abi> user;
    TRY(user.import(from));
    if (user.header.namelen > 0) {
        TRY(move_addr_to_kernel(UserPtr<const void>(user.header.name), user.header.namelen,
                                user.name));
        user.message.name = &user.name;
        user.message.namelen = static_cast<u32>(user.header.namelen);
    }
    if (user.header.controllen > 0) {
        TRY(user.control.import(UserPtr<const void>(user.header.control), user.header.controllen,
                                Abi::compat));
        user.control.attach(user.message);
    }
    const long sent = TRY(send_message(handle, user.message, flags));
    return Sent{static_cast<usize>(sent), user.message.iter.remaining() == 0};
}

template <class Abi>
Result<Received> receive_one(const SocketHandle& handle, UserPtr<typename Abi::Header> to,
                             u32 flags) {
    UserMessage<Abi> user;
    TRY(user.import(to));
    user.message.name = &user.name;
    TRY(user.control.make_room(user.header.control ? user.header.controllen : 0, Abi::compat));
    user.control.attach(user.message);
    const usize received = TRY(receive_message(handle, user.message, flags));

    using Header = typename Abi::Header;
    if (user.header.name)
        TRY(move_addr_to_user(user.name, user.message.namelen, UserPtr<void>(user.header.name),
                              UserPtr<int>(to.address + offsetof(Header, namelen))));
    auto exported = user.control.export_to(UserPtr<void>(user.header.control),
                                           user.header.controllen, user.message, Abi::compat);
    if (!exported.ok()) user.control.close_descriptors(user.message);
    const usize used = TRY(exported);
    TRY(put_user(UserPtr<u32>(to.address + offsetof(Header, flags)),
                 (user.message.flags | (flags & MSG_CMSG_CLOEXEC)) & ~msg_cmsg_compat));
    using Length = decltype(user.header.controllen);
    TRY(put_user(UserPtr<Length>(to.address + offsetof(Header, controllen)),
                 static_cast<Length>(used)));
    return Received{received, user.message.flags};
}

// One message after the other until one fails, or goes in part only: what follows in a stream must
// not overtake what is left of it.
template <class Abi>
SysResult send_all(int fd, UserPtr<typename Abi::MultiHeader> to, u32 count, u32 flags) {
    flags = TRY(Abi::check(flags));
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    long done = 0;
    for (count = min(count, u32{IOV_MAX}); static_cast<u32>(done) < count; to = to + 1) {
        auto sent = send_one<Abi>(handle, to.template cast<typename Abi::Header>(), flags);
        Result<void> told;
        if (sent.ok()) told = tell_length<Abi>(to, sent->bytes);
        if (!sent.ok() || !told.ok()) {
            if (done > 0) break;
            return sent.ok() ? told.error() : sent.error();
        }
        done++;
        if (!sent->whole) break;
    }
    return done;
}

// One datagram after the other until one is missing; only the first may be waited for with
// MSG_WAITFORONE. What fails behind the first is the socket's pending error then.
template <class Abi>
SysResult receive_all(const SocketHandle& handle, UserPtr<typename Abi::MultiHeader> to, u32 count,
                      u32 flags, Nanoseconds deadline) {
    if (!(flags & MSG_ERRQUEUE)) TRY(sock_take_error(handle.sock()));
    long done = 0;
    while (static_cast<u32>(done) < count) {
        auto received = receive_one<Abi>(handle, to.template cast<typename Abi::Header>(),
                                         flags & ~u32{MSG_WAITFORONE});
        Result<void> told;
        if (received.ok()) told = tell_length<Abi>(to, received->bytes);
        if (!received.ok() || !told.ok()) {
            const Errno error = received.ok() ? told.error() : received.error();
            if (done == 0) return error;
            sock_keep_error(handle.sock(), error);
            break;
        }
        done++;
        to = to + 1;
        if (flags & MSG_WAITFORONE) flags |= MSG_DONTWAIT;
        if (clock_monotonic() >= deadline || (received->flags & MSG_OOB)) break;
    }
    return done;
}

// The timeout is looked at only when a message has come, as on Linux; and told only then.
template <class Abi, class Time>
SysResult receive_until(int fd, UserPtr<typename Abi::MultiHeader> to, u32 count, u32 flags,
                        UserPtr<Time> timeout) {
    flags = TRY(Abi::check(flags));
    UserTimeout<Time> time;
    TRY(time.import(timeout));
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    const long done = TRY(receive_all<Abi>(handle, to, count, flags, time.deadline()));
    if (done > 0) TRY(time.finish());
    return done;
}

template <class Abi>
SysResult send_header(int fd, UserPtr<typename Abi::Header> message, u32 flags) {
    flags = TRY(Abi::check(flags));
    return static_cast<long>(
        TRY(send_one<Abi>(TRY(sockfd_lookup_light(fd)), message, flags)).bytes);
}

template <class Abi>
SysResult receive_header(int fd, UserPtr<typename Abi::Header> message, u32 flags) {
    flags = TRY(Abi::check(flags));
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    return static_cast<long>(TRY(receive_one<Abi>(handle, message, flags)).bytes);
}

} // namespace

SysResult sys_send(int fd, UserPtr<const void> buffer, usize size, u32 flags) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "size", size, "flags", TraceHex{flags});
    return sys_sendto(fd, buffer, size, flags, UserPtr<const void>(), 0);
}

SysResult sys_sendto(int fd, UserPtr<const void> buffer, usize size, u32 flags,
                     UserPtr<const void> address, int length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "size", size, "flags", TraceHex{flags});
    msghdr message;
    message.iter = TRY(user_buffer(buffer.address, size));
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    SockaddrStorage name;
    if (address) {
        TRY(move_addr_to_kernel(address, length, name));
        message.name = &name;
        message.namelen = static_cast<u32>(length);
    }
    return send_message(handle, message, flags & ~msg_cmsg_compat);
}

SysResult sys_recv(int fd, UserPtr<void> buffer, usize size, u32 flags) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "size", size, "flags", TraceHex{flags});
    return sys_recvfrom(fd, buffer, size, flags, UserPtr<void>(), UserPtr<int>());
}

SysResult sys_recvfrom(int fd, UserPtr<void> buffer, usize size, u32 flags, UserPtr<void> address,
                       UserPtr<int> length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "size", size, "flags", TraceHex{flags});
    msghdr message;
    message.iter = TRY(user_buffer(buffer.address, size));
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    SockaddrStorage name;
    if (address) message.name = &name;
    const usize received = TRY(receive_message(handle, message, flags));
    if (address) TRY(move_addr_to_user(name, message.namelen, address, length));
    return static_cast<long>(received);
}

SysResult sys_sendmsg(int fd, UserPtr<abi::msghdr64> message, u32 flags) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "flags", TraceHex{flags});
    return send_header<Native>(fd, message, flags);
}
SysResult compat_sys_sendmsg(int fd, UserPtr<abi::msghdr32> message, u32 flags) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "flags", TraceHex{flags});
    return send_header<Compat>(fd, message, flags);
}
SysResult sys_recvmsg(int fd, UserPtr<abi::msghdr64> message, u32 flags) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "flags", TraceHex{flags});
    return receive_header<Native>(fd, message, flags);
}
SysResult compat_sys_recvmsg(int fd, UserPtr<abi::msghdr32> message, u32 flags) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "flags", TraceHex{flags});
    return receive_header<Compat>(fd, message, flags);
}
SysResult sys_sendmmsg(int fd, UserPtr<abi::mmsghdr64> messages, u32 count, u32 flags) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "count", count, "flags", TraceHex{flags});
    return send_all<Native>(fd, messages, count, flags);
}
SysResult compat_sys_sendmmsg(int fd, UserPtr<abi::mmsghdr32> messages, u32 count, u32 flags) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "count", count, "flags", TraceHex{flags});
    return send_all<Compat>(fd, messages, count, flags);
}
SysResult sys_recvmmsg(int fd, UserPtr<abi::mmsghdr64> messages, u32 count, u32 flags,
                       UserPtr<timespec_native> timeout) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "count", count, "flags", TraceHex{flags});
    return receive_until<Native>(fd, messages, count, flags, timeout);
}
SysResult compat_sys_recvmmsg_time32(int fd, UserPtr<abi::mmsghdr32> messages, u32 count, u32 flags,
                                     UserPtr<timespec32> timeout) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "count", count, "flags", TraceHex{flags});
    return receive_until<Compat>(fd, messages, count, flags, timeout);
}
SysResult compat_sys_recvmmsg_time64(int fd, UserPtr<abi::mmsghdr32> messages, u32 count, u32 flags,
                                     UserPtr<timespec_time64> timeout) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "count", count, "flags", TraceHex{flags});
    return receive_until<Compat>(fd, messages, count, flags, timeout);
}
