// Solution 8: put the payload, push the headers, note the positions.
#include "net/skbuff.h"

namespace {
void store(u8* to, u32 value) {
    to[0] = static_cast<u8>(value >> 8);
    to[1] = static_cast<u8>(value);
}
} // namespace

SkbPtr build(const u8* payload, u32 length, u16 source, u16 destination) {
    SkbPtr skb(alloc_skb(length));
    if (!skb) return skb;
    __builtin_memcpy(skb->put(length), payload, length);
    u8* udp = skb->push(8);
    skb->set_transport_header();
    store(udp, source);
    store(udp + 2, destination);
    store(udp + 4, length + 8);
    store(udp + 6, 0);
    __builtin_memset(skb->push(20), 0, 20);
    skb->set_network_header();
    return skb;
}
