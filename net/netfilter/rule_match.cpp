// Holding a packet against a rule.
#include "kernel/base/string.h"
#include "net/ipv4/ip.h"
#include "net/ipv6/ip6.h"
#include "net/netfilter/rules.h"

namespace {

bool ipv4_facts(const sk_buff& skb, PacketFacts& facts) {
    const u8* start = skb.network();
    const auto there = static_cast<u32>(skb.tail - start);
    if (there < sizeof(iphdr)) return false;
    const iphdr& header = ip_hdr(skb);
    const u32 length = header.header_length();
    if (length < sizeof(iphdr) || length > there) return false;
    facts = {.family = AF_INET,
             .protocol = header.protocol,
             .first_fragment = (header.fragment.host() & ip_offset_mask) == 0,
             .source = start + offsetof(iphdr, source),
             .destination = start + offsetof(iphdr, destination),
             .transport = start + length,
             .transport_length = there - length,
             .length = there};
    return true;
}

// Whose extension headers aren't all there has the number of the first for a protocol.
bool ipv6_facts(const sk_buff& skb, PacketFacts& facts) {
    const u8* start = skb.network();
    const auto there = static_cast<u32>(skb.tail - start);
    if (there < sizeof(ipv6hdr)) return false;
    const std::span<const u8> rest(start + sizeof(ipv6hdr), there - sizeof(ipv6hdr));
    const ipv6hdr& header = ipv6_hdr(skb);
    u8 protocol = header.next_header;
    u16 fragment_offset;
    const int skipped = ipv6_skip_extensions(rest, protocol, fragment_offset);
    const auto transport = rest.subspan(skipped < 0 ? 0 : static_cast<u32>(skipped));
    facts = {.family = AF_INET6,
             .protocol = skipped < 0 ? header.next_header : protocol,
             .first_fragment = fragment_offset == 0,
             .source = start + offsetof(ipv6hdr, source),
             .destination = start + offsetof(ipv6hdr, destination),
             .transport = transport.data(),
             .transport_length = static_cast<u32>(transport.size()),
             .length = there};
    return true;
}

bool has_ports(u8 protocol) {
    switch (protocol) {
    case IPPROTO_TCP:
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
    case IPPROTO_SCTP:
    case IPPROTO_DCCP:
        return true;
    default:
        return false;
    }
}

bool is_device(const net_device* dev, const char* name) {
    return dev && std::string_view(dev->name) == name;
}

bool is_icmp(const PacketFacts& facts) {
    return facts.protocol == (facts.family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

bool field_matches(const Rule& rule, RuleField field, const PacketFacts& facts,
                   const net_device* in, const net_device* out) {
    u16 from = 0, to = 0;
    switch (field) {
    case RuleField::protocol:
        return facts.protocol == rule.protocol;
    case RuleField::source:
        return rule.source.contains(facts.family, facts.source);
    case RuleField::destination:
        return rule.destination.contains(facts.family, facts.destination);
    case RuleField::source_port:
        return packet_ports(facts, from, to) && rule.source_port.contains(from);
    case RuleField::destination_port:
        return packet_ports(facts, from, to) && rule.destination_port.contains(to);
    case RuleField::in_device:
        return is_device(in, rule.in_device);
    case RuleField::out_device:
        return is_device(out, rule.out_device);
    case RuleField::icmp_type:
        return is_icmp(facts) && facts.first_fragment && facts.transport_length > 0 &&
               facts.transport[0] == rule.icmp_type;
    }
    return false;
}

} // namespace

bool packet_facts(const sk_buff& skb, PacketFacts& facts) {
    if (skb.network() >= skb.tail) return false;
    const int version = *skb.network() >> 4;
    return version == 4 ? ipv4_facts(skb, facts) : version == 6 && ipv6_facts(skb, facts);
}

bool packet_ports(const PacketFacts& facts, u16& source, u16& destination) {
    if (!has_ports(facts.protocol) || !facts.first_fragment || facts.transport_length < 4)
        return false;
    source = static_cast<u16>(facts.transport[0] << 8 | facts.transport[1]);
    destination = static_cast<u16>(facts.transport[2] << 8 | facts.transport[3]);
    return true;
}

bool rule_matches(const Rule& rule, const PacketFacts& facts, const net_device* in,
                  const net_device* out) {
    return rule.match([&](RuleField field) { return field_matches(rule, field, facts, in, out); });
}
