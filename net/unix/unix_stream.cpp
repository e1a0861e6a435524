// SOCK_STREAM: bytes in order, cut into messages only by what travels beside them.
#include "kernel/base/math.h"
#include "net/unix/unix_sock.h"

namespace {

// With its record a whole run of frames of the heap (kernel/mem/heap.h): 32 KiB.
constexpr u32 largest_piece = 32768 - sizeof(SkbData);

// Two pieces fit into the sender's account, so that reader and writer can take turns.
u32 piece_size(const unix_sock& sk, usize left) {
    return static_cast<u32>(min(left, usize{min(sk.send_buffer / 2 - 64, largest_piece)}));
}

Result<u32> send_piece(unix_sock& sk, msghdr& message, usize left, ScmCookie& scm,
                       Nanoseconds deadline) {
    const u32 size = piece_size(sk, left);
    SkbPtr skb = TRY(unix_alloc_skb(sk, size, message.flags & MSG_DONTWAIT, deadline));
    TRY(unix_attach(*skb, scm));
    if (message.iter.copy_from(skb->put(size), size) != size) return Errno{EFAULT};
    unix_sock* other = sk.peer.get();
    if (!other || other->dead || (other->shutdown & shutdown_receive)) return Errno{EPIPE};
    unix_deliver(sk, *other, std::move(skb));
    return size;
}

Result<void> check_send(unix_sock& sk, const msghdr& message) {
    if ((message.flags & MSG_OOB) && message.iter.remaining() == 0) return Errno{EOPNOTSUPP};
    if (message.namelen) return Errno{sk.state == TCP_ESTABLISHED ? EISCONN : EOPNOTSUPP};
    if (!sk.peer) return Errno{ENOTCONN};
    if (sk.shutdown & shutdown_send) return Errno{EPIPE};
    return {};
}

// One recvmsg on its way through the queue.
struct Reading {
    unix_sock& sk;
    msghdr& message;
    ScmCookie scm;
    usize left;
    u32 flags;
    usize copied = 0;
    bool sender_known = false;

    u32 skip; // SO_PEEK_OFF

    bool peeking() const { return flags & MSG_PEEK; }
    sk_buff* pass(sk_buff* skb) { return unix_pass_urgent(sk, skb, flags, copied > 0); }
    sk_buff* first();
    Result<bool> take(sk_buff& skb);
    Result<bool> look_along(sk_buff& skb);
    bool same_sender(sk_buff& skb);
};

// Bytes of different senders are never glued together when the reader asks who they are.
bool Reading::same_sender(sk_buff& skb) {
    const UnixControl& control = unix_control(skb);
    const UnixIdentity& who = scm.identity;
    if (sender_known)
        return control.pid == who.pid && control.uid == who.uid && control.gid == who.gid;
    if (sk.pass_credentials) {
        scm.identity = {control.pid, control.uid, control.gid};
        sender_known = true;
    }
    return true;
}

// Where the read goes on.
sk_buff* Reading::first() {
    sk_buff* skb = pass(sk.receive_queue.front());
    while (skb && skip >= skb->len()) {
        skip -= skb->len();
        skb = pass(sk.receive_queue.list.next(*skb));
    }
    return skb;
}

// Takes what fits of the message at the head of the queue. False: this call ends with it. EFAULT.
Result<bool> Reading::take(sk_buff& skb) {
    if (!same_sender(skb)) return false;
    unix_copy_address(message, unix_of(*skb.sk));
    const u32 chunk = static_cast<u32>(min(usize{skb.len() - skip}, left));
    if (skb_copy_datagram_iter(skb, skip, message.iter, chunk) != chunk) return Errno{EFAULT};
    skip = 0;
    sock_move_peek_offset(sk, flags, chunk);
    copied += chunk;
    left -= chunk;
    unix_take_files(skb, message, scm, peeking());
    if (peeking()) return !scm.files;
    skb.pull(chunk);
    sk.receive_queue.bytes -= chunk;
    if (skb.len()) return false;
    sk.receive_queue.remove(skb);
    return !scm.files;
}

// Peeking goes along the queue from `skb` on to where the call ends, without taking anything, and
// as Linux's even when no bytes are left to copy. False: nothing was, and what comes next is passed
// over, so that the call waits.
Result<bool> Reading::look_along(sk_buff& skb) {
    for (sk_buff* at = &skb; at;) {
        if (!TRY(take(*at))) return true;
        sk_buff* next = sk.receive_queue.list.next(*at);
        at = pass(next);
        if (!at && next) return copied > 0;
    }
    return true;
}

// Nothing is there, or nothing behind what a peek passes over: false at the end of the stream, true
// when there may be more by now.
Result<bool> wait_for_data(unix_sock& sk, bool nonblock, Nanoseconds deadline) {
    if (sk.error) return Errno{sk.take_error()};
    if (sk.shutdown & shutdown_receive) return false;
    if (nonblock || sk.receive_timeout == 0) return Errno{EAGAIN};
    const u32 before = sk.receive_queue.count;
    auto waited = wait_until(sk.owner->wait, deadline, [&] {
        return sk.receive_queue.count != before || sk.error || (sk.shutdown & shutdown_receive);
    });
    if (!waited.ok()) return sock_wait_error(waited.error(), sk.receive_timeout);
    return true;
}

// The loop of recvmsg: until enough is copied, the queue's message ends it, or an error.
Result<void> read_queue(Reading& reading, usize target, bool nonblock, Nanoseconds deadline) {
    unix_sock& sk = reading.sk;
    do {
        sk_buff* skb = reading.first();
        if (!skb) {
            if (reading.copied >= target || (reading.copied && !sk.receive_queue.empty())) break;
            if (!TRY(wait_for_data(sk, nonblock, deadline))) break;
            continue;
        }
        if (reading.peeking()) {
            if (TRY(reading.look_along(*skb)) || !TRY(wait_for_data(sk, nonblock, deadline))) break;
        } else if (!TRY(reading.take(*skb))) {
            break;
        }
    } while (reading.left || reading.peeking());
    return {};
}

} // namespace

Result<usize> unix_stream_sendmsg(socket& sock, msghdr& message, usize) {
    TRACE_STATION(unix, "socket", sock, "size", message.iter.remaining());
    unix_sock& sk = unix_of(sock);
    unix_gc_if_many();
    ScmCookie scm;
    TRY(scm_send(message, scm));
    TRY(check_send(sk, message));
    const Nanoseconds deadline = sock_deadline(sk.send_timeout, message.flags & MSG_DONTWAIT);
    usize sent = 0;
    const bool urgent = message.flags & MSG_OOB;
    while (message.iter.remaining() > (urgent ? 1 : 0)) {
        auto piece = send_piece(sk, message, message.iter.remaining() - urgent, scm, deadline);
        if (!piece.ok()) {
            if (sent == 0) return piece.error();
            return sent;
        }
        sent += *piece;
    }
    if (!urgent) return sent;
    auto last = unix_send_urgent(sk, message, scm, deadline);
    if (!last.ok()) return sent ? Result<usize>(sent) : last.error();
    return sent + 1;
}

Result<usize> unix_stream_recvmsg(socket& sock, msghdr& message, usize size, u32 flags) {
    TRACE_STATION(unix, "socket", sock, "size", size);
    unix_sock& sk = unix_of(sock);
    if (sk.state != TCP_ESTABLISHED) return Errno{EINVAL};
    if (flags & MSG_OOB) return unix_receive_urgent(sk, message, flags);
    const bool nonblock = flags & MSG_DONTWAIT;
    const Nanoseconds deadline = sock_deadline(sk.receive_timeout, nonblock);
    usize target = (flags & MSG_WAITALL) ? size : min(size, usize{sk.receive_low_water});
    if (target == 0) target = 1;
    Reading reading{sk, message, {}, size, flags, 0, false, sock_peek_offset(sk, flags)};
    auto done = read_queue(reading, target, nonblock, deadline);
    // A wait that ends badly hands out nothing, unless bytes are copied already.
    if (!done.ok() && reading.copied == 0) return done.error();
    scm_recv(sk, message, reading.scm, flags);
    return reading.copied;
}

u32 unix_stream_poll(socket& sock, PollTable* table) {
    unix_sock& sk = unix_of(sock);
    if (table) table->add(sock.wait);
    u32 events = 0;
    if (sk.error) events |= POLLERR;
    if (sk.shutdown == (shutdown_receive | shutdown_send)) events |= POLLHUP;
    if (sk.shutdown & shutdown_receive) events |= POLLRDHUP | POLLIN | POLLRDNORM;
    if (!sk.receive_queue.empty() || sk.backlog) events |= POLLIN | POLLRDNORM;
    if (sk.urgent) events |= POLLPRI;
    if (sk.state == TCP_CLOSE) events |= POLLHUP;
    if (sk.writable()) events |= poll_writable;
    return events;
}
