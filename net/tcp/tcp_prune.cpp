// Collapse and prune.
#include "net/tcp/tcp_prune.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_memory.h"

namespace {

// May `next` be appended to `into`?
bool joins(const sk_buff& into, const sk_buff& next) {
    return tcp_cb(into).end_sequence == tcp_cb(next).sequence && into.tailroom() >= next.len() &&
           !(tcp_cb(into).flags & th_fin);
}

// Copies runs of half-empty buffers together into full ones.
void collapse(tcp_sock& sk, SkbQueue& queue) {
    sk_buff* into = nullptr;
    for (sk_buff& skb : queue.list) {
        if (into && joins(*into, skb)) {
            memcpy(into->put(skb.len()), skb.data, skb.len());
            tcp_cb(*into).end_sequence = tcp_cb(skb).end_sequence;
            tcp_cb(*into).flags |= tcp_cb(skb).flags;
            queue.bytes += skb.len(); // remove() takes it off again
            tcp_uncharge_receive(sk, skb);
            queue.remove(skb);
            tcp_mib.TCPRcvCollapsed++;
            continue;
        }
        into = nullptr;
        if (skb.len() * 2 >= skb.truesize) continue; // well filled
        const sk_buff* next = queue.list.next(skb);
        if (!next || tcp_cb(*next).sequence != tcp_cb(skb).end_sequence) continue;
        sk_buff* fresh = alloc_skb(tcp_payload_of(4096));
        if (!fresh || fresh->tailroom() < skb.len()) {
            if (fresh) kfree_skb(fresh);
            continue;
        }
        memcpy(fresh->put(skb.len()), skb.data, skb.len());
        tcp_cb(*fresh) = tcp_cb(skb);
        tcp_charge_receive(sk, *fresh);
        queue.count++;
        queue.bytes += fresh->len();
        SkbQueueList::insert_before(skb, *fresh);
        tcp_uncharge_receive(sk, skb);
        queue.remove(skb);
        into = fresh;
    }
}

// Drops from the end of the out-of-order queue until the socket is within its bounds.
void prune_out_of_order(tcp_sock& sk) {
    if (sk.out_of_order.empty()) return;
    tcp_mib.OfoPruned++;
    while (sk_buff* last = sk.out_of_order.list.back()) {
        tcp_uncharge_receive(sk, *last);
        sk.out_of_order.remove(*last);
        if (sk.receive_allocated <= sk.receive_buffer && !tcp_memory.pressure()) break;
    }
    sk.sack_count = 0; // what was reported is no longer so
}

bool fits(const tcp_sock& sk) {
    return sk.receive_allocated <= sk.receive_buffer && !tcp_memory.exhausted();
}

} // namespace

bool tcp_make_receive_room(tcp_sock& sk, const sk_buff& skb) {
    if (fits(sk)) return true;
    tcp_mib.PruneCalled++;
    collapse(sk, sk.receive_queue);
    collapse(sk, sk.out_of_order);
    if (fits(sk)) return true;
    prune_out_of_order(sk);
    if (fits(sk)) return true;
    // The reader must be able to go on: the next segment in order, when nothing waits for him.
    if (sk.receive_queue.empty() && tcp_cb(skb).sequence <= sk.receive_next) return true;
    tcp_mib.RcvPruned++;
    return false;
}
