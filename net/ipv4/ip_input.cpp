// IPv4's way up: checks, where it goes, whose it is (RFC 791; RFC 1122, section 3.2.1; RFC 1812,
// section 5.2.2).
#include "kernel/base/checksum.h"
#include "kernel/base/string.h"
#include "net/ipv4/igmp.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/route.h"
#include "net/netfilter.h"

IpMib ip_mib;
IpKnobs ip_knobs;
bool (*raw_local_deliver)(const sk_buff& skb, u8 protocol);
void (*raw_icmp_error)(sk_buff& skb, u8 type, u8 code, u32 info);

namespace {

const net_protocol* protocols[256];

// The header is whole and says the truth about lengths; the data is cut to the packet.
bool check_header(sk_buff& skb) {
    if (skb.len() < sizeof(iphdr)) return false;
    skb.set_network_header();
    const iphdr& header = ip_hdr(skb);
    const u32 header_length = header.header_length(), total = header.total_length.host();
    if (header.version_length >> 4 != 4 || header_length < sizeof(iphdr)) return false;
    if (header_length > skb.len() || total < header_length || total > skb.len()) return false;
    if (checksum_fold(checksum_partial(&header, header_length, 0)) != 0) return false;
    skb.trim(total);
    return true;
}

// Sources that nobody can have (RFC 1812, section 5.3.7), and our own from outside.
bool martian_source(const sk_buff& skb, const iphdr& header) {
    const net_device& dev = *skb.dev;
    const be32 source = header.source;
    if (is_multicast(source) || source.raw == 0xffff'ffff) return true;
    if (dev.flags & IFF_LOOPBACK) return false;
    if (is_loopback(source) || is_loopback(header.destination)) return true;
    // 0.0.0.0 may speak to everybody only: a host that has no address yet.
    if (source.host() >> 24 == 0)
        return header.destination.raw != 0xffff'ffff && !is_multicast(header.destination);
    return !skb.looped_back && inet_addr_type(source) != rtn_unicast;
}

// Answers false when the packet must go no further.
bool handle_options(SkbPtr& skb, u8 address_type) {
    const u32 length = ip_hdr(*skb).header_length() - sizeof(iphdr);
    u8 bad = 0;
    bool source_routed = false;
    if (!ip_options_check({skb->network() + sizeof(iphdr), length}, bad, source_routed)) {
        ip_mib.InHdrErrors++;
        icmp_send(*skb, ICMP_PARAMETERPROB, 0, u32{bad + 20u} << 24);
        return false;
    }
    if (source_routed) {
        if (address_type == rtn_unicast) icmp_send(*skb, ICMP_DEST_UNREACH, ICMP_SR_FAILED, 0);
        ip_mib.InHdrErrors++;
        return false;
    }
    if (!skb_make_writable(skb).ok()) return false;
    ip_options_fill({skb->network() + sizeof(iphdr), length}, inet_select_address(*skb->dev));
    ip_send_check(ip_hdr(*skb));
    return true;
}

void ip_rcv_finish(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    const iphdr& header = ip_hdr(*skb);
    if (martian_source(*skb, header)) {
        ip_mib.InAddrErrors++;
        return;
    }
    const u8 type = inet_addr_type(header.destination);
    auto& control = skb->control<IpControl>();
    control = {static_cast<u8>(header.header_length() - sizeof(iphdr)), false, type};
    if (control.options_length && !handle_options(skb, type)) return;
    switch (type) {
    case rtn_local:
    case rtn_broadcast:
        return ip_local_deliver(std::move(skb));
    case rtn_multicast: // IGMP hears what is said to the groups of others, too (RFC 3376, 4.2.14)
        if (header.protocol != IPPROTO_IGMP &&
            !ip_group_joined(*skb->dev, header.destination, header.source))
            return;
        return ip_local_deliver(std::move(skb));
    default:
        return ip_forward(std::move(skb));
    }
}

void ip_rcv(SkbPtr skb, net_device& dev, packet_type&) {
    TRACE_STATION(ip, "skb", skb, "length", skb->len());
    if (skb->packet_type == PacketType::other_host) return; // seen because of promiscuity
    ip_mib.InReceives++;
    if (!check_header(*skb)) [[unlikely]] {
        ip_mib.InHdrErrors++;
        return;
    }
    if (nf_hook(NfHook::pre_routing, *skb, &dev, nullptr) == NfVerdict::drop) return;
    ip_rcv_finish(std::move(skb));
}

packet_type ip_packet_type{.node = {}, .type = ETH_P_IP, .func = ip_rcv};

void ip_local_deliver_finish(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    const u8 number = ip_hdr(*skb).protocol;
    const bool raw = raw_local_deliver && raw_local_deliver(*skb, number);
    const net_protocol* protocol = protocols[number];
    if (protocol) [[likely]] {
        ip_mib.InDelivers++;
        return protocol->handler(std::move(skb));
    }
    if (raw) {
        ip_mib.InDelivers++;
        return;
    }
    ip_mib.InUnknownProtos++;
    skb->push(static_cast<u32>(skb->data - skb->network()));
    icmp_send(*skb, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
}

} // namespace

void ip_local_deliver(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    const iphdr* header = &ip_hdr(*skb);
    if (header->fragment.host() & (ip_flag_mf | ip_offset_mask)) [[unlikely]] {
        skb = ip_defrag(std::move(skb));
        if (!skb) return;
        header = &ip_hdr(*skb);
    }
    skb->pull(header->header_length());
    skb->set_transport_header();
    if (nf_hook(NfHook::local_in, *skb, skb->dev, nullptr) == NfVerdict::drop) return;
    ip_local_deliver_finish(std::move(skb));
}

Result<void> inet_add_protocol(const net_protocol& protocol, u8 number) {
    if (protocols[number]) return Errno{EEXIST};
    protocols[number] = &protocol;
    return {};
}

const net_protocol* inet_protocol(u8 number) { return protocols[number]; }

void ip_input_init() { dev_add_pack(ip_packet_type); }
