// IPv4's way down: the header, the hooks, fragments where needed, the link.
#include "kernel/base/checksum.h"
#include "kernel/base/string.h"
#include "net/arp.h"
#include "net/ether.h"
#include "net/ipv4/igmp.h"
#include "net/ipv4/ip_internal.h"
#include "net/netfilter.h"

namespace {

// The identification field: a counter for each of 256 classes of (source, destination), keyed so
// that others can't tell the classes (RFC 7739, section 5.3).
u16 next_id[256];
u32 id_key = 0;

u8 id_class(be32 source, be32 destination) {
    while (id_key == 0) {
        id_key = random_u32();
        random_bytes({reinterpret_cast<u8*>(next_id), sizeof next_id});
    }
    u32 hash = (destination.raw ^ id_key) * 0x9e37'79b1u;
    hash = (hash ^ source.raw ^ (hash >> 15)) * 0x85eb'ca6bu;
    return static_cast<u8>(hash >> 24);
}

Result<void> ip_finish_output(SkbPtr skb, const Route& route) {
    TRACE_STATION(ip, "skb", skb);
    net_device& dev = *route.dev;
    if (skb->headroom() < ETH_HLEN) [[unlikely]]
        TRY(skb_make_writable(skb, ETH_HLEN));
    skb->dev = &dev;
    if (dev.flags & (IFF_LOOPBACK | IFF_NOARP)) {
        eth_header(*skb, dev, ETH_P_IP, dev.dev_addr);
        return dev_queue_xmit(std::move(skb));
    }
    if (route.type == rtn_unicast) return neigh_output(std::move(skb), dev, route.next_hop);
    u8 address[ETH_ALEN];
    if (route.type == rtn_multicast)
        ip_eth_mc_map(route.next_hop, address);
    else
        memcpy(address, dev.broadcast, ETH_ALEN);
    eth_header(*skb, dev, ETH_P_IP, address);
    return dev_queue_xmit(std::move(skb));
}

// What goes to a group that we are in, or to everybody, is for us too.
bool wanted_here(const sk_buff& skb, const Route& route) {
    if (route.dev->flags & IFF_LOOPBACK) return false;
    if (route.type == rtn_broadcast) return true;
    const auto* sk = static_cast<const inet_sock*>(skb.sk);
    if (sk && sk->family == AF_INET && !sk->multicast_loop) return false;
    return ip_group_joined(*route.dev, ip_hdr(skb).destination, ip_hdr(skb).source);
}

Result<void> output_to_many(SkbPtr skb, const Route& route) {
    if (wanted_here(*skb, route))
        if (SkbPtr copy{skb_copy(*skb, ETH_HLEN)}) {
            copy->dev = route.dev;
            loopback_copy(std::move(copy));
        }
    if (route.type == rtn_multicast && ip_hdr(*skb).ttl == 0) return {};
    if (skb->len() > route.mtu) return ip_fragment(std::move(skb), route, ip_finish_output);
    return ip_finish_output(std::move(skb), route);
}

} // namespace

u16 ip_select_id(be32 source, be32 destination, u16 count) {
    u16& next = next_id[id_class(source, destination)];
    const u16 id = next;
    next = static_cast<u16>(next + count);
    return id;
}

void ip_send_check(iphdr& header) {
    header.check = 0;
    header.check = checksum_fold(checksum_partial(&header, header.header_length(), 0));
}

u32 ip_pseudo_checksum(be32 source, be32 destination, u8 protocol, u32 length) {
    const u64 sum = u64{source.raw} + destination.raw + be16(protocol).raw + be32(length).raw;
    const u64 folded = (sum & 0xffff'ffff) + (sum >> 32);
    return static_cast<u32>(folded) + static_cast<u32>(folded >> 32);
}

Result<void> ip_output(SkbPtr skb, const Route& route) {
    TRACE_STATION(ip, "skb", skb);
    if (nf_hook(NfHook::post_routing, *skb, nullptr, route.dev) == NfVerdict::drop)
        return Errno{EPERM};
    if (route.type == rtn_multicast || route.type == rtn_broadcast) [[unlikely]]
        return output_to_many(std::move(skb), route);
    if (skb->len() > route.mtu && !skb->gso_size) [[unlikely]]
        return ip_fragment(std::move(skb), route, ip_finish_output);
    return ip_finish_output(std::move(skb), route);
}

Result<void> ip_queue_xmit(SkbPtr skb, const Route& route, const IpSend& send) {
    TRACE_STATION(ip, "skb", skb, "length", skb->len());
    const u32 header_length = static_cast<u32>(sizeof(iphdr)) + send.options_length;
    const u32 total = skb->len() + header_length;
    if (total > 0xffff) return Errno{EMSGSIZE};
    auto& header = *reinterpret_cast<iphdr*>(skb->push(header_length));
    skb->set_network_header();
    u16 id = send.id;
    if (id == 0) {
        const u32 pieces = skb->gso_size ? total / skb->gso_size + 1 : 1;
        id = ip_select_id(send.source, send.destination, static_cast<u16>(pieces));
    }
    header.version_length = static_cast<u8>(0x40 | (header_length / 4));
    header.tos = send.tos;
    header.total_length = be16(static_cast<u16>(total));
    header.id = be16(id);
    header.fragment = be16(send.dont_fragment ? ip_flag_df : u16{0});
    header.ttl = send.ttl ? send.ttl : static_cast<u8>(ip_knobs.ip_default_ttl);
    header.protocol = send.protocol;
    header.source = send.source;
    header.destination = send.destination;
    if (send.options_length) {
        u8* options = reinterpret_cast<u8*>(&header + 1);
        memcpy(options, send.options, send.options_length);
        ip_options_fill({options, send.options_length}, send.source);
    }
    ip_send_check(header);
    return ip_local_out(std::move(skb), route);
}

Result<void> ip_local_out(SkbPtr skb, const Route& route) {
    TRACE_STATION(ip, "skb", skb);
    ip_mib.OutRequests++;
    skb->dev = route.dev;
    skb->next_hop = route.next_hop;
    if (nf_hook(NfHook::local_out, *skb, nullptr, route.dev) == NfVerdict::drop)
        return Errno{EPERM};
    return ip_output(std::move(skb), route);
}
