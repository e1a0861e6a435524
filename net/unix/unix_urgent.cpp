// MSG_OOB on streams of AF_UNIX: one byte of the queue is marked; a later one takes the mark, and
// the first becomes ordinary data.
#include "net/unix/unix_sock.h"

Result<void> unix_send_urgent(unix_sock& sk, msghdr& message, ScmCookie& scm,
                              Nanoseconds deadline) {
    SkbPtr skb = TRY(unix_alloc_skb(sk, 1, message.flags & MSG_DONTWAIT, deadline));
    TRY(unix_attach(*skb, scm));
    if (message.iter.copy_from(skb->put(1), 1) != 1) return Errno{EFAULT};
    unix_sock* other = sk.peer.get();
    if (!other || other->dead || (other->shutdown & shutdown_receive)) return Errno{EPIPE};
    other->urgent = skb.get();
    other->wake(POLLPRI); // alone: SIGURG
    unix_deliver(sk, *other, std::move(skb));
    return {};
}

Result<usize> unix_receive_urgent(unix_sock& sk, msghdr& message, u32 flags) {
    if (sk.oob_inline || !sk.urgent) return Errno{EINVAL};
    sk_buff& skb = *sk.urgent;
    const u8 byte = *skb.data;
    if (!(flags & MSG_PEEK)) {
        sk.urgent = nullptr;
        skb.pull(1);
        sk.receive_queue.bytes--;
    }
    if (message.iter.remaining() && message.iter.copy_to(&byte, 1) != 1) return Errno{EFAULT};
    message.flags |= MSG_OOB;
    return usize{1};
}

sk_buff* unix_pass_urgent(unix_sock& sk, sk_buff* skb, u32 flags, bool copied) {
    const bool peeking = flags & MSG_PEEK;
    while (skb) {
        const bool mark = skb->len() == 0, urgent = skb == sk.urgent;
        if (!mark && !urgent) return skb;
        if (copied && (!sk.urgent || urgent)) return nullptr;
        sk_buff* next = sk.receive_queue.list.next(*skb);
        if (urgent) {
            if (!peeking) sk.urgent = nullptr;
            if (sk.oob_inline) return skb;
        }
        if (!peeking) sk.receive_queue.remove(*skb);
        skb = next;
    }
    return nullptr;
}

bool unix_at_mark(const unix_sock& sk) {
    const sk_buff* first = sk.receive_queue.front();
    if (!first) return false;
    if (first == sk.urgent) return true;
    return first->len() == 0 && (!sk.urgent || sk.receive_queue.list.next(*first) == sk.urgent);
}
