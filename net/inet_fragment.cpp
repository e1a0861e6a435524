// The queues of fragments.
#include "net/inet_fragment.h"
#include "kernel/base/string.h"
#include "kernel/uapi/if.h"

namespace {

constexpr u32 max_memory = 4 << 20;

using AgeList = List<FragmentQueue, &FragmentQueue::node>;
using HashList = List<FragmentQueue, &FragmentQueue::hash_node>;
AgeList by_age;
HashList table[64];
u32 memory_used = 0, queue_count = 0;

HashList& bucket_of(const FragmentKey& key) {
    static const u32 secret = random_u32();
    const u64 addresses = (key.source.high() ^ key.source.low() * 3) +
                          (key.destination.high() * 5 ^ key.destination.low() * 7);
    u32 hash = (static_cast<u32>(addresses ^ (addresses >> 32)) ^ secret) * 0x9e37'79b1u;
    hash = (hash ^ key.id.raw) * 0x85eb'ca6bu;
    return table[hash >> 26];
}

void expire(Timer& timer) {
    auto& queue = static_cast<FragmentQueue&>(timer);
    queue.protocol.expired(queue);
    inet_frag_kill(queue);
}

enum class Insert { kept, duplicate, bad };

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

} // namespace

FragmentQueue::FragmentQueue(const FragmentProtocol& protocol, const FragmentKey& key)
    : Timer(expire), protocol(protocol), key(key) {}

FragmentQueue::~FragmentQueue() {
    while (sk_buff* skb = fragments.pop_front()) kfree_skb(skb);
}

u32 inet_frag_memory() { return memory_used; }
u32 inet_frag_queues() { return queue_count; }

void inet_frag_kill(FragmentQueue& queue) {
    memory_used -= queue.memory;
    queue_count--;
    Box<FragmentQueue>(&queue).reset();
}

FragmentQueue* inet_frag_find(const FragmentProtocol& protocol, const FragmentKey& key) {
    while (memory_used > max_memory) {
        by_age.front()->protocol.failed();
        inet_frag_kill(*by_age.front());
    }
    HashList& bucket = bucket_of(key);
    for (FragmentQueue& queue : bucket)
        if (queue.key == key) return &queue;
    auto made = make_box<FragmentQueue>(protocol, key);
    if (!made.ok()) return nullptr;
    FragmentQueue& queue = *std::move(made).value().release();
    queue.memory = sizeof queue;
    memory_used += queue.memory;
    queue_count++;
    bucket.push_front(queue);
    by_age.push_back(queue);
    kernel_timers().set(queue, clock_monotonic() + protocol.max_age);
    return &queue;
}

bool inet_frag_insert(FragmentQueue& queue, SkbPtr skb, u32 offset, bool last) {
    switch (insert(queue, std::move(skb), offset, last)) {
    case Insert::duplicate:
        return false;
    case Insert::bad:
        queue.protocol.failed();
        inet_frag_kill(queue);
        return false;
    case Insert::kept:
        break;
    }
    return queue.total && queue.received >= queue.total;
}

SkbPtr inet_frag_assemble(const FragmentQueue& queue, u32 headers) {
    const sk_buff& first = *queue.first();
    SkbPtr whole(alloc_skb(headers + queue.total, ETH_HLEN + 2));
    if (!whole) return whole;
    whole->set_network_header();
    memcpy(whole->put(headers), first.network(), headers);
    for (sk_buff& fragment : queue.fragments)
        memcpy(whole->put(fragment.len()), fragment.data, fragment.len());
    whole->dev = first.dev;
    whole->protocol = first.protocol;
    whole->packet_type = first.packet_type;
    whole->timestamp = first.timestamp;
    whole->looped_back = first.looped_back;
    return whole;
}
