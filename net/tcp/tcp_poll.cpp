// The bits of poll(2) as Linux's tcp_poll has them, and the ioctls that ask how much is queued.
#include "kernel/base/math.h"
#include "net/error_queue.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_listen.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_recv.h"

namespace {

bool readable(const tcp_sock& sk) {
    u32 wanted = max(sk.receive_low_water, 1u);
    // The urgent byte at the head isn't ordinary data.
    if (sk.urgent_data && sk.urgent_sequence == sk.copied && !sk.oob_inline) wanted++;
    const u32 fin = sk.done ? 1 : 0;
    const u32 unread = sk.unread() - min(sk.unread(), fin);
    return unread >= wanted || (sk.receive_buffer && unread > 0 && sk.receive_window_left() == 0);
}

SysResult put_int(uptr argument, int value) {
    IovIter to = IovIter::of_user(argument, sizeof value);
    if (to.copy_to(&value, sizeof value) < sizeof value) return Errno{EFAULT};
    return 0;
}

// Bytes that a read would give, up to the urgent mark.
u32 readable_bytes(const tcp_sock& sk) {
    if (sk.in(tcpf_syn_sent | tcpf_syn_recv)) return 0;
    if (!sk.oob_inline && sk.urgent_data && sk.urgent_sequence >= sk.copied &&
        sk.urgent_sequence < sk.receive_next)
        return seq_length(sk.copied, sk.urgent_sequence);
    const u32 unread = sk.unread();
    return unread && sk.done ? unread - 1 : unread;
}

} // namespace

u32 tcp_poll(sock& base, PollTable* table) {
    tcp_sock& sk = tcp_sk(base);
    if (table && sk.owner) table->add(sk.owner->wait);
    if (sk.state == TCP_LISTEN) return sk.accept_queue->ready.empty() ? 0 : POLLIN | POLLRDNORM;
    u32 events = 0;
    if (sk.shutdown == (shutdown_receive | shutdown_send) || sk.state == TCP_CLOSE)
        events |= POLLHUP;
    if (sk.shutdown & shutdown_receive) events |= POLLIN | POLLRDNORM | POLLRDHUP;
    if (!sk.in(tcpf_syn_sent | tcpf_syn_recv)) {
        if (readable(sk)) events |= POLLIN | POLLRDNORM;
        if ((sk.shutdown & shutdown_send) || tcp_writable(sk)) events |= POLLOUT | POLLWRNORM;
        if (sk.urgent_data & urgent_valid) events |= POLLPRI;
    }
    return events | sock_error_events(sk);
}

SysResult tcp_ioctl(sock& base, u32 command, uptr argument) {
    tcp_sock& sk = tcp_sk(base);
    switch (command) {
    case SIOCINQ:
        if (sk.state == TCP_LISTEN) return Errno{EINVAL};
        return put_int(argument, static_cast<int>(readable_bytes(sk)));
    case SIOCOUTQ:
        if (sk.state == TCP_LISTEN) return Errno{EINVAL};
        if (sk.in(tcpf_syn_sent | tcpf_syn_recv)) return put_int(argument, 0);
        return put_int(argument,
                       static_cast<int>(seq_length(sk.send_unacknowledged, sk.write_next)));
    case SIOCATMARK:
        return put_int(argument, sk.urgent_data && sk.urgent_sequence == sk.copied);
    }
    return Errno{ENOIOCTLCMD};
}
