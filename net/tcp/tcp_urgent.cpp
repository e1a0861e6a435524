// Urgent data, as BSD and Linux read it: one byte, the last before the pointer (RFC 6093).
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_memory.h"

namespace {

// A new urgent byte comes while the old one, out of line, is next to be read: that one is dropped,
// so that it isn't taken for ordinary data (Linux: tcp_check_urg).
void drop_old_urgent(tcp_sock& sk) {
    if (!sk.urgent_data || sk.oob_inline || sk.urgent_sequence != sk.copied ||
        sk.copied == sk.receive_next)
        return;
    sk.copied += 1;
    sk_buff* first = sk.receive_queue.front();
    if (!first || sk.copied < tcp_cb(*first).sequence + first->len()) return;
    tcp_uncharge_receive(sk, *first);
    sk.receive_queue.remove(*first);
}

} // namespace

void tcp_urgent(tcp_sock& sk, const sk_buff& skb) {
    const TcpCb& cb = tcp_cb(skb);
    if ((cb.flags & th_urg) && cb.urgent > 0) {
        const SeqNumber at = cb.sequence + (cb.urgent - 1u);
        const bool fresh = at >= sk.copied && (sk.urgent_data == 0 || at > sk.urgent_sequence) &&
                           at >= sk.receive_next;
        if (fresh) {
            drop_old_urgent(sk);
            sk.urgent_sequence = at;
            sk.urgent_data = urgent_notyet;
            sk.wake(POLLPRI); // alone: SIGURG
        }
    }
    if (sk.urgent_data != urgent_notyet) return;
    const u32 payload = skb.len() - cb.header_length;
    const i32 offset = sk.urgent_sequence - cb.sequence;
    if (offset < 0 || static_cast<u32>(offset) >= payload) return;
    sk.urgent_data = urgent_valid | skb.data[cb.header_length + static_cast<u32>(offset)];
    sk.wake(POLLPRI | POLLIN | POLLRDNORM | POLLRDBAND);
}
