// The write queue's upper end: a program's bytes become buffers.
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"

namespace {

// Payload that a buffer is filled up to: as many whole segments as it holds.
u32 size_goal(const tcp_sock& sk) { return tcp_skb_payload - tcp_skb_payload % sk.mss; }

Errno stream_error(tcp_sock& sk) {
    const int error = sk.take_error();
    return Errno{error ? error : EPIPE};
}

bool closed_for_sending(const tcp_sock& sk) {
    return sk.error || (sk.shutdown & shutdown_send) || sk.state == TCP_CLOSE;
}

// Writing may begin while the handshake is under way.
Result<void> wait_connected(tcp_sock& sk, bool nonblock) {
    if (sk.in(tcpf_established | tcpf_close_wait)) return {};
    if (sk.error) return Errno{sk.take_error()};
    if (!sk.in(tcpf_syn_sent | tcpf_syn_recv)) return Errno{EPIPE};
    if (nonblock) return Errno{EAGAIN};
    const auto waited = wait_until(sk.owner->wait, sock_deadline(sk.send_timeout, false), [&sk] {
        return sk.error || !sk.in(tcpf_syn_sent | tcpf_syn_recv);
    });
    if (!waited.ok()) return sock_wait_error(waited.error(), sk.send_timeout);
    if (sk.error) return Errno{sk.take_error()};
    return sk.in(tcpf_established | tcpf_close_wait) ? Result<void>() : Result<void>(Errno{EPIPE});
}

Result<void> wait_for_space(tcp_sock& sk, bool nonblock, Nanoseconds deadline) {
    if (nonblock) return Errno{EAGAIN};
    const auto waited = wait_until(sk.owner->wait, deadline, [&sk] {
        return closed_for_sending(sk) || (tcp_writable(sk) && !tcp_memory.exhausted());
    });
    if (!waited.ok()) return sock_wait_error(waited.error(), sk.send_timeout);
    return {};
}

// The buffer that the next bytes go into: the last one while it has room, or a new one. Null: no
// memory.
sk_buff* writable_buffer(tcp_sock& sk, usize bytes) {
    sk_buff* last = sk.write_queue.list.back();
    if (last && last->len() < size_goal(sk) && last->tailroom() > 0) return last;
    // Full size when the bytes fill it or more are likely to join them; small for a lone message.
    const bool joins = !(sk.nonagle & nagle_off) && !sk.retransmit_queue.empty();
    u32 size = tcp_skb_payload;
    if (bytes <= tcp_small_payload && !joins)
        size = tcp_small_payload;
    else if (bytes <= tcp_payload_of(8192) && !joins && sk.retransmit_queue.empty())
        size = tcp_payload_of(8192);
    SkbPtr skb = tcp_alloc_write(sk, size);
    if (!skb) return nullptr;
    sk_buff* raw = skb.get();
    tcp_queue_write(sk, std::move(skb));
    return raw;
}

// Copies up to a buffer's fill; returns how many bytes, 0 for a bad address.
usize fill(tcp_sock& sk, sk_buff& skb, IovIter& from) {
    const u32 room = min(size_goal(sk) - skb.len(), skb.tailroom());
    const u32 wanted = static_cast<u32>(min<usize>(room, from.remaining()));
    const u32 copied = static_cast<u32>(from.copy_from(skb.tail, wanted));
    skb.put(copied);
    sk.write_queue.bytes += copied;
    sk.write_next += copied;
    tcp_cb(skb).end_sequence += copied;
    return copied;
}

void drop_empty_tail(tcp_sock& sk) {
    sk_buff* last = sk.write_queue.list.back();
    if (!last || last->len() > 0 || (tcp_cb(*last).flags & th_fin)) return;
    tcp_uncharge_send(sk, *last);
    sk.write_queue.remove(*last);
}

void mark_push(tcp_sock& sk, u32 flags) {
    sk_buff* last = sk.write_queue.list.back();
    if (!last) return;
    if (!(flags & MSG_MORE)) tcp_cb(*last).flags |= th_psh;
    if (flags & MSG_OOB) {
        sk.send_urgent = sk.write_next;
        sk.urgent_mode = true;
    }
}

struct Writer {
    tcp_sock& sk;
    IovIter& from;
    bool nonblock;
    Nanoseconds deadline;
    u8 nonagle;
    usize copied = 0;

    // One buffer's worth. Errors: EPIPE, EAGAIN, EFAULT …
    Result<void> step() {
        if (closed_for_sending(sk)) return Errno{EPIPE};
        sk_buff* last = sk.write_queue.list.back();
        const bool joins = last && last->len() < size_goal(sk) && last->tailroom() > 0;
        const bool full = !joins && (!sk.send_space() || tcp_memory.exhausted());
        sk_buff* skb = full ? nullptr : writable_buffer(sk, from.remaining());
        if (!skb) {
            if (sk.nonagle & nagle_off || copied) tcp_push(sk, nonagle & nagle_cork ? 0 : nonagle);
            if (!full) return no_memory();
            return wait_for_space(sk, nonblock, deadline);
        }
        const usize done = fill(sk, *skb, from);
        copied += done;
        if (done == 0) {
            drop_empty_tail(sk);
            return Errno{EFAULT};
        }
        if (skb->len() == size_goal(sk)) {
            tcp_cb(*skb).flags |= th_psh;
            if (from.remaining()) tcp_push(sk, nagle_cork);
        }
        return {};
    }
    // The machine has none just now: what is under way will free some, or nothing will. Time has
    // to pass before the next attempt: the socket itself may have room all the while.
    Result<void> no_memory() {
        if (sk.retransmit_queue.empty() && sk.write_queue.empty()) return Errno{ENOBUFS};
        if (nonblock) return Errno{EAGAIN};
        const Nanoseconds pause = min(deadline, clock_monotonic() + ms_to_ns(20));
        const auto waited = wait_until(sk.owner->wait, pause, [held = sk.send_allocated, this] {
            return closed_for_sending(sk) || sk.send_allocated < held;
        });
        if (waited.ok() || (waited.error() == Errno{ETIMEDOUT} && pause < deadline)) return {};
        return sock_wait_error(waited.error(), sk.send_timeout);
    }
};

} // namespace

bool tcp_writable(const tcp_sock& sk) {
    return sk.send_allocated <= sk.send_buffer - sk.send_buffer / 3 &&
           (sk.notsent_low_water == 0 ||
            seq_length(sk.send_next, sk.write_next) < sk.notsent_low_water);
}

void tcp_check_space(tcp_sock& sk) {
    if (sk.owner && !sk.owner->wait.empty() && tcp_writable(sk))
        sk.wake(POLLOUT | POLLWRNORM | POLLWRBAND);
}

SkbPtr tcp_alloc_write(tcp_sock& sk, u32 bytes) {
    SkbPtr skb(alloc_skb(bytes));
    if (!skb) return skb;
    TcpCb& cb = tcp_cb(*skb);
    cb = TcpCb{};
    cb.sequence = cb.end_sequence = sk.write_next;
    cb.flags = th_ack;
    return skb;
}

void tcp_queue_write(tcp_sock& sk, SkbPtr skb) {
    tcp_charge_send(sk, *skb);
    sk.write_queue.push_back(std::move(skb));
}

void tcp_write_queue_purge(tcp_sock& sk) {
    for (SkbQueue* queue : {&sk.retransmit_queue, &sk.write_queue})
        while (!queue->empty()) tcp_uncharge_send(sk, *queue->pop_front());
    sk.sacked_bytes = sk.lost_bytes = sk.retransmitted_bytes = 0;
    sk.write_next = sk.send_next;
}

Result<usize> tcp_sendmsg(sock& base, msghdr& message, usize size) {
    TRACE_STATION(tcp, "sk", base, "size", size);
    tcp_sock& sk = tcp_sk(base);
    if (message.flags & MSG_FASTOPEN) return Errno{EOPNOTSUPP};
    Ref<tcp_sock> held(sk);
    const bool nonblock = message.flags & MSG_DONTWAIT;
    if (!sk.in(tcpf_established | tcpf_close_wait)) TRY(wait_connected(sk, nonblock));
    const u8 nonagle = (message.flags & MSG_MORE) ? nagle_cork : sk.nonagle;
    message.iter.truncate(size);
    Writer writer{sk, message.iter, nonblock, sock_deadline(sk.send_timeout, nonblock), nonagle};
    if (size == 0 && closed_for_sending(sk)) return stream_error(sk);
    while (message.iter.remaining() > 0) {
        const auto step = writer.step();
        if (step.ok()) continue;
        if (writer.copied) break;
        if (step.error() == Errno{EPIPE}) return stream_error(sk);
        return step.error();
    }
    if (writer.copied) {
        mark_push(sk, message.flags);
        tcp_push(sk, nonagle);
    }
    return TRACE_RETURN(writer.copied);
}
