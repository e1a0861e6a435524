// ICMPv6 errors that we send (RFC 4443, section 2.4): about what, how much of it is quoted, how
// often.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/token_bucket.h"

namespace {

// As IPv4's (net/ipv4/icmp_send.cpp): for all, and for each of 64 classes of askers.
TokenBucket all_errors, by_peer[64];

bool rate_allows(const in6_addr& destination) {
    const u64 d = destination.high() ^ destination.low();
    TokenBucket& peer = by_peer[(d ^ (d >> 24) ^ (d >> 48)) % 64];
    return all_errors.take(50, ms_to_ns(1)) && peer.take(6, s_to_ns(1));
}

// An error message, or a redirect (137), which no error is sent about.
bool is_error_message(const sk_buff& skb) {
    const u8* packet = skb.network();
    const auto length = static_cast<usize>(skb.tail - packet);
    u8 next = ipv6_hdr(skb).next_header;
    u16 fragment_offset;
    const int skipped = ipv6_skip_extensions({packet + sizeof(ipv6hdr), length - sizeof(ipv6hdr)},
                                             next, fragment_offset);
    if (skipped < 0 || next != IPPROTO_ICMPV6 || fragment_offset) return false;
    const u8* message = packet + sizeof(ipv6hdr) + skipped;
    return message < skb.tail && (*message < 128 || *message == 137);
}

bool may_answer(const sk_buff& skb, u8 type, u8 code) {
    const ipv6hdr& header = ipv6_hdr(skb);
    if (header.source.is_unspecified() || header.source.is_multicast()) return false;
    // What went to many is answered only where the senders could not know otherwise (e.3).
    const bool to_many = header.destination.is_multicast() || skb.packet_type != PacketType::host;
    const bool always =
        type == ICMPV6_PKT_TOOBIG || (type == ICMPV6_PARAMPROB && code == ICMPV6_UNK_OPTION);
    return (!to_many || always) && !is_error_message(skb);
}

} // namespace

void icmpv6_send(const sk_buff& skb, u8 type, u8 code, u32 info) {
    TRACE_STATION(ip, "skb", skb);
    if (!may_answer(skb, type, code)) return;
    const ipv6hdr& offending = ipv6_hdr(skb);
    const bool was_ours = ipv6_addr_type(offending.destination) == rtn_local;
    const int oif = offending.source.needs_scope() && skb.dev ? skb.dev->ifindex : 0;
    auto route =
        ip6_route_output(offending.source, was_ours ? offending.destination : in6_addr(), oif);
    if (!route.ok()) return;
    if (route->type != rtn_local && !rate_allows(offending.source)) {
        icmp6_mib.OutRateLimited++;
        return;
    }
    constexpr u32 quote_limit = ipv6_min_mtu - sizeof(ipv6hdr) - sizeof(icmp6hdr);
    const auto length = min(static_cast<u32>(skb.tail - skb.network()), quote_limit);
    SkbPtr message(alloc_skb(static_cast<u32>(sizeof(icmp6hdr)) + length));
    if (!message) return;
    auto& header = *reinterpret_cast<icmp6hdr*>(message->put(sizeof(icmp6hdr)));
    memcpy(message->put(length), &offending, length);
    header.type = type;
    header.code = code;
    header.info = be32(info);
    Ip6Send send;
    send.source = route->source;
    send.destination = offending.source;
    icmpv6_push(std::move(message), *route, send);
}
