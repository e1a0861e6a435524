// Refusing a packet so that its sender hears of it: a TCP reset (RFC 9293, section 3.10.7.1), or
// port unreachable by ICMP or ICMPv6 (RFC 4443, section 3.1). The reset comes from the address that
// the packet was for, ours or not.
#include "kernel/base/checksum.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv4/ip.h"
#include "net/ipv6/icmpv6.h"
#include "net/netfilter/rules.h"

namespace {

constexpr u32 tcp_header_length = 20;
constexpr u8 flag_fin = 1, flag_syn = 2, flag_reset = 4, flag_ack = 16;

u32 read_u32(const u8* at) {
    be32 value;
    memcpy(&value, at, sizeof value);
    return value.host();
}

void write_u32(u8* at, u32 host) {
    const be32 value(host);
    memcpy(at, &value, sizeof value);
}

// The reset that a closed port would answer with.
void build_reset(u8* to, const PacketFacts& refused) {
    const u8* from = refused.transport;
    const u8 flags = from[13];
    memset(to, 0, tcp_header_length);
    memcpy(to, from + 2, 2);
    memcpy(to + 2, from, 2);
    to[12] = tcp_header_length / 4 << 4;
    if (flags & flag_ack) {
        to[13] = flag_reset;
        memcpy(to + 4, from + 8, 4);
    } else {
        const u32 header = (from[12] >> 4) * 4u;
        const u32 payload =
            refused.transport_length > header ? refused.transport_length - header : 0;
        const u32 length = payload + (flags & flag_syn ? 1 : 0) + (flags & flag_fin ? 1 : 0);
        to[13] = flag_reset | flag_ack;
        write_u32(to + 8, read_u32(from + 4) + length);
    }
}

// The same for both directions: only the length differs.
u32 pseudo_checksum(const sk_buff& skb, u16 family, u32 length) {
    if (family == AF_INET)
        return ip_pseudo_checksum(ip_hdr(skb).source, ip_hdr(skb).destination, IPPROTO_TCP, length);
    return ipv6_pseudo_checksum(ipv6_hdr(skb).source, ipv6_hdr(skb).destination, IPPROTO_TCP,
                                length);
}

// A damaged segment may name the wrong connection.
bool checksum_good(const sk_buff& skb, const PacketFacts& facts) {
    if (skb.ip_summed != Checksum::none) return true;
    const u32 pseudo = pseudo_checksum(skb, facts.family, facts.transport_length);
    return checksum_fold(checksum_partial(facts.transport, facts.transport_length, pseudo)) == 0;
}

// Without its IP header. Null: no memory, or the segment is none to be answered.
SkbPtr make_reset(const sk_buff& skb, const PacketFacts& refused) {
    if (refused.transport_length < tcp_header_length || refused.transport[13] & flag_reset)
        return {};
    if (!checksum_good(skb, refused)) return {};
    SkbPtr reset(alloc_skb(0));
    if (!reset) return reset;
    u8* header = reset->push(tcp_header_length);
    build_reset(header, refused);
    reset->set_transport_header();
    const u32 pseudo = pseudo_checksum(skb, refused.family, tcp_header_length);
    const u16 check = checksum_fold(checksum_partial(header, tcp_header_length, pseudo));
    memcpy(header + 16, &check, sizeof check);
    return reset;
}

void send_reset(const sk_buff& skb, const PacketFacts& refused) {
    const iphdr& ip = ip_hdr(skb);
    auto route = ip_route_output(ip.source, be32(0));
    if (!route.ok()) return;
    SkbPtr reset = make_reset(skb, refused);
    if (!reset) return;
    const IpSend send{.source = ip.destination,
                      .destination = ip.source,
                      .protocol = IPPROTO_TCP,
                      .tos = 0,
                      .ttl = 0,
                      .dont_fragment = true};
    static_cast<void>(ip_queue_xmit(std::move(reset), *route, send));
}

void send_reset6(const sk_buff& skb, const PacketFacts& refused) {
    const ipv6hdr& ip = ipv6_hdr(skb);
    // Neither nobody nor many have sent it, or are its answer's sender.
    if (ip.source.is_unspecified() || ip.source.is_multicast() || ip.destination.is_multicast())
        return;
    const int oif = ip.source.needs_scope() && skb.dev ? skb.dev->ifindex : 0;
    const bool was_ours = ipv6_addr_type(ip.destination) == rtn_local;
    auto route = ip6_route_output(ip.source, was_ours ? ip.destination : in6_addr(), oif);
    if (!route.ok()) return;
    SkbPtr reset = make_reset(skb, refused);
    if (!reset) return;
    Ip6Send send;
    send.source = ip.destination;
    send.destination = ip.source;
    send.protocol = IPPROTO_TCP;
    static_cast<void>(ip6_xmit(std::move(reset), *route, send));
}

} // namespace

void nf_reject(const sk_buff& skb, const PacketFacts& facts) {
    if (skb.packet_type != PacketType::host || !facts.first_fragment) return;
    const bool tcp = facts.protocol == IPPROTO_TCP, v4 = facts.family == AF_INET;
    if (tcp)
        v4 ? send_reset(skb, facts) : send_reset6(skb, facts);
    else if (v4)
        icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
    else
        icmpv6_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH, 0);
}
