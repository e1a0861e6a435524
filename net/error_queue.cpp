// Queueing and taking error records; their share in poll(2) and SO_ERROR.
#include "net/error_queue.h"
#include "kernel/base/math.h"

namespace {

const ErrorRecord& record_of(const sk_buff& skb) { return skb.control<const ErrorRecord>(); }

bool from_network(const sk_buff& skb) {
    const u8 origin = record_of(skb).error.origin;
    return origin == SO_EE_ORIGIN_ICMP || origin == SO_EE_ORIGIN_ICMP6;
}

} // namespace

bool sock_queue_error(sock& sk, SkbPtr skb, const ErrorRecord& record) {
    if (sk.receive_allocated + skb->truesize >= sk.receive_buffer) return false;
    skb->control<ErrorRecord>() = record;
    skb_set_owner_r(*skb, sk);
    sk.error_queue.push_back(std::move(skb));
    sk.wake(POLLERR);
    return true;
}

Result<SkbPtr> sock_dequeue_error(sock& sk) {
    SkbPtr skb = sk.error_queue.pop_front();
    if (!skb) return Errno{EAGAIN};
    skb_orphan(*skb);
    const sk_buff* next = sk.error_queue.front();
    if (next && from_network(*next))
        sk.error = static_cast<int>(record_of(*next).error.error);
    else if (from_network(*skb))
        sk.error = 0;
    if (next) sk.wake(POLLERR);
    return skb;
}

u32 sock_error_events(const sock& sk) {
    if (!sk.error && sk.error_queue.empty()) return 0;
    return sk.select_error_queue ? POLLERR | POLLPRI : POLLERR;
}

Result<usize> sock_copy_error_packet(const sk_buff& skb, msghdr& message, usize size) {
    const usize length = min<usize>(skb.len(), size);
    if (message.iter.copy_to(skb.data, length) < length) return Errno{EFAULT};
    if (length < skb.len()) message.flags |= MSG_TRUNC;
    return length;
}
