// ICMPv6, received: echoes are answered, errors go to the protocol whose packet they quote, the
// rest to neighbour discovery and to the groups (RFC 4443).
#include "net/ipv6/icmpv6.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/mcast.h"
#include "net/ipv6/ndisc.h"
#include "net/ipv6/route6.h"

Icmp6Mib icmp6_mib;
void (*pingv6_rcv)(const sk_buff& skb);
void (*pingv6_error)(sk_buff& skb, u8 type, u8 code, u32 info);

namespace {

icmp6hdr& icmp6_hdr(const sk_buff& skb) { return *reinterpret_cast<icmp6hdr*>(skb.transport()); }

// An answer's device: that of the question, when the asker's address says nothing beyond its link.
int device_to(const sk_buff& skb) {
    return ipv6_hdr(skb).source.needs_scope() ? skb.dev->ifindex : 0;
}

void icmpv6_echo_reply(const sk_buff& skb) {
    icmp6_mib.InEchos++;
    const ipv6hdr& asked = ipv6_hdr(skb);
    const bool to_us = skb.control<const Ip6Control>().address_type == rtn_local;
    if (asked.source.is_unspecified()) return;
    auto route =
        ip6_route_output(asked.source, to_us ? asked.destination : in6_addr(), device_to(skb));
    if (!route.ok()) return;
    SkbPtr answer(alloc_skb(skb.len()));
    if (!answer) return;
    memcpy(answer->put(skb.len()), skb.data, skb.len());
    answer->data[0] = ICMPV6_ECHO_REPLY;
    icmp6_mib.OutEchoReplies++;
    Ip6Send send;
    send.source = route->source;
    send.destination = asked.source;
    send.traffic_class = asked.traffic_class();
    icmpv6_push(std::move(answer), *route, send);
}

// The quoted header must be whole, with at least 8 bytes of its transport header. Leaves
// network_header at the quoted IPv6 header and data at the transport header, whose number comes
// back.
bool open_quote(sk_buff& skb, u8& protocol) {
    const u16 outer = skb.network_header;
    skb.pull(sizeof(icmp6hdr));
    if (skb.len() < sizeof(ipv6hdr)) return false;
    skb.set_network_header();
    const ipv6hdr& quoted = ipv6_hdr(skb);
    if (quoted.version_class_flow.host() >> 28 != 6) return false;
    protocol = quoted.next_header;
    skb.pull(sizeof(ipv6hdr));
    u16 fragment_offset;
    const int skipped = ipv6_skip_extensions({skb.data, skb.len()}, protocol, fragment_offset);
    if (skipped < 0 || fragment_offset || skb.len() < static_cast<u32>(skipped) + 8) return false;
    skb.pull(static_cast<u32>(skipped));
    skb.set_transport_header();
    skb.control<Ip6Control>().outer_header = outer;
    return true;
}

void icmpv6_notify(SkbPtr skb) {
    const icmp6hdr header = icmp6_hdr(*skb);
    u8 number = 0;
    if (!open_quote(*skb, number)) {
        icmp6_mib.InErrors++;
        return;
    }
    const ipv6hdr& quoted = ipv6_hdr(*skb);
    if (ipv6_addr_type(quoted.source) != rtn_local) return; // can't have been ours
    const u32 info = header.info.host();
    if (header.type == ICMPV6_PKT_TOOBIG) ip6_update_pmtu(quoted.destination, info);
    if (raw6_icmp_error) raw6_icmp_error(*skb, number, header.type, header.code, info);
    if (number == IPPROTO_ICMPV6 && pingv6_error)
        pingv6_error(*skb, header.type, header.code, info);
    const net_protocol* protocol = inet6_protocol(number);
    if (protocol && protocol->error) protocol->error(*skb, header.type, header.code, info);
}

void count_error(u8 type) {
    switch (type) {
    case ICMPV6_DEST_UNREACH:
        icmp6_mib.InDestUnreachs++;
        break;
    case ICMPV6_PKT_TOOBIG:
        icmp6_mib.InPktTooBigs++;
        break;
    case ICMPV6_TIME_EXCEED:
        icmp6_mib.InTimeExcds++;
        break;
    default:
        icmp6_mib.InParmProblems++;
        break;
    }
}

void icmpv6_rcv(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    icmp6_mib.InMsgs++;
    if (skb->len() < sizeof(icmp6hdr)) {
        icmp6_mib.InErrors++;
        return;
    }
    if (!ipv6_checksum_good(*skb, IPPROTO_ICMPV6)) {
        icmp6_mib.InCsumErrors++;
        icmp6_mib.InErrors++;
        return;
    }
    const u8 type = icmp6_hdr(*skb).type;
    switch (type) {
    case ICMPV6_ECHO_REQUEST:
        return icmpv6_echo_reply(*skb);
    case ICMPV6_ECHO_REPLY:
        icmp6_mib.InEchoReplies++;
        if (pingv6_rcv) pingv6_rcv(*skb);
        return;
    case ICMPV6_DEST_UNREACH:
    case ICMPV6_PKT_TOOBIG:
    case ICMPV6_TIME_EXCEED:
    case ICMPV6_PARAMPROB:
        count_error(type);
        return icmpv6_notify(std::move(skb));
    case ICMPV6_MGM_QUERY:
    case ICMPV6_MGM_REPORT:
        return igmp6_event(*skb);
    default:
        return ndisc_rcv(std::move(skb));
    }
}

const net_protocol icmpv6_protocol{.handler = icmpv6_rcv, .error = nullptr};

} // namespace

void icmpv6_push(SkbPtr message, const Route6& route, const Ip6Send& wanted) {
    Ip6Send send = wanted;
    send.protocol = IPPROTO_ICMPV6;
    auto& header = *reinterpret_cast<icmp6hdr*>(message->data);
    header.check = 0;
    const u32 pseudo =
        ipv6_pseudo_checksum(send.source, send.destination, IPPROTO_ICMPV6, message->len());
    header.check = checksum_fold(checksum_partial(message->data, message->len(), pseudo));
    message->set_transport_header();
    icmp6_mib.OutMsgs++;
    static_cast<void>(ip6_xmit(std::move(message), route, send));
}

IcmpError icmpv6_error_of(u8 type, u8 code) {
    // By code of ICMPV6_DEST_UNREACH.
    static constexpr IcmpError unreachable[7] = {
        {ENETUNREACH, false}, {EACCES, true}, {EHOSTUNREACH, false}, {EHOSTUNREACH, false},
        {ECONNREFUSED, true}, {EACCES, true}, {EACCES, true},
    };
    switch (type) {
    case ICMPV6_DEST_UNREACH:
        return code < 7 ? unreachable[code] : IcmpError{EPROTO, true};
    case ICMPV6_PKT_TOOBIG:
        return {EMSGSIZE, false};
    case ICMPV6_PARAMPROB:
        return {EPROTO, true};
    case ICMPV6_TIME_EXCEED:
        return {EHOSTUNREACH, false};
    default:
        return {EPROTO, false};
    }
}

void icmpv6_init() { static_cast<void>(inet6_add_protocol(icmpv6_protocol, IPPROTO_ICMPV6)); }
