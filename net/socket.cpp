// The verbs of the socket calls, for every family: checks, the security hooks, then the family's
// own. Each ends with net_drain(): what it sent to ourselves arrives when nothing of a socket is on
// the stack any more.
#include "net/socket.h"
#include "kernel/base/restart.h"
#include "net/dev_ioctl.h"
#include "net/netdevice.h"
#include "net/security.h"
#include "net/sock.h"

namespace {

constexpr int sock_type_max = 11; // SOCK_PACKET is the last

List<net_proto_family, &net_proto_family::node> families;

net_proto_family* find_family(int family) {
    for (net_proto_family& entry : families)
        if (entry.family == family) return &entry;
    return nullptr;
}

} // namespace

void sock_register(net_proto_family& family) { families.push_back(family); }

socket::~socket() {
    if (!ops) return;
    // A close that fails (EINTR in SO_LINGER's wait) still closes.
    static_cast<void>(ops->release(*this));
    net_drain();
}

Result<Ref<socket>> sock_create(int family, int type, int protocol) {
    TRACE_STATION(socket, "family", family, "type", type, "protocol", protocol);
    if (family < 0 || family >= AF_MAX) return Errno{EAFNOSUPPORT};
    if (type < 0 || type >= sock_type_max) return Errno{EINVAL};
    if (family == AF_INET && type == SOCK_PACKET) family = AF_PACKET; // as before Linux 2.2
    TRY(security_socket_create(family, type, protocol));
    net_proto_family* creator = find_family(family);
    if (!creator) return Errno{EAFNOSUPPORT};
    Ref<socket> sock = TRY(make_ref<socket>());
    sock->family = family;
    sock->type = type;
    TRY(creator->create(*sock, protocol));
    TRY(security_socket_post_create(*sock, family, type, protocol));
    return sock;
}

Result<usize> sock_sendmsg(socket& sock, msghdr& message) {
    TRACE_STATION(socket, "socket", sock, "size", message.iter.remaining());
    const usize size = message.iter.remaining();
    TRY(security_socket_sendmsg(sock, message, size));
    auto sent = sock.ops->sendmsg(sock, message, size);
    net_drain();
    return TRACE_RETURN(std::move(sent));
}

Result<usize> sock_recvmsg(socket& sock, msghdr& message, u32 flags) {
    TRACE_STATION(socket, "socket", sock, "size", message.iter.remaining(), "flags",
                  TraceHex{flags});
    const usize size = message.iter.remaining();
    TRY(security_socket_recvmsg(sock, message, size, flags));
    message.flags = 0;
    message.control_used = 0;
    auto received = sock.ops->recvmsg(sock, message, size, flags);
    message.controllen = message.control_used;
    net_drain();
    return TRACE_RETURN(std::move(received));
}

Result<void> sock_bind(socket& sock, const SockaddrStorage& address, u32 length) {
    TRACE_STATION(socket, "socket", sock);
    TRY(security_socket_bind(sock, address, length));
    return sock.ops->bind(sock, address, length);
}

Result<void> sock_listen(socket& sock, int backlog) {
    TRACE_STATION(socket, "socket", sock, "backlog", backlog);
    if (static_cast<u32>(backlog) > SOMAXCONN) backlog = SOMAXCONN;
    TRY(security_socket_listen(sock, backlog));
    return sock.ops->listen(sock, backlog);
}

Result<void> sock_socketpair(socket& a, socket& b) {
    TRACE_STATION(socket, "a", a, "b", b);
    TRY(security_socket_socketpair(a, b));
    if (!a.ops->socketpair) return Errno{EOPNOTSUPP};
    return a.ops->socketpair(a, b);
}

Result<Ref<socket>> sock_accept(socket& sock, bool nonblock) {
    TRACE_STATION(socket, "socket", sock, "nonblock", nonblock);
    Ref<socket> fresh = TRY(make_ref<socket>());
    fresh->family = sock.family;
    fresh->type = sock.type;
    fresh->protocol = sock.protocol;
    TRY(security_socket_accept(sock, *fresh));
    fresh->ops = sock.ops;
    auto accepted = sock.ops->accept(sock, *fresh, nonblock);
    net_drain();
    TRY(accepted);
    return fresh;
}

Result<void> sock_connect(socket& sock, const SockaddrStorage& address, u32 length, bool nonblock) {
    TRACE_STATION(socket, "socket", sock, "nonblock", nonblock);
    TRY(security_socket_connect(sock, address, length));
    auto connected = sock.ops->connect(sock, address, length, nonblock);
    net_drain();
    return TRACE_RETURN(std::move(connected));
}

Result<u32> sock_getname(socket& sock, SockaddrStorage& address, bool peer) {
    TRACE_STATION(socket, "socket", sock, "peer", peer);
    TRY(peer ? security_socket_getpeername(sock) : security_socket_getsockname(sock));
    return sock.ops->getname(sock, address, peer);
}

Result<void> sock_shutdown(socket& sock, int how) {
    TRACE_STATION(socket, "socket", sock, "how", how);
    TRY(security_socket_shutdown(sock, how));
    auto done = sock.ops->shutdown(sock, how);
    net_drain();
    return done;
}

Result<void> sock_take_error(socket& sock) {
    const int error = sock.sk->take_error();
    return error ? Result<void>(Errno{error}) : Result<void>();
}

void sock_keep_error(socket& sock, Errno error) {
    if (error != Errno{EAGAIN} && error.code < ERESTARTSYS) sock.sk->error = error.code;
}

u32 sock_poll(socket& sock, PollTable* table) { return sock.ops->poll(sock, table); }

namespace {

// SIOCGSTAMP and SIOCGSTAMPNS (socket(7)): when the last datagram came. ENOENT before any.
SysResult get_stamp(socket& sock, uptr argument, bool nanoseconds, bool compat) {
    net_enable_timestamps();
    const Nanoseconds when = sock.sk ? sock.sk->last_timestamp : 0;
    if (when == 0) return Errno{ENOENT};
    const u64 seconds = when / s_to_ns(1);
    const u64 fraction = nanoseconds ? when % s_to_ns(1) : when % s_to_ns(1) / 1000;
    struct {
        u32 seconds, fraction;
    } narrow{static_cast<u32>(seconds), static_cast<u32>(fraction)};
    struct {
        u64 seconds, fraction;
    } wide{seconds, fraction};
    return compat ? put_user_object(argument, narrow) : put_user_object(argument, wide);
}

} // namespace

SysResult sock_ioctl(socket& sock, u32 command, uptr argument, bool compat) {
    if (command == SIOCGSTAMP || command == SIOCGSTAMPNS)
        return get_stamp(sock, argument, command == SIOCGSTAMPNS, compat);
    auto answer = sock.ops->ioctl(sock, command, argument, compat);
    if (answer.ok() || answer.error().code != ENOIOCTLCMD) {
        net_drain();
        return answer;
    }
    return dev_ioctl(command, argument, compat);
}
