// The two tables of AF_INET: streams (connect that waits, listen, accept) and datagrams.
#include "net/ipv4/inet_verbs.h"

namespace {

bool connection_settled(const inet_sock& sk) {
    return sk.state != TCP_SYN_SENT && sk.state != TCP_SYN_RECV;
}

// Waits until the handshake is over, one way or the other.
Result<void> wait_for_connect(socket& sock, inet_sock& sk) {
    TRACE_STATION(inet, "sk", sk);
    const Nanoseconds deadline = sock_deadline(sk.send_timeout, false);
    auto waited =
        wait_until(sock.wait, deadline, [&] { return connection_settled(sk) || sk.error; });
    if (waited.ok()) return {};
    if (waited.error().code == ETIMEDOUT) return Errno{EINPROGRESS};
    return sock_wait_error(waited.error(), sk.send_timeout);
}

Result<void> begin_connect(socket& sock, inet_sock& sk, const SockaddrStorage& address,
                           u32 length) {
    if (sk.state != TCP_CLOSE) return Errno{EISCONN};
    TRY(sk.prot->connect(sk, address, length));
    sock.state = SocketState::connecting;
    return {};
}

// What came of it: connected, or the reason why not.
Result<void> finish_connect(socket& sock, inet_sock& sk) {
    if (sk.state != TCP_CLOSE) {
        sock.state = SocketState::connected;
        return {};
    }
    const int error = sk.take_error();
    sock.state = SocketState::unconnected;
    if (sk.prot->disconnect) static_cast<void>(sk.prot->disconnect(sk));
    return Errno{error ? error : ECONNABORTED};
}

} // namespace

Result<void> inet_stream_connect(socket& sock, const SockaddrStorage& address, u32 length,
                                 bool nonblock) {
    TRACE_STATION(inet, "socket", sock, "nonblock", nonblock);
    auto& sk = static_cast<inet_sock&>(*sock.sk);
    if (length < sizeof(u16)) return Errno{EINVAL};
    if (address.family() == AF_UNSPEC) {
        if (!sk.prot->disconnect) return Errno{EOPNOTSUPP};
        auto done = sk.prot->disconnect(sk);
        sock.state = done.ok() ? SocketState::unconnected : SocketState::disconnecting;
        return done;
    }
    bool fresh = false;
    switch (sock.state) {
    case SocketState::connected:
        return Errno{EISCONN};
    case SocketState::connecting:
        break;
    case SocketState::unconnected:
        TRY(begin_connect(sock, sk, address, length));
        fresh = true;
        break;
    default:
        return Errno{EINVAL};
    }
    if (!connection_settled(sk)) {
        if (nonblock || sk.send_timeout == 0) return Errno{fresh ? EINPROGRESS : EALREADY};
        TRY(wait_for_connect(sock, sk));
    }
    return finish_connect(sock, sk);
}

Result<void> inet_accept(socket& sock, socket& fresh, bool nonblock) {
    TRACE_STATION(inet, "socket", sock, "nonblock", nonblock);
    struct sock& listener = *sock.sk;
    if (!listener.prot->accept) return Errno{EOPNOTSUPP};
    Ref<struct sock> child = TRY(listener.prot->accept(listener, nonblock));
    sock_graft(*child.release(), fresh);
    fresh.state = SocketState::connected;
    return {};
}

Result<void> inet_listen(socket& sock, int backlog) {
    TRACE_STATION(inet, "socket", sock, "backlog", backlog);
    struct sock& sk = *sock.sk;
    if (sock.state != SocketState::unconnected || sock.type != SOCK_STREAM) return Errno{EINVAL};
    if (sk.state != TCP_CLOSE && sk.state != TCP_LISTEN) return Errno{EINVAL};
    if (!sk.prot->listen) return Errno{EOPNOTSUPP};
    sk.max_backlog = static_cast<u32>(backlog);
    return sk.prot->listen(sk);
}

Result<void> inet_dgram_connect(socket& sock, const SockaddrStorage& address, u32 length, bool) {
    TRACE_STATION(inet, "socket", sock);
    struct sock& sk = *sock.sk;
    if (length < sizeof(u16)) return Errno{EINVAL};
    if (address.family() == AF_UNSPEC) return sk.prot->disconnect(sk);
    TRY(inet_autobind(sk));
    return sk.prot->connect(sk, address, length);
}

Result<void> sock_no_socketpair(socket&, socket&) { return Errno{EOPNOTSUPP}; }
Result<void> sock_no_accept(socket&, socket&, bool) { return Errno{EOPNOTSUPP}; }
Result<void> sock_no_listen(socket&, int) { return Errno{EOPNOTSUPP}; }

const proto_ops inet_stream_ops = {
    .family = AF_INET,
    .release = inet_release,
    .bind = inet_bind,
    .connect = inet_stream_connect,
    .socketpair = sock_no_socketpair,
    .accept = inet_accept,
    .getname = inet_getname,
    .poll = inet_poll,
    .ioctl = inet_ioctl,
    .listen = inet_listen,
    .shutdown = inet_shutdown,
    .setsockopt = inet_setsockopt,
    .getsockopt = inet_getsockopt,
    .sendmsg = inet_sendmsg,
    .recvmsg = sock_common_recvmsg,
};

const proto_ops inet_dgram_ops = {
    .family = AF_INET,
    .release = inet_release,
    .bind = inet_bind,
    .connect = inet_dgram_connect,
    .socketpair = sock_no_socketpair,
    .accept = sock_no_accept,
    .getname = inet_getname,
    .poll = inet_poll,
    .ioctl = inet_ioctl,
    .listen = sock_no_listen,
    .shutdown = inet_shutdown,
    .setsockopt = inet_setsockopt,
    .getsockopt = inet_getsockopt,
    .sendmsg = inet_sendmsg,
    .recvmsg = sock_common_recvmsg,
};
