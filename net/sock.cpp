// struct sock: its life, its account of buffers, and what all datagram protocols share: queueing,
// receiving, polling, ancillary data.
#include "net/sock.h"
#include "kernel/base/math.h"
#include "kernel/base/restart.h"
#include "kernel/base/string.h"
#include "net/error_queue.h"
#include "net/filter.h"
#include "net/netdevice.h"
#include "net/security.h"
#include "net/timestamping.h"

namespace {

constexpr u32 default_buffer = 212992; // net.core.[rw]mem_default
u32 last_serial = 0;

// The socket's own reference in a buffer on its way out keeps it alive until the driver is done.
void sock_wfree(sk_buff& skb) {
    sock& sk = *skb.sk;
    sk.send_allocated -= skb.truesize;
    if (sk.owner && sk.send_allocated * 2 <= sk.send_buffer) sk.wake(POLLOUT | POLLWRNORM);
    sock_put(sk);
}

void sock_rfree(sk_buff& skb) { skb.sk->receive_allocated -= skb.truesize; }

} // namespace

sock::sock(proto& prot, int family, int type, int protocol)
    : prot(&prot), family(family), type(type), protocol(protocol), receive_buffer(default_buffer),
      send_buffer(default_buffer), serial(++last_serial) {}

sock::~sock() {
    receive_queue.purge();
    error_queue.purge();
}

void sock_graft(sock& sk, socket& owner) {
    sk.owner = &owner;
    owner.sk = &sk;
}

void sock_orphan(sock& sk) {
    sk.dead = true;
    sk.owner = nullptr;
}

Result<usize> sock_common_recvmsg(socket& sock, msghdr& message, usize size, u32 flags) {
    struct sock& sk = *sock.sk;
    TRACE_STATION(socket, "sk", sk, "size", size);
    const u32 others = flags & ~static_cast<u32>(MSG_DONTWAIT);
    return TRACE_RETURN(sk.prot->recvmsg(sk, message, size, flags & MSG_DONTWAIT, others));
}

void skb_set_owner_w(sk_buff& skb, sock& sk) {
    skb_orphan(skb);
    sk.ref();
    skb.sk = &sk;
    skb.destructor = sock_wfree;
    sk.send_allocated += skb.truesize;
}

void skb_set_owner_r(sk_buff& skb, sock& sk) {
    skb_orphan(skb);
    skb.sk = &sk;
    skb.destructor = sock_rfree;
    sk.receive_allocated += skb.truesize;
}

bool sock_queue_rcv_skb(sock& sk, SkbPtr skb, u32 least) {
    TRACE_STATION(socket, "sk", sk, "skb", skb);
    if (!security_sock_rcv_skb(sk, *skb).ok() || !sk_filter(sk, *skb, least)) {
        sk.drops++;
        return false;
    }
    return sock_queue_filtered_skb(sk, std::move(skb));
}

bool sock_queue_filtered_skb(sock& sk, SkbPtr skb) {
    TRACE_STATION(socket, "sk", sk, "skb", skb);
    if (sk.receive_allocated >= sk.receive_buffer) {
        sk.drops++;
        return false;
    }
    skb_set_owner_r(*skb, sk);
    sk.receive_queue.push_back(std::move(skb));
    sk.wake(POLLIN | POLLRDNORM);
    return true;
}

sk_buff* sock_find_datagram(sock& sk, u32* offset, u32 skip) {
    if (!offset) return sk.receive_queue.front();
    u32 left = *offset;
    for (sk_buff& skb : sk.receive_queue.list) {
        const u32 payload = skb.len() - skip;
        if (left == 0 || left < payload) {
            *offset = left;
            return &skb;
        }
        left -= payload;
    }
    return nullptr;
}

Result<SkbPtr> skb_recv_datagram(sock& sk, u32 flags, bool nonblock, u32* offset, u32 skip) {
    TRACE_STATION(socket, "sk", sk, "flags", TraceHex{flags});
    Nanoseconds deadline = 0;
    if (!(flags & MSG_PEEK)) offset = nullptr;
    for (;;) {
        if (sk.error) return Errno{sk.take_error()};
        if (sk_buff* found = sock_find_datagram(sk, offset, skip)) {
            if (!(flags & MSG_PEEK)) {
                SkbPtr skb = sk.receive_queue.pop_front();
                skb_orphan(*skb);
                return skb;
            }
            SkbPtr copy(skb_clone(*found));
            if (!copy) return Errno{ENOBUFS};
            return copy;
        }
        if (nonblock || sk.receive_timeout == 0) return Errno{EAGAIN};
        if (sk.shutdown & shutdown_receive) return SkbPtr();
        if (deadline == 0) deadline = sock_deadline(sk.receive_timeout, false);
        auto waited = wait_until(
            sk.owner->wait, deadline,
            [&] {
                u32 place = offset ? *offset : 0;
                return sock_find_datagram(sk, offset ? &place : nullptr, skip) || sk.error ||
                       (sk.shutdown & shutdown_receive);
            },
            true, true);
        if (!waited.ok()) return sock_wait_error(waited.error(), sk.receive_timeout);
    }
}

void sock_move_peek_offset(sock& sk, u32 flags, usize bytes) {
    if (sk.peek_offset < 0) return;
    const i64 change = static_cast<i64>(bytes);
    const i64 moved = sk.peek_offset + (flags & MSG_PEEK ? change : -change);
    sk.peek_offset = static_cast<int>(clamp<i64>(moved, 0, INT32_MAX));
}

usize skb_copy_datagram_iter(const sk_buff& skb, u32 offset, IovIter& to, usize bytes) {
    TRACE_STATION(socket, "skb", skb, "bytes", bytes);
    return to.copy_to(skb.data + offset, bytes);
}

u32 datagram_poll(sock& sk, PollTable* table) {
    if (table && sk.owner) table->add(sk.owner->wait);
    u32 events = sock_error_events(sk);
    if (sk.shutdown & shutdown_receive) events |= POLLRDHUP | POLLIN | POLLRDNORM;
    if (sk.shutdown == (shutdown_receive | shutdown_send)) events |= POLLHUP;
    if (!sk.receive_queue.empty()) events |= POLLIN | POLLRDNORM;
    if (sk.send_allocated * 2 <= sk.send_buffer) events |= POLLOUT | POLLWRNORM | POLLWRBAND;
    return events;
}

Nanoseconds sock_deadline(Nanoseconds timeout, bool nonblock) {
    if (nonblock) return 0;
    if (timeout == no_deadline) return no_deadline;
    return clock_monotonic() + timeout;
}

Errno sock_wait_error(Errno wait_error, Nanoseconds timeout) {
    if (wait_error.code == ETIMEDOUT) return Errno{EAGAIN};
    if (wait_error.code == EINTR && timeout == no_deadline) return Errno{ERESTARTSYS};
    return wait_error;
}

void put_cmsg(msghdr& message, int level, int type, const void* data, u32 length) {
    constexpr u32 header = 16; // size_t length, int level, int type
    const u32 room = message.controllen - message.control_used;
    if (!message.control || room < header) {
        message.flags |= MSG_CTRUNC;
        return;
    }
    u64 cmsg_length = header + length;
    if (room < cmsg_length) {
        message.flags |= MSG_CTRUNC;
        cmsg_length = room;
    }
    u8* at = message.control + message.control_used;
    memcpy(at, &cmsg_length, 8);
    memcpy(at + header - 8, &level, 4);
    memcpy(at + header - 4, &type, 4);
    memcpy(at + header, data, cmsg_length - header);
    const u32 space = static_cast<u32>(align_up(cmsg_length, 8));
    if (space <= room) memset(at + cmsg_length, 0, space - cmsg_length);
    message.control_used += min(space, room);
}

Result<void> sock_cmsg_send(int type, std::span<const u8> data, u32& mark) {
    if (type == SCM_RIGHTS || type == SCM_CREDENTIALS) return {};
    if (type != SO_MARK) return Errno{EINVAL};
    if (!socket_credentials().net_admin) return Errno{EPERM};
    if (data.size() != sizeof mark) return Errno{EINVAL};
    memcpy(&mark, data.data(), sizeof mark);
    return {};
}

void sock_receive_control(sock& sk, const sk_buff& skb, msghdr& message) {
    sock_put_timestamps(sk, skb, message);
    if (sk.report_drops) put_cmsg(message, SOL_SOCKET, SO_RXQ_OVFL, &sk.drops, sizeof sk.drops);
    if (sk.report_mark) put_cmsg(message, SOL_SOCKET, SO_MARK, &skb.mark, sizeof skb.mark);
}
