// Connections of unix sockets: listen, connect, accept, pairs, shutdown.
#include "kernel/base/string.h"
#include "net/security.h"
#include "net/unix/unix_sock.h"

namespace {

// SO_PEERCRED: who the peer was when the connection was made.
void set_peer_credentials(unix_sock& sk) {
    const SocketCredentials who = socket_credentials();
    sk.peer_pid = who.pid;
    sk.peer_uid = who.uid;
    sk.peer_gid = who.gid;
    u32 groups[PeerGroups::max];
    const u32 count = unix_services().groups({groups, PeerGroups::max});
    sk.peer_groups.reset();
    if (count == 0) return;
    // Without memory the answer is short, as an empty list is no privilege.
    auto kept = make_ref<PeerGroups>();
    if (!kept.ok()) return;
    (*kept)->count = count;
    memcpy((*kept)->groups, groups, count * sizeof(u32));
    sk.peer_groups = std::move(*kept);
}

void copy_peer_credentials(unix_sock& sk, const unix_sock& from) {
    sk.peer_pid = from.peer_pid;
    sk.peer_uid = from.peer_uid;
    sk.peer_gid = from.peer_gid;
    sk.peer_groups = from.peer_groups;
}

// The listener at the address, with room for one more connection.
Result<Ref<unix_sock>> find_listener(unix_sock& sk, const SockaddrStorage& address, u32 length,
                                     bool nonblock) {
    const Nanoseconds deadline = sock_deadline(sk.send_timeout, nonblock);
    for (;;) {
        Ref<unix_sock> other = TRY(unix_find(address, length, sk.type));
        if (other->state != TCP_LISTEN || (other->shutdown & shutdown_receive))
            return Errno{ECONNREFUSED};
        if (!other->queue_full()) return other;
        if (nonblock || sk.send_timeout == 0 || clock_monotonic() >= deadline) return Errno{EAGAIN};
        TRY(unix_wait_for_peer(*other, deadline, sk.send_timeout));
    }
}

void join(socket& sock, unix_sock& sk, Ref<unix_sock> fresh, unix_sock& listener) {
    fresh->peer = Ref<unix_sock>(sk);
    fresh->state = TCP_ESTABLISHED;
    fresh->address = listener.address;
    fresh->pass_credentials = listener.pass_credentials;
    set_peer_credentials(*fresh);
    copy_peer_credentials(sk, listener);
    sock.state = SocketState::connected;
    sk.state = TCP_ESTABLISHED;
    sk.peer = fresh;
    listener.backlog++;
    listener.pending.push_back(*fresh.release());
    listener.wake(poll_readable);
}

// Leaves the old peer for `other`, or for none.
void change_peer(unix_sock& sk, Ref<unix_sock> other) {
    Ref<unix_sock> old = std::exchange(sk.peer, other);
    if (!old) return;
    if (!other) sk.state = TCP_CLOSE;
    if (sk.peer_wake.node.linked()) {
        unix_no_longer_waits(sk);
        sk.wake(poll_writable);
    }
    if (other != old) unix_dgram_disconnected(sk, *old);
}

} // namespace

Result<void> unix_wait_for_peer(unix_sock& other, Nanoseconds deadline, Nanoseconds timeout) {
    auto waited = wait_until(
        other.peer_wait, deadline,
        [&] { return other.dead || (other.shutdown & shutdown_receive) || !other.queue_full(); },
        true, true);
    if (!waited.ok()) return sock_wait_error(waited.error(), timeout);
    return {};
}

Result<void> unix_listen(socket& sock, int backlog) {
    TRACE_STATION(unix, "socket", sock, "backlog", backlog);
    unix_sock& sk = unix_of(sock);
    if (!sk.address) return Errno{EINVAL};
    if (sk.state != TCP_CLOSE && sk.state != TCP_LISTEN) return Errno{EINVAL};
    if (static_cast<u32>(backlog) > sk.max_backlog) sk.peer_wait.wake_all();
    sk.max_backlog = static_cast<u32>(backlog);
    sk.state = TCP_LISTEN;
    set_peer_credentials(sk);
    return {};
}

Result<void> unix_stream_connect(socket& sock, const SockaddrStorage& address, u32 length,
                                 bool nonblock) {
    TRACE_STATION(unix, "socket", sock);
    unix_sock& sk = unix_of(sock);
    TRY(unix_check_address(address, length));
    if (sk.pass_credentials) TRY(unix_autobind(sk));
    Ref<unix_sock> fresh = TRY(unix_make(sk.type));
    auto found = find_listener(sk, address, length, nonblock);
    const bool closed = sk.state == TCP_CLOSE;
    if (!found.ok() || !closed) {
        unix_release_sock(std::move(fresh), false);
        if (!found.ok()) return found.error();
        return Errno{sk.state == TCP_ESTABLISHED ? EISCONN : EINVAL};
    }
    if (auto allowed = security_unix_stream_connect(sk, **found); !allowed.ok()) {
        unix_release_sock(std::move(fresh), false);
        return allowed;
    }
    join(sock, sk, std::move(fresh), **found);
    return {};
}

// Connecting a datagram socket only says where its messages go, and from whom they may come.
Result<void> unix_dgram_connect(socket& sock, const SockaddrStorage& address, u32 length, bool) {
    TRACE_STATION(unix, "socket", sock);
    unix_sock& sk = unix_of(sock);
    if (length < sizeof(u16)) return Errno{EINVAL};
    if (address.family() == AF_UNSPEC) {
        change_peer(sk, {});
        return {};
    }
    TRY(unix_check_address(address, length));
    if (sk.pass_credentials) TRY(unix_autobind(sk));
    Ref<unix_sock> other = TRY(unix_find(address, length, sk.type));
    if (!unix_may_send(sk, *other)) return Errno{EPERM};
    TRY(security_unix_may_send(sk, *other));
    sk.state = other->state = TCP_ESTABLISHED;
    change_peer(sk, std::move(other));
    return {};
}

void unix_dgram_disconnected(unix_sock& sk, unix_sock& other) {
    if (sk.receive_queue.empty()) return;
    sk.receive_queue.purge();
    sk.peer_wait.wake_all();
    if (other.dead || other.peer.get() != &sk) return;
    other.error = ECONNRESET;
    other.wake(POLLERR);
}

Result<void> unix_accept(socket& sock, socket& fresh, bool nonblock) {
    TRACE_STATION(unix, "socket", sock);
    unix_sock& sk = unix_of(sock);
    if (sk.state != TCP_LISTEN) return Errno{EINVAL};
    const Nanoseconds deadline = sock_deadline(sk.receive_timeout, nonblock);
    if (sk.pending.empty()) {
        if (nonblock || sk.receive_timeout == 0) return Errno{EAGAIN};
        auto waited = wait_until(
            sock.wait, deadline,
            [&] { return !sk.pending.empty() || (sk.shutdown & shutdown_receive); }, true, true);
        if (!waited.ok()) return sock_wait_error(waited.error(), sk.receive_timeout);
    }
    unix_sock* accepted = sk.pending.pop_front();
    if (!accepted) return Errno{EINVAL}; // shut down
    sk.backlog--;
    sk.peer_wait.wake_up();
    fresh.state = SocketState::connected;
    sock_graft(*accepted, fresh);
    return {};
}

Result<void> unix_socketpair(socket& a, socket& b) {
    TRACE_STATION(unix, "a", a, "b", b);
    unix_sock &left = unix_of(a), &right = unix_of(b);
    left.peer = Ref<unix_sock>(right);
    right.peer = Ref<unix_sock>(left);
    set_peer_credentials(left);
    set_peer_credentials(right);
    left.state = right.state = TCP_ESTABLISHED;
    a.state = b.state = SocketState::connected;
    return {};
}

Result<void> unix_shutdown(socket& sock, int how) {
    TRACE_STATION(unix, "socket", sock, "how", how);
    unix_sock& sk = unix_of(sock);
    if (how < SHUT_RD || how > SHUT_RDWR) return Errno{EINVAL};
    const u8 mask = static_cast<u8>(how + 1); // SHUT_RD 1, SHUT_WR 2, SHUT_RDWR 3
    sk.shutdown |= mask;
    sock.wait.wake_all();
    if (mask & shutdown_receive) sk.peer_wait.wake_all();
    Ref<unix_sock> other = sk.peer;
    if (!other || !sk.stream_like()) return {};
    if (mask & shutdown_receive) other->shutdown |= shutdown_send;
    if (mask & shutdown_send) other->shutdown |= shutdown_receive;
    if (other->owner) other->owner->wait.wake_all();
    return {};
}
