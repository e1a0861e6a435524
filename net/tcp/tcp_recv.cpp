// tcp_recvmsg: bytes in order from the receive queue to the program (recv(2)).
#include "net/tcp/tcp_recv.h"
#include "kernel/base/math.h"
#include "net/ipv4/ip_sockglue.h"
#include "net/ipv6/ip6_sockglue.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"

namespace {

// One call's progress.
struct Reader {
    tcp_sock& sk;
    IovIter& to;
    const u32 flags;
    SeqNumber place; // next byte to hand out
    usize left;
    usize copied = 0;

    bool peek() const { return flags & MSG_PEEK; }
    Result<bool> step();
    bool consume_urgent(u32& chunk);
    void release(sk_buff& skb);
};

// The buffer that holds `place`; null: nothing more.
sk_buff* find(tcp_sock& sk, SeqNumber place) {
    for (sk_buff& skb : sk.receive_queue.list)
        if (place < tcp_cb(skb).sequence + skb.len()) return &skb;
    return nullptr;
}

// Stops a read at the urgent byte, and passes over it when it isn't in line. False: stop here.
bool Reader::consume_urgent(u32& chunk) {
    if (!sk.urgent_data) return true;
    const i32 ahead = sk.urgent_sequence - place;
    if (ahead < 0 || static_cast<u32>(ahead) >= chunk) return true;
    if (ahead > 0) {
        chunk = static_cast<u32>(ahead);
        return true;
    }
    if (copied > 0) return false;
    if (sk.oob_inline) {
        chunk = 1;
        return true;
    }
    place += 1;
    if (!peek()) sk.copied = place;
    chunk--;
    return true;
}

void Reader::release(sk_buff& skb) {
    tcp_uncharge_receive(sk, skb);
    sk.receive_queue.remove(skb);
}

// Copies from one buffer. False: nothing there to take. EFAULT.
Result<bool> Reader::step() {
    sk_buff* skb = find(sk, place);
    if (!skb) return false;
    const TcpCb& cb = tcp_cb(*skb);
    const SeqNumber end = cb.sequence + skb->len();
    u32 chunk = static_cast<u32>(min<usize>(seq_length(place, end), left));
    const SeqNumber before = place;
    if (!consume_urgent(chunk)) {
        left = 0;
        return true;
    }
    if (chunk > 0) {
        const u32 offset = seq_length(cb.sequence, place);
        usize done = chunk;
        if (!(flags & MSG_TRUNC)) done = skb_copy_datagram_iter(*skb, offset, to, chunk);
        place += static_cast<u32>(done);
        copied += done;
        left -= done;
        if (!peek()) sk.copied = place;
        if (done < chunk && copied == 0) return Errno{EFAULT};
        if (done < chunk) left = 0;
    }
    if (sk.urgent_data && place > sk.urgent_sequence && !peek()) sk.urgent_data = 0;
    if (!peek() && place >= end) release(*skb);
    return place != before || left == 0;
}

// Nothing to take, nothing copied: what does the call return? True: wait.
Result<bool> at_end(tcp_sock& sk, bool nonblock) {
    if (sk.done) return false;
    if (sk.error) return Errno{sk.take_error()};
    if (sk.shutdown & shutdown_receive) return false;
    if (sk.state == TCP_CLOSE) return Errno{ENOTCONN};
    if (nonblock || sk.receive_timeout == 0) return Errno{EAGAIN};
    return true;
}

Result<void> wait_data(tcp_sock& sk, SeqNumber place, Nanoseconds deadline) {
    const auto waited = wait_until(sk.owner->wait, deadline, [&sk, place] {
        return find(sk, place) || sk.error || sk.done || (sk.shutdown & shutdown_receive) ||
               sk.in(tcpf_close | tcpf_listen);
    });
    if (!waited.ok()) return sock_wait_error(waited.error(), sk.receive_timeout);
    return {};
}

Result<usize> receive_urgent(tcp_sock& sk, msghdr& message, usize size, u32 flags) {
    if (sk.oob_inline || !sk.urgent_data || sk.urgent_data == urgent_read) return Errno{EINVAL};
    if (sk.state == TCP_CLOSE && !sk.done) return Errno{ENOTCONN};
    if (sk.urgent_data & urgent_valid) {
        const u8 byte = static_cast<u8>(sk.urgent_data);
        if (!(flags & MSG_PEEK)) sk.urgent_data = urgent_read;
        message.flags |= MSG_OOB;
        if (size == 0) {
            message.flags |= MSG_TRUNC;
            return usize{0};
        }
        if (!(flags & MSG_TRUNC) && message.iter.copy_to(&byte, 1) < 1) return Errno{EFAULT};
        return usize{1};
    }
    if (sk.state == TCP_CLOSE || (sk.shutdown & shutdown_receive)) return usize{0};
    return Errno{EAGAIN};
}

// TCP_INQ: what is left to read; the end of the stream counts as a byte, so that it is read too.
void report_unread(const tcp_sock& sk, msghdr& message) {
    const u32 unread = sk.unread();
    const int left = unread == 0 && sk.done ? 1 : static_cast<int>(unread);
    put_cmsg(message, SOL_TCP, TCP_CM_INQ, &left, sizeof left);
}

} // namespace

Result<usize> tcp_recvmsg(sock& base, msghdr& message, usize size, bool nonblock, u32 flags) {
    TRACE_STATION(tcp, "sk", base, "size", size, "flags", TraceHex{flags});
    tcp_sock& sk = tcp_sk(base);
    if (flags & MSG_ERRQUEUE)
        return sk.family == AF_INET ? ip_recv_error(sk, message, size)
                                    : ipv6_recv_error(sk, message, size);
    if (sk.state == TCP_LISTEN) return Errno{ENOTCONN};
    Ref<tcp_sock> held(sk);
    const bool reports = sk.report_unread;
    if (flags & MSG_OOB) {
        const usize taken = TRY(receive_urgent(sk, message, size, flags));
        if (reports) report_unread(sk, message);
        return taken;
    }
    nonblock |= (flags & MSG_DONTWAIT) != 0;
    const usize target =
        max<usize>(flags & MSG_WAITALL ? size : min<usize>(sk.receive_low_water, size), 1);
    const Nanoseconds deadline = sock_deadline(sk.receive_timeout, nonblock);
    Reader reader{sk, message.iter, flags, sk.copied + sock_peek_offset(sk, flags), size};
    u32 acknowledged = 0; // of `copied`, told to tcp_cleanup_rbuf
    Result<void> result;
    do { // a call for no bytes waits for the first too, as Linux's does
        const auto step = reader.step();
        if (!step.ok()) {
            result = step.error();
            break;
        }
        if (step.value()) continue;
        if (reader.copied >= target) break;
        if (reader.copied > 0) {
            if (sk.error || sk.state == TCP_CLOSE || (sk.shutdown & shutdown_receive) || nonblock ||
                sk.receive_timeout == 0)
                break;
        } else {
            const auto more = at_end(sk, nonblock);
            if (!more.ok()) {
                result = more.error();
                break;
            }
            if (!more.value()) break;
        }
        if (!reader.peek()) {
            const u32 fresh = static_cast<u32>(reader.copied) - acknowledged;
            acknowledged += fresh;
            tcp_cleanup_rbuf(sk, fresh);
        }
        result = wait_data(sk, reader.place, deadline);
        if (!result.ok()) break;
        if (reader.peek() && sk.copied > reader.place) reader.place = sk.copied; // read by another
        if (!reader.peek()) reader.place = sk.copied;
    } while (reader.left > 0);
    if (!reader.peek() && reader.copied > 0) {
        tcp_tune_receive_buffer(sk, static_cast<u32>(reader.copied));
        tcp_cleanup_rbuf(sk, static_cast<u32>(reader.copied) - acknowledged);
    }
    sock_move_peek_offset(sk, flags, reader.copied);
    if (reader.copied == 0 && !result.ok()) return result.error();
    if (reports) report_unread(sk, message);
    return reader.copied;
}
