// ICMP errors that we send (RFC 1122, section 3.2.2; RFC 1812, section 4.3.2): about what, how much
// of it is quoted, how often.
#include "kernel/base/checksum.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/icmp.h"
#include "net/ipv4/ip_internal.h"
#include "net/token_bucket.h"

namespace {

constexpr u32 quote_limit = 576 - sizeof(iphdr) - sizeof(icmphdr); // RFC 1812, section 4.3.2.3

// A bucket of tokens for all errors, and one for each of 64 classes of destinations, so that one
// asker can't use up what the others need. Linux: 1000 a second with a burst of 50, and one a
// second with a burst of 6 to each peer.
TokenBucket all_errors, by_peer[64];

bool rate_allows(be32 destination) {
    const u32 d = destination.host();
    TokenBucket& peer = by_peer[(d ^ (d >> 6) ^ (d >> 12)) % 64];
    return all_errors.take(50, ms_to_ns(1)) && peer.take(6, s_to_ns(1));
}

// Errors are never sent about errors, fragments but the first, or what went to many.
bool may_answer(const sk_buff& skb) {
    const iphdr& header = ip_hdr(skb);
    if (skb.packet_type != PacketType::host) return false;
    if (header.fragment.host() & ip_offset_mask) return false;
    const u8 source_type = inet_addr_type(header.source);
    if (source_type != rtn_unicast && source_type != rtn_local) return false;
    const u8 destination_type = inet_addr_type(header.destination);
    if (destination_type == rtn_broadcast || destination_type == rtn_multicast) return false;
    if (header.protocol != IPPROTO_ICMP) return true;
    const u8* message = skb.network() + header.header_length();
    if (message >= skb.tail) return false;
    return *message == ICMP_ECHO || *message == ICMP_ECHOREPLY || *message == ICMP_TIMESTAMP ||
           *message == ICMP_TIMESTAMPREPLY;
}

void count(u8 type) {
    icmp_mib.OutMsgs++;
    switch (type) {
    case ICMP_DEST_UNREACH:
        icmp_mib.OutDestUnreachs++;
        break;
    case ICMP_TIME_EXCEEDED:
        icmp_mib.OutTimeExcds++;
        break;
    case ICMP_PARAMETERPROB:
        icmp_mib.OutParmProbs++;
        break;
    default:
        break;
    }
}

} // namespace

void icmp_send(const sk_buff& skb, u8 type, u8 code, u32 info) {
    TRACE_STATION(ip, "skb", skb);
    if (!may_answer(skb)) return;
    const iphdr& offending = ip_hdr(skb);
    const bool was_ours = inet_addr_type(offending.destination) == rtn_local;
    auto route = ip_route_output(offending.source, was_ours ? offending.destination : be32(0));
    if (!route.ok()) return;
    if (route->type != rtn_local && !rate_allows(offending.source)) {
        icmp_mib.OutRateLimited++;
        return;
    }
    const auto length = min(static_cast<u32>(skb.tail - skb.network()), quote_limit);
    SkbPtr message(alloc_skb(sizeof(icmphdr) + length));
    if (!message) return;
    auto& header = *reinterpret_cast<icmphdr*>(message->put(sizeof(icmphdr)));
    memcpy(message->put(length), &offending, length);
    header.type = type;
    header.code = code;
    header.info = be32(info);
    header.check = 0;
    header.check = checksum_fold(checksum_partial(message->data, message->len(), 0));
    message->set_transport_header();
    IpSend send{};
    send.source = route->source;
    send.destination = offending.source;
    send.protocol = IPPROTO_ICMP;
    send.tos = static_cast<u8>((offending.tos & 0x1e) | 0xc0); // RFC 1812, section 4.3.2.5
    count(type);
    static_cast<void>(ip_queue_xmit(std::move(message), *route, send));
}
