// Building and reading the messages of neighbour discovery.
#include "net/ipv6/ndisc_message.h"
#include "kernel/base/string.h"
#include "net/ipv6/icmpv6.h"

namespace {

u32 fixed_length(u8 type) {
    switch (type) {
    case nd_router_solicit:
        return 8;
    case nd_router_advert:
        return 16;
    case nd_redirect:
        return 40;
    default:
        return 24;
    }
}

} // namespace

bool NdView::read(std::span<const u8> bytes) {
    if (bytes.empty()) return false;
    const u8 type = bytes[0];
    const u32 length = fixed_length(type);
    if (bytes.size() < length) return false;
    fixed = bytes.first(length);
    options = bytes.subspan(length);
    WireReader reader(fixed);
    reader.skip(4);
    flags = reader.read32().host();
    if (type >= nd_neighbor_solicit) target = nd_read_address(reader);
    if (type == nd_redirect) destination = nd_read_address(reader);
    for (std::span<const u8> rest = options; !rest.empty();) {
        if (rest.size() < 2 || rest[1] == 0 || rest[1] * 8u > rest.size()) return false;
        const std::span<const u8> option = rest.first(rest[1] * 8u);
        if (option[0] == nd_source_link) source_link = &option[2];
        if (option[0] == nd_target_link) target_link = &option[2];
        if (option[0] == nd_nonce) memcpy(&nonce, &option[2], sizeof nonce);
        rest = rest.subspan(option.size());
    }
    // A group's address can't be a neighbour's.
    return !(source_link && source_link[0] & 1) && !(target_link && target_link[0] & 1);
}

u8* NdMessage::put(u32 bytes) {
    u8* at = bytes_ + length_;
    length_ += bytes;
    ASSERT(length_ <= sizeof bytes_);
    return at;
}

NdMessage::NdMessage(u8 type, u32 flags, const in6_addr* target) {
    *put(1) = type;
    put(3);
    const be32 word(flags);
    memcpy(put(4), &word, sizeof word);
    if (target) memcpy(put(sizeof *target), target, sizeof *target);
}

void NdMessage::add_link(u8 option, const u8* address) {
    u8* at = put(8);
    at[0] = option;
    at[1] = 1;
    memcpy(at + 2, address, ETH_ALEN);
}

void NdMessage::add_nonce(u32 nonce) {
    u8* at = put(8);
    at[0] = nd_nonce;
    at[1] = 1;
    memcpy(at + 2, &nonce, sizeof nonce);
}

void NdMessage::send(net_device& dev, const in6_addr& source, const in6_addr& destination) {
    if (!(dev.flags & IFF_UP)) return;
    SkbPtr skb(alloc_skb(length_));
    if (!skb) return;
    memcpy(skb->put(length_), bytes_, length_);
    Route6 route;
    route.dev = &dev;
    route.source = source;
    route.next_hop = destination;
    route.type = destination.is_multicast() ? rtn_multicast : rtn_unicast;
    route.mtu = dev.mtu;
    Ip6Send send;
    send.source = source;
    send.destination = destination;
    send.hop_limit = 255;
    icmpv6_push(std::move(skb), route, send);
}
