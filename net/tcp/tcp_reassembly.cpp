// Received data: in order into the receive queue, otherwise sorted by sequence until the gap
// closes; SACK blocks that tell the peer (RFC 2018, RFC 2883).
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_prune.h"

namespace {

void drop_sack(tcp_sock& sk, u8 index) {
    sk.sack_count--;
    for (u8 i = index; i < sk.sack_count; i++) sk.sacks[i] = sk.sacks[i + 1];
}

// RFC 2018, section 4: the block with the segment that just came is the first.
void report_sack(tcp_sock& sk, SackBlock block) {
    for (u8 i = 0; i < sk.sack_count;) {
        const SackBlock& other = sk.sacks[i];
        if (other.begin <= block.end && block.begin <= other.end) {
            block = {seq_min(block.begin, other.begin), seq_max(block.end, other.end)};
            drop_sack(sk, i);
        } else {
            i++;
        }
    }
    if (sk.sack_count == 4) sk.sack_count = 3;
    for (u8 i = sk.sack_count; i > 0; i--) sk.sacks[i] = sk.sacks[i - 1];
    sk.sacks[0] = block;
    sk.sack_count++;
}

void forget_taken_sacks(tcp_sock& sk) {
    for (u8 i = 0; i < sk.sack_count;) {
        if (sk.sacks[i].begin <= sk.receive_next)
            drop_sack(sk, i);
        else
            i++;
    }
}

void report_duplicate(tcp_sock& sk, SeqNumber begin, SeqNumber end) {
    if (!sk.use_sack || begin == end) return;
    sk.duplicate_sack = true;
    sk.duplicate = {begin, end};
}

// Takes bytes that are there already off the front.
void cut_front(sk_buff& skb, SeqNumber to) {
    TcpCb& cb = tcp_cb(skb);
    skb.pull(min(seq_length(cb.sequence, to), skb.len()));
    cb.sequence = to;
}

// … or off the end, FIN and all.
void cut_back(sk_buff& skb, SeqNumber to) {
    TcpCb& cb = tcp_cb(skb);
    cb.flags &= static_cast<u8>(~th_fin);
    skb.trim(seq_length(cb.sequence, to));
    cb.end_sequence = to;
}

// A small segment goes into the room behind the last one, so that a thousand of them don't hold a
// thousand buffers.
bool coalesce(tcp_sock& sk, const sk_buff& skb) {
    sk_buff* last = sk.receive_queue.list.back();
    const u32 bytes = skb.len();
    if (!last || bytes > 1024 || last->cloned() || last->tailroom() < bytes) return false;
    TcpCb& last_cb = tcp_cb(*last);
    const TcpCb& cb = tcp_cb(skb);
    if (last_cb.end_sequence != cb.sequence || (last_cb.flags & th_fin)) return false;
    memcpy(last->put(bytes), skb.data, bytes);
    sk.receive_queue.bytes += bytes;
    last_cb.end_sequence = cb.end_sequence;
    last_cb.flags |= cb.flags & (th_fin | th_psh);
    tcp_mib.TCPRcvCoalesce++;
    return true;
}

void queue_in_order(tcp_sock& sk, SkbPtr skb) {
    const TcpCb cb = tcp_cb(*skb);
    sk.receive_next = cb.end_sequence;
    sk.bytes_received += skb->len();
    if (skb->len() > 0 && !coalesce(sk, *skb)) {
        tcp_charge_receive(sk, *skb);
        sk.receive_queue.push_back(std::move(skb));
    }
    if (cb.flags & th_fin) tcp_fin(sk);
}

// The gap may be closed: what is in order now moves on.
void take_from_out_of_order(tcp_sock& sk) {
    while (sk_buff* first = sk.out_of_order.front()) {
        if (tcp_cb(*first).sequence > sk.receive_next) break;
        SkbPtr skb = sk.out_of_order.pop_front();
        tcp_uncharge_receive(sk, *skb);
        if (tcp_cb(*skb).end_sequence <= sk.receive_next) continue;
        cut_front(*skb, sk.receive_next);
        queue_in_order(sk, std::move(skb));
    }
    if (sk.sack_count) forget_taken_sacks(sk);
}

// Puts it where it belongs. Where two overlap, what is there already stays; what is wholly inside
// of the new segment gives way to it.
void queue_out_of_order(tcp_sock& sk, SkbPtr skb) {
    TcpCb& cb = tcp_cb(*skb);
    auto& list = sk.out_of_order.list;
    sk_buff* before = list.back();
    while (before && tcp_cb(*before).sequence > cb.sequence) before = list.prev(*before);
    if (before && tcp_cb(*before).end_sequence > cb.sequence) {
        if (tcp_cb(*before).end_sequence >= cb.end_sequence)
            return report_duplicate(sk, cb.sequence, cb.end_sequence);
        cut_front(*skb, tcp_cb(*before).end_sequence);
    }
    sk_buff* after = before ? list.next(*before) : list.front();
    while (after && tcp_cb(*after).end_sequence <= cb.end_sequence) {
        sk_buff* covered = after;
        after = list.next(*after);
        tcp_uncharge_receive(sk, *covered);
        sk.out_of_order.remove(*covered);
    }
    if (after && tcp_cb(*after).sequence < cb.end_sequence) cut_back(*skb, tcp_cb(*after).sequence);
    tcp_charge_receive(sk, *skb);
    tcp_mib.TCPOFOQueue++;
    sk.out_of_order.count++;
    sk.out_of_order.bytes += skb->len();
    const SackBlock block{cb.sequence, cb.end_sequence};
    if (after)
        list.insert_before(*after, *skb.release());
    else
        list.push_back(*skb.release());
    if (sk.use_sack) report_sack(sk, block);
}

} // namespace

void tcp_data_queue(tcp_sock& sk, SkbPtr skb) {
    TRACE_STATION(tcp, "sk", sk, "skb", skb, "length", skb->len());
    TcpCb& cb = tcp_cb(*skb);
    if (cb.end_sequence == cb.sequence) return;
    const SeqNumber window_end = sk.receive_next + sk.receive_window_left();
    if (cb.end_sequence <= sk.receive_next) { // all of it is known: our ACK was lost
        report_duplicate(sk, cb.sequence, cb.end_sequence);
        tcp_enter_quick_ack(sk);
        sk.ack_now = true;
        return;
    }
    if (sk.done) return; // behind a FIN comes nothing (RFC 9293, section 3.10.7.4, seventh)
    // Outside of the window: a probe, or a peer that doesn't care.
    if (cb.sequence >= window_end && skb->len() > 0) {
        tcp_enter_quick_ack(sk);
        sk.ack_now = true;
        return;
    }
    if (!tcp_make_receive_room(sk, *skb)) {
        sk.drops++;
        sk.ack_now = true;
        return;
    }
    if (cb.sequence + skb->len() > window_end) cut_back(*skb, window_end);
    if (cb.sequence <= sk.receive_next) {
        if (cb.sequence < sk.receive_next) {
            report_duplicate(sk, cb.sequence, sk.receive_next);
            tcp_enter_quick_ack(sk);
            cut_front(*skb, sk.receive_next);
        }
        queue_in_order(sk, std::move(skb));
        if (!sk.out_of_order.empty()) {
            take_from_out_of_order(sk);
            sk.ack_now = true; // RFC 5681, section 4.2: a gap was filled
        }
        return;
    }
    sk.ack_now = true;
    queue_out_of_order(sk, std::move(skb));
}

void tcp_receive_queues_purge(tcp_sock& sk) {
    for (SkbQueue* queue : {&sk.receive_queue, &sk.out_of_order})
        while (!queue->empty()) tcp_uncharge_receive(sk, *queue->pop_front());
    sk.sack_count = 0;
}
