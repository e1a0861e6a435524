// Reassembly (RFC 815 in the form of a sorted list) and fragmentation (RFC 791, section 3.2).
// Bounded in memory and time. A fragment that overlaps another kills its datagram, as RFC 5722 asks
// of IPv6 and Linux does here too; an exact copy is ignored.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/ip_internal.h"

namespace {

constexpr u32 max_memory = 4 << 20;
constexpr Nanoseconds max_age = s_to_ns(30);

struct FragmentRecord {
    u32 offset; // of its payload in the datagram
};

struct FragmentQueue : Timer {
    using Timer::Timer;

    ListNode node; // oldest first
    ListNode hash_node;
    be32 source{}, destination{};
    be16 id{};
    u8 protocol = 0;
    u32 total = 0; // payload bytes, known once the last fragment is here; else 0
    u32 received = 0;
    u32 memory = 0;
    SkbQueueList fragments; // by offset; network_header valid, data at the payload

    ~FragmentQueue() {
        while (sk_buff* skb = fragments.pop_front()) kfree_skb(skb);
    }
};

using AgeList = List<FragmentQueue, &FragmentQueue::node>;
using HashList = List<FragmentQueue, &FragmentQueue::hash_node>;
AgeList by_age;
HashList table[64];
u32 memory_used = 0, queue_count = 0;

HashList& bucket_of(const iphdr& header) {
    static const u32 key = random_u32();
    u32 hash = (header.source.raw ^ key) * 0x9e37'79b1u;
    hash = (hash ^ header.destination.raw ^ header.id.raw) * 0x85eb'ca6bu;
    return table[hash >> 26];
}

void drop_queue(FragmentQueue& queue) {
    memory_used -= queue.memory;
    queue_count--;
    Box<FragmentQueue>(&queue).reset();
}

// RFC 792: time exceeded, only when the first fragment is there to be quoted.
void expire(Timer& timer) {
    auto& queue = static_cast<FragmentQueue&>(timer);
    ip_mib.ReasmTimeout++;
    ip_mib.ReasmFails++;
    sk_buff* first = queue.fragments.front();
    if (first && first->control<FragmentRecord>().offset == 0) {
        first->push(static_cast<u32>(first->data - first->network()));
        icmp_send(*first, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
    }
    drop_queue(queue);
}

FragmentQueue* find_or_make(const iphdr& header) {
    HashList& bucket = bucket_of(header);
    for (FragmentQueue& queue : bucket)
        if (queue.id == header.id && queue.source == header.source &&
            queue.destination == header.destination && queue.protocol == header.protocol)
            return &queue;
    auto made = make_box<FragmentQueue>(expire);
    if (!made.ok()) return nullptr;
    FragmentQueue& queue = *std::move(made).value().release();
    queue.source = header.source;
    queue.destination = header.destination;
    queue.id = header.id;
    queue.protocol = header.protocol;
    queue.memory = sizeof queue;
    memory_used += queue.memory;
    queue_count++;
    bucket.push_front(queue);
    by_age.push_back(queue);
    kernel_timers().set(queue, clock_monotonic() + max_age);
    return &queue;
}

enum class Insert { kept, duplicate, bad };

// Puts a fragment into its place.
Insert insert(FragmentQueue& queue, SkbPtr skb, u32 offset, bool last) {
    const u32 end = offset + skb->len();
    if (last) {
        if (queue.total && queue.total != end) return Insert::bad;
        sk_buff* tail = queue.fragments.back();
        if (tail && tail->control<FragmentRecord>().offset + tail->len() > end) return Insert::bad;
        queue.total = end;
    } else if (queue.total && end > queue.total) {
        return Insert::bad;
    }
    sk_buff* after = queue.fragments.back();
    while (after && after->control<FragmentRecord>().offset > offset)
        after = queue.fragments.prev(*after);
    if (after) {
        const u32 start = after->control<FragmentRecord>().offset;
        if (start == offset && after->len() == skb->len()) return Insert::duplicate;
        if (start + after->len() > offset) return Insert::bad;
    }
    sk_buff* next = after ? queue.fragments.next(*after) : queue.fragments.front();
    if (next && end > next->control<FragmentRecord>().offset) return Insert::bad;
    skb_orphan(*skb);
    queue.received += skb->len();
    queue.memory += skb->truesize;
    memory_used += skb->truesize;
    skb->control<FragmentRecord>().offset = offset;
    if (after)
        SkbQueueList::insert_after(*after, *skb.release());
    else
        queue.fragments.push_front(*skb.release());
    return Insert::kept;
}

// All fragments are there: one buffer with the first one's header.
SkbPtr reassemble(FragmentQueue& queue) {
    sk_buff& first = *queue.fragments.front();
    const auto header_length = static_cast<u32>(first.data - first.network());
    if (header_length + queue.total > 0xffff) return SkbPtr();
    SkbPtr whole(alloc_skb(header_length + queue.total, ETH_HLEN + 2));
    if (!whole) return whole;
    whole->set_network_header();
    memcpy(whole->put(header_length), first.network(), header_length);
    for (sk_buff& fragment : queue.fragments)
        memcpy(whole->put(fragment.len()), fragment.data, fragment.len());
    whole->dev = first.dev;
    whole->protocol = first.protocol;
    whole->packet_type = first.packet_type;
    whole->timestamp = first.timestamp;
    whole->looped_back = first.looped_back;
    iphdr& header = ip_hdr(*whole);
    whole->control<IpControl>() = {static_cast<u8>(header_length - sizeof(iphdr)), false,
                                   inet_addr_type(header.destination)};
    header.total_length = be16(static_cast<u16>(whole->len()));
    header.fragment = be16(0);
    ip_send_check(header);
    return whole;
}

} // namespace

u32 ip_fragment_memory() { return memory_used; }
u32 ip_fragment_queues() { return queue_count; }

SkbPtr ip_defrag(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    ip_mib.ReasmReqds++;
    const iphdr& header = ip_hdr(*skb);
    const u32 field = header.fragment.host();
    const u32 offset = (field & ip_offset_mask) * 8;
    const bool last = !(field & ip_flag_mf);
    skb->pull(header.header_length());
    // All but the last are multiples of 8 long, and none is empty or reaches past 64 KB.
    if ((!last && skb->len() % 8) || skb->len() == 0 || offset + skb->len() > 0xffff) {
        ip_mib.ReasmFails++;
        return SkbPtr();
    }
    while (memory_used > max_memory) {
        ip_mib.ReasmFails++;
        drop_queue(*by_age.front());
    }
    FragmentQueue* queue = find_or_make(header);
    if (!queue) return SkbPtr();
    switch (insert(*queue, std::move(skb), offset, last)) {
    case Insert::duplicate:
        return SkbPtr();
    case Insert::bad:
        ip_mib.ReasmFails++;
        drop_queue(*queue);
        return SkbPtr();
    case Insert::kept:
        break;
    }
    if (!queue->total || queue->received < queue->total) return SkbPtr();
    SkbPtr whole = reassemble(*queue);
    whole ? ip_mib.ReasmOKs++ : ip_mib.ReasmFails++;
    drop_queue(*queue);
    return whole;
}

namespace {

// One piece of `skb`'s payload behind a copy of its header.
SkbPtr make_fragment(const sk_buff& skb, const u8* header, u32 header_length, u32 offset,
                     u32 bytes) {
    SkbPtr piece(alloc_skb(header_length + bytes));
    if (!piece) return piece;
    const u32 payload = ip_hdr(skb).header_length();
    piece->set_network_header();
    memcpy(piece->put(header_length), header, header_length);
    memcpy(piece->put(bytes), skb.data + payload + offset, bytes);
    piece->protocol = skb.protocol;
    piece->priority = skb.priority;
    piece->mark = skb.mark;
    piece->next_hop = skb.next_hop;
    iphdr& piece_header = ip_hdr(*piece);
    const u32 original = ip_hdr(skb).fragment.host();
    const bool more = payload + offset + bytes < skb.len() || (original & ip_flag_mf);
    const u32 place = (original & ip_offset_mask) + offset / 8;
    piece_header.version_length = static_cast<u8>(0x40 | (header_length / 4));
    piece_header.fragment = be16(static_cast<u16>(place | (more ? ip_flag_mf : 0u)));
    piece_header.total_length = be16(static_cast<u16>(header_length + bytes));
    ip_send_check(piece_header);
    return piece;
}

} // namespace

Result<void> ip_fragment(SkbPtr skb, const Route& route,
                         Result<void> (*output)(SkbPtr, const Route&)) {
    const iphdr& original = ip_hdr(*skb);
    if (original.fragment.host() & ip_flag_df) {
        ip_mib.FragFails++;
        icmp_send(*skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, route.mtu);
        return Errno{EMSGSIZE};
    }
    if (skb->ip_summed == Checksum::partial) {
        TRY(skb_make_writable(skb));
        skb_checksum_help(*skb);
    }
    u8 header[60];
    u32 header_length = ip_hdr(*skb).header_length();
    memcpy(header, skb->network(), header_length);
    const u32 payload = skb->len() - header_length;
    for (u32 offset = 0; offset < payload;) {
        if (route.mtu < header_length + 8) return Errno{EMSGSIZE};
        const u32 room = (route.mtu - header_length) & ~7u;
        const u32 bytes = min(room, payload - offset);
        SkbPtr piece = make_fragment(*skb, header, header_length, offset, bytes);
        if (!piece) {
            ip_mib.FragFails++;
            return Errno{ENOBUFS};
        }
        if (offset == 0)
            header_length = 20u + ip_options_for_fragment({header + 20, header_length - 20});
        offset += bytes;
        ip_mib.FragCreates++;
        TRY(output(std::move(piece), route));
    }
    ip_mib.FragOKs++;
    return {};
}
