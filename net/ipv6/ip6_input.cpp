// IPv6's way up: checks, where it goes, extension headers, whose it is (RFC 8200, sections 3 and
// 4).
#include "kernel/uapi/in6.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/mcast.h"
#include "net/netfilter.h"

Ip6Mib ip6_mib;
bool (*raw6_local_deliver)(const sk_buff& skb, u8 protocol);
void (*raw6_icmp_error)(sk_buff& skb, u8 protocol, u8 type, u8 code, u32 info);

namespace {

const net_protocol* protocols[256];

// The header is whole and says the truth about the length; the data is cut to the packet. A
// payload of 0 would be a jumbogram (RFC 2675), which no device here carries.
bool check_header(sk_buff& skb) {
    if (skb.len() < sizeof(ipv6hdr)) return false;
    skb.set_network_header();
    const ipv6hdr& header = ipv6_hdr(skb);
    if (header.version_class_flow.host() >> 28 != 6) return false;
    const u32 total = header.payload_length.host() + static_cast<u32>(sizeof header);
    if (total > skb.len()) {
        ip6_mib.InTruncatedPkts++;
        return false;
    }
    skb.trim(total);
    return true;
}

// Addresses that can't stand there (RFC 4291, sections 2.5.3, 2.5.5.2 and 2.7).
bool bad_addresses(const sk_buff& skb, const ipv6hdr& header) {
    const bool from_outside = !(skb.dev->flags & IFF_LOOPBACK) && !skb.looped_back;
    if (header.source.is_multicast() || header.source.is_v4() || header.destination.is_v4())
        return true;
    if (from_outside && (header.source.is_loopback() || header.destination.is_loopback()))
        return true;
    if (header.destination.is_unspecified()) return true;
    return header.destination.is_multicast() &&
           (header.destination.group_scope() == 0 ||
            (header.destination.group_scope() == 1 && from_outside));
}

u8 destination_type(const sk_buff& skb, const ipv6hdr& header) {
    if (header.destination.is_multicast()) return rtn_multicast;
    // A link-local address is that of one device; ::1 and others may come by any.
    const net_device* only =
        header.destination.is_linklocal() && !(skb.dev->flags & IFF_LOOPBACK) ? skb.dev : nullptr;
    return ipv6_get_ifaddr(header.destination, only) ? rtn_local : rtn_unicast;
}

void ip6_rcv_finish(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    const ipv6hdr& header = ipv6_hdr(*skb);
    const u8 type = destination_type(*skb, header);
    skb->control<Ip6Control>() = {type, header.next_header, 6, 0};
    if (type == rtn_multicast) {
        ip6_mib.InMcastPkts++;
        if (!ipv6_chk_mcast_addr(*skb->dev, header.destination)) return;
    } else if (type != rtn_local) {
        return ip6_forward(std::move(skb));
    }
    ip6_input(std::move(skb));
}

void ipv6_rcv(SkbPtr skb, net_device& dev, packet_type&) {
    TRACE_STATION(ip, "skb", skb, "length", skb->len());
    if (skb->packet_type == PacketType::other_host || !in6_dev_get(dev)) return;
    ip6_mib.InReceives++;
    if (!check_header(*skb) || bad_addresses(*skb, ipv6_hdr(*skb))) [[unlikely]] {
        ip6_mib.InHdrErrors++;
        return;
    }
    if (nf_hook(NfHook::pre_routing, *skb, &dev, nullptr) == NfVerdict::drop) return;
    ip6_rcv_finish(std::move(skb));
}

packet_type ipv6_packet_type{.node = {}, .type = ETH_P_IPV6, .func = ipv6_rcv};

// Steps over extension headers until the protocol's own. Null: the packet ended there.
SkbPtr open_headers(SkbPtr skb) {
    while (ipv6_is_extension(skb->control<Ip6Control>().next_header)) {
        switch (ipv6_parse_extension(skb)) {
        case ExtensionVerdict::skip:
            break;
        case ExtensionVerdict::drop:
            return SkbPtr();
        case ExtensionVerdict::fragment:
            skb = ipv6_frag_rcv(std::move(skb));
            if (!skb) return skb;
            break;
        }
    }
    return skb;
}

void ip6_input_finish(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    const u8 number = skb->control<Ip6Control>().next_header;
    const u16 named_at = skb->control<Ip6Control>().next_header_offset;
    if (number == nexthdr_none) return;
    const bool raw = raw6_local_deliver && raw6_local_deliver(*skb, number);
    const net_protocol* protocol = protocols[number];
    if (protocol) [[likely]] {
        ip6_mib.InDelivers++;
        return protocol->handler(std::move(skb));
    }
    if (raw) {
        ip6_mib.InDelivers++;
        return;
    }
    ip6_mib.InUnknownProtos++;
    icmpv6_send(*skb, ICMPV6_PARAMPROB, ICMPV6_UNK_NEXTHDR, named_at);
}

} // namespace

// LOCAL_IN stands behind the extension headers, so that a filter finds the transport header.
void ip6_input(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    skb->pull(sizeof(ipv6hdr));
    skb = open_headers(std::move(skb));
    if (!skb) return;
    skb->set_transport_header();
    if (nf_hook(NfHook::local_in, *skb, skb->dev, nullptr) == NfVerdict::drop) return;
    ip6_input_finish(std::move(skb));
}

Result<void> inet6_add_protocol(const net_protocol& protocol, u8 number) {
    if (protocols[number]) return Errno{EEXIST};
    protocols[number] = &protocol;
    return {};
}

bool ipv6_checksum_good(const sk_buff& skb, u8 protocol) {
    if (skb.ip_summed != Checksum::none) return true;
    const ipv6hdr& ip = ipv6_hdr(skb);
    const u32 pseudo = ipv6_pseudo_checksum(ip.source, ip.destination, protocol, skb.len());
    return checksum_fold(checksum_partial(skb.data, skb.len(), pseudo)) == 0;
}

const net_protocol* inet6_protocol(u8 number) { return protocols[number]; }

void ipv6_input_init() { dev_add_pack(ipv6_packet_type); }
