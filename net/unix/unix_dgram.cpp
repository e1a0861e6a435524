// SOCK_DGRAM and SOCK_SEQPACKET: whole messages. The same but for connections, which only the
// second has.
#include "kernel/base/math.h"
#include "net/filter.h"
#include "net/security.h"
#include "net/unix/unix_sock.h"

namespace {

// The peer turns out to be closed: a datagram socket lets go of it.
Errno lose_peer(unix_sock& sk, unix_sock& other) {
    if (sk.type == SOCK_SEQPACKET) return Errno{EPIPE};
    Ref<unix_sock> old = std::move(sk.peer);
    unix_no_longer_waits(sk);
    sk.state = TCP_CLOSE;
    unix_dgram_disconnected(sk, other);
    return Errno{ECONNREFUSED};
}

// Whoever isn't the receiver's own peer finds its queue full at a few messages.
bool must_wait(const unix_sock& sk, const unix_sock& other) {
    return &other != &sk && other.peer.get() != &sk && other.queue_full();
}

// The receiver, when it may be sent to now; null: look it up once more.
Result<Ref<unix_sock>> ready_receiver(unix_sock& sk, const msghdr& message, Ref<unix_sock> other,
                                      Nanoseconds deadline) {
    if (!other) {
        if (!message.namelen) return Errno{ECONNRESET};
        other = TRY(unix_find(*message.name, message.namelen, sk.type));
    }
    if (!unix_may_send(sk, *other)) return Errno{EPERM};
    if (other->dead) {
        if (sk.peer == other || sk.type == SOCK_SEQPACKET) return lose_peer(sk, *other);
        return Ref<unix_sock>();
    }
    if (other->shutdown & shutdown_receive) return Errno{EPIPE};
    if (sk.type != SOCK_SEQPACKET) TRY(security_unix_may_send(sk, *other));
    if (!must_wait(sk, *other)) return other;
    if ((message.flags & MSG_DONTWAIT) || sk.send_timeout == 0 || clock_monotonic() >= deadline)
        return Errno{EAGAIN};
    TRY(unix_wait_for_peer(*other, deadline, sk.send_timeout));
    return Ref<unix_sock>();
}

// To the address that is given, else to the peer.
Result<void> deliver(unix_sock& sk, msghdr& message, Ref<unix_sock> other, SkbPtr skb,
                     Nanoseconds deadline) {
    for (;;) {
        Ref<unix_sock> ready = TRY(ready_receiver(sk, message, other, deadline));
        if (ready) {
            if (!security_sock_rcv_skb(*ready, *skb).ok()) return {}; // lost; nobody is told
            if (!sk_filter(*ready, *skb)) return {};                  // as if it had been sent
            unix_deliver(sk, *ready, std::move(skb));
            return {};
        }
        if (message.namelen)
            other.reset();
        else if (other->dead && sk.peer != other)
            other.reset();
    }
}

// The next message, which stays in the queue; null: shut down.
Result<sk_buff*> wait_for_message(unix_sock& sk, bool nonblock, u32& offset) {
    const Nanoseconds deadline = sock_deadline(sk.receive_timeout, nonblock);
    for (;;) {
        if (sk.error) return Errno{sk.take_error()};
        if (sk_buff* first = sock_find_datagram(sk, &offset)) return first;
        const bool at_end = sk.shutdown & shutdown_receive;
        if (nonblock || sk.receive_timeout == 0) {
            if (at_end && sk.type == SOCK_SEQPACKET) return static_cast<sk_buff*>(nullptr);
            return Errno{EAGAIN};
        }
        if (at_end) return static_cast<sk_buff*>(nullptr);
        auto waited = wait_until(
            sk.owner->wait, deadline,
            [&] {
                u32 place = offset;
                return sock_find_datagram(sk, &place) || sk.error ||
                       (sk.shutdown & shutdown_receive);
            },
            true, true);
        if (!waited.ok()) return sock_wait_error(waited.error(), sk.receive_timeout);
    }
}

} // namespace

Result<usize> unix_dgram_sendmsg(socket& sock, msghdr& message, usize size) {
    TRACE_STATION(unix, "socket", sock, "size", size);
    unix_sock& sk = unix_of(sock);
    unix_gc_if_many();
    ScmCookie scm;
    TRY(scm_send(message, scm));
    if (message.flags & MSG_OOB) return Errno{EOPNOTSUPP};
    if (message.namelen) TRY(unix_check_address(*message.name, message.namelen));
    if (sk.pass_credentials) TRY(unix_autobind(sk));
    if (size > sk.send_buffer - 32) return Errno{EMSGSIZE};
    const bool nonblock = message.flags & MSG_DONTWAIT;
    const Nanoseconds deadline = sock_deadline(sk.send_timeout, nonblock);
    const u32 bytes = static_cast<u32>(size);
    SkbPtr skb = TRY(unix_alloc_skb(sk, bytes, nonblock, deadline));
    TRY(unix_attach(*skb, scm));
    if (message.iter.copy_from(skb->put(bytes), bytes) != bytes) return Errno{EFAULT};
    Ref<unix_sock> other;
    if (!message.namelen) other = sk.peer;
    if (!message.namelen && !other) return Errno{ENOTCONN};
    TRY(deliver(sk, message, std::move(other), std::move(skb), deadline));
    return size;
}

Result<usize> unix_dgram_recvmsg(socket& sock, msghdr& message, usize size, u32 flags) {
    TRACE_STATION(unix, "socket", sock, "size", size);
    unix_sock& sk = unix_of(sock);
    if (flags & MSG_OOB) return Errno{EOPNOTSUPP};
    u32 offset = sock_peek_offset(sk, flags);
    sk_buff* first = TRY(wait_for_message(sk, flags & MSG_DONTWAIT, offset));
    if (!first) return usize{0};
    const bool peeking = flags & MSG_PEEK;
    SkbPtr taken;
    if (!peeking) taken = sk.receive_queue.remove(*first);
    sk.peer_wait.wake_up(poll_writable);
    unix_copy_address(message, unix_of(*first->sk));
    const usize whole = first->len() - offset;
    const usize chunk = min(size, whole);
    if (chunk < whole) message.flags |= MSG_TRUNC;
    if (skb_copy_datagram_iter(*first, offset, message.iter, chunk) != chunk) return Errno{EFAULT};
    sock_move_peek_offset(sk, flags, peeking ? chunk : whole);
    sock_receive_control(sk, *first, message);
    ScmCookie scm;
    const UnixControl& control = unix_control(*first);
    scm.identity = {control.pid, control.uid, control.gid};
    unix_take_files(*first, message, scm, peeking);
    scm_recv(sk, message, scm, flags);
    return (flags & MSG_TRUNC) ? whole : chunk;
}

Result<usize> unix_seqpacket_sendmsg(socket& sock, msghdr& message, usize size) {
    unix_sock& sk = unix_of(sock);
    if (sk.error) return Errno{sk.take_error()};
    if (sk.state != TCP_ESTABLISHED) return Errno{ENOTCONN};
    message.namelen = 0;
    return unix_dgram_sendmsg(sock, message, size);
}

Result<usize> unix_seqpacket_recvmsg(socket& sock, msghdr& message, usize size, u32 flags) {
    if (unix_of(sock).state != TCP_ESTABLISHED) return Errno{ENOTCONN};
    return unix_dgram_recvmsg(sock, message, size, flags);
}

// Room is in our account and, when we are connected to one that isn't connected to us, in its
// queue: then its reader's progress has to wake us too.
u32 unix_dgram_poll(socket& sock, PollTable* table) {
    unix_sock& sk = unix_of(sock);
    if (table) table->add(sock.wait);
    u32 events = 0;
    if (sk.error) events |= POLLERR;
    if (sk.shutdown & shutdown_receive) events |= POLLRDHUP | POLLIN | POLLRDNORM;
    if (sk.shutdown == (shutdown_receive | shutdown_send)) events |= POLLHUP;
    if (!sk.receive_queue.empty() || sk.backlog) events |= POLLIN | POLLRDNORM;
    if (sk.type == SOCK_SEQPACKET && sk.state == TCP_CLOSE) events |= POLLHUP;
    unix_sock* other = sk.peer.get();
    if (other && !other->dead && must_wait(sk, *other)) {
        if (!sk.peer_wake.node.linked()) other->peer_wait.add(sk.peer_wake);
    } else if (sk.writable()) {
        events |= poll_writable;
    }
    return events;
}
