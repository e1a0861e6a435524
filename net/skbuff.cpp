// sk_buff: making, cloning, copying and freeing; the queue of them.
#include "net/skbuff.h"
#include "kernel/base/checksum.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"

namespace {

u64 last_id = 0;

SkbData* alloc_data(u32 capacity) {
    auto* shared = static_cast<SkbData*>(kmalloc(sizeof(SkbData) + capacity));
    if (!shared) return nullptr;
    shared->references = 1;
    shared->capacity = capacity;
    return shared;
}

sk_buff* alloc_record(SkbData& shared) {
    void* memory = kmalloc(sizeof(sk_buff));
    if (!memory) return nullptr;
    auto* skb = new (memory) sk_buff;
    skb->shared = &shared;
    skb->head = skb->data = skb->tail = shared.bytes();
    skb->end = skb->head + shared.capacity;
    skb->truesize = static_cast<u32>(sizeof(sk_buff) + sizeof(SkbData)) + shared.capacity;
    return skb;
}

// Everything but the bytes, their positions and the owner.
void copy_fields(sk_buff& to, const sk_buff& from) {
    to.mac_header = from.mac_header;
    to.network_header = from.network_header;
    to.transport_header = from.transport_header;
    to.protocol = from.protocol;
    to.dev = from.dev;
    to.timestamp = from.timestamp;
    to.id = from.id;
    to.priority = from.priority;
    to.mark = from.mark;
    to.ip_summed = from.ip_summed;
    to.looped_back = from.looped_back;
    to.packet_type = from.packet_type;
    to.csum_start = from.csum_start;
    to.csum_offset = from.csum_offset;
    to.gso_size = from.gso_size;
    to.next_hop = from.next_hop;
    memcpy(to.cb, from.cb, sizeof to.cb);
}

u16 shift(u16 header, u32 by) {
    return header == sk_buff::unset ? header : static_cast<u16>(header + by);
}

} // namespace

sk_buff* alloc_skb(u32 size, u32 headroom) {
    SkbData* shared = alloc_data(static_cast<u32>(align_up(u64{size} + headroom, 16)));
    if (!shared) return nullptr;
    sk_buff* skb = alloc_record(*shared);
    if (!skb) {
        kfree(shared);
        return nullptr;
    }
    skb->reserve(headroom);
    skb->id = ++last_id;
    return skb;
}

void kfree_skb(sk_buff* skb) {
    if (!skb) return;
    if (skb->destructor) skb->destructor(*skb);
    if (--skb->shared->references == 0) kfree(skb->shared);
    skb->~sk_buff();
    kfree(skb);
}

sk_buff* skb_clone(const sk_buff& skb) {
    sk_buff* clone = alloc_record(*skb.shared);
    if (!clone) return nullptr;
    skb.shared->references++;
    clone->data = skb.data;
    clone->tail = skb.tail;
    copy_fields(*clone, skb);
    return clone;
}

sk_buff* skb_copy(const sk_buff& skb, u32 headroom) {
    const u32 extra = headroom > skb.headroom() ? headroom - skb.headroom() : 0;
    SkbData* shared = alloc_data(skb.shared->capacity + extra);
    if (!shared) return nullptr;
    sk_buff* copy = alloc_record(*shared);
    if (!copy) {
        kfree(shared);
        return nullptr;
    }
    copy_fields(*copy, skb);
    copy->mac_header = shift(skb.mac_header, extra);
    copy->network_header = shift(skb.network_header, extra);
    copy->transport_header = shift(skb.transport_header, extra);
    copy->csum_start = static_cast<u16>(skb.csum_start + extra);
    copy->data = copy->head + skb.headroom() + extra;
    copy->tail = copy->data + skb.len();
    memcpy(copy->head + extra, skb.head, static_cast<usize>(skb.tail - skb.head));
    return copy;
}

Result<void> skb_make_writable(SkbPtr& skb, u32 headroom) {
    if (!skb->cloned() && skb->headroom() >= headroom) return {};
    SkbPtr copy(skb_copy(*skb, headroom));
    if (!copy) return Errno{ENOBUFS};
    if (skb->destructor) { // the copy takes the old one's place in its owner's account
        copy->sk = std::exchange(skb->sk, nullptr);
        copy->destructor = std::exchange(skb->destructor, nullptr);
        copy->truesize = skb->truesize;
    }
    skb = std::move(copy);
    return {};
}

void skb_checksum_help(sk_buff& skb) {
    if (skb.ip_summed != Checksum::partial) return;
    u8* start = skb.head + skb.csum_start;
    u8* field = start + skb.csum_offset;
    ASSERT(start >= skb.data && field + 2 <= skb.tail);
    u16 check = checksum_fold(checksum_partial(start, static_cast<usize>(skb.tail - start), 0));
    if (check == 0) check = 0xffff; // 0 would say "no checksum" in UDP, and is the same to TCP
    memcpy(field, &check, sizeof check);
    skb.ip_summed = Checksum::none;
}

void SkbQueue::push_back(SkbPtr skb) {
    count++;
    bytes += skb->len();
    list.push_back(*skb.release());
}

void SkbQueue::push_front(SkbPtr skb) {
    count++;
    bytes += skb->len();
    list.push_front(*skb.release());
}

SkbPtr SkbQueue::remove(sk_buff& skb) {
    SkbQueueList::remove(skb);
    count--;
    bytes -= skb.len();
    return SkbPtr(&skb);
}

SkbPtr SkbQueue::pop_front() {
    sk_buff* first = list.front();
    return first ? remove(*first) : SkbPtr();
}

void SkbQueue::purge() {
    while (!empty()) pop_front();
}
