// Extension headers of received packets (RFC 8200, section 4): options are judged by their type's
// two highest bits; routing headers are refused unless they have nothing left to do (RFC 5095).
#include "kernel/uapi/in6.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"

namespace {

constexpr u8 option_pad1 = 0, option_padn = 1, option_router_alert = 5;

struct ExtensionHeader {
    u8 next_header, length; // in units of 8 bytes, without the first
};

u32 offset_of(const sk_buff& skb, const u8* at) { return static_cast<u32>(at - skb.network()); }

ExtensionVerdict refuse(const sk_buff& skb, u8 code, const u8* at) {
    ip6_mib.InHdrErrors++;
    icmpv6_send(skb, ICMPV6_PARAMPROB, code, offset_of(skb, at));
    return ExtensionVerdict::drop;
}

// An option that we don't know: section 4.2 says by its type what is to be done.
ExtensionVerdict unknown_option(const sk_buff& skb, const u8* option) {
    const u8 action = *option >> 6;
    if (action == 0) return ExtensionVerdict::skip;
    ip6_mib.InHdrErrors++;
    const bool to_many = ipv6_hdr(skb).destination.is_multicast();
    if (action == 2 || (action == 3 && !to_many))
        icmpv6_send(skb, ICMPV6_PARAMPROB, ICMPV6_UNK_OPTION, offset_of(skb, option));
    return ExtensionVerdict::drop;
}

ExtensionVerdict check_options(const sk_buff& skb, u32 length) {
    const u8 *at = skb.data + sizeof(ExtensionHeader), *end = skb.data + length;
    while (at < end) {
        if (*at == option_pad1) {
            at++;
            continue;
        }
        if (end - at < 2 || end - at < 2 + at[1]) {
            ip6_mib.InHdrErrors++;
            return ExtensionVerdict::drop;
        }
        if (*at != option_padn && *at != option_router_alert)
            if (auto verdict = unknown_option(skb, at); verdict != ExtensionVerdict::skip)
                return verdict;
        at += 2 + at[1];
    }
    return ExtensionVerdict::skip;
}

// RFC 8200, section 4.4: one with no segments left is passed over; we aren't a router for others.
ExtensionVerdict check_routing(const sk_buff& skb) {
    if (skb.data[3] == 0) return ExtensionVerdict::skip;
    return refuse(skb, ICMPV6_HDR_FIELD, skb.data + 2);
}

} // namespace

bool ipv6_is_extension(u8 next_header) {
    return next_header == nexthdr_hop || next_header == nexthdr_routing ||
           next_header == nexthdr_fragment || next_header == nexthdr_dest;
}

ExtensionVerdict ipv6_parse_extension(SkbPtr& skb) {
    auto& control = skb->control<Ip6Control>();
    if (control.next_header == nexthdr_fragment) return ExtensionVerdict::fragment;
    if (skb->len() < 8) {
        ip6_mib.InHdrErrors++;
        return ExtensionVerdict::drop;
    }
    const auto& header = *reinterpret_cast<const ExtensionHeader*>(skb->data);
    const u32 length = (header.length + 1u) * 8;
    if (length > skb->len()) {
        ip6_mib.InHdrErrors++;
        return ExtensionVerdict::drop;
    }
    const u16 here = static_cast<u16>(offset_of(*skb, skb->data));
    // Hop-by-hop options stand right behind the fixed header or nowhere.
    if (control.next_header == nexthdr_hop && here != sizeof(ipv6hdr))
        return refuse(*skb, ICMPV6_UNK_NEXTHDR, skb->network() + control.next_header_offset);
    const auto verdict =
        control.next_header == nexthdr_routing ? check_routing(*skb) : check_options(*skb, length);
    if (verdict != ExtensionVerdict::skip) return verdict;
    control.next_header = header.next_header;
    control.next_header_offset = here;
    skb->pull(length);
    return ExtensionVerdict::skip;
}

int ipv6_skip_extensions(std::span<const u8> bytes, u8& next_header, u16& fragment_offset) {
    usize at = 0;
    fragment_offset = 0;
    while (ipv6_is_extension(next_header) || next_header == nexthdr_auth) {
        if (bytes.size() - at < 8) return -1;
        usize length = (bytes[at + 1] + 1u) * 8;
        if (next_header == nexthdr_fragment) {
            length = 8;
            fragment_offset = static_cast<u16>((bytes[at + 2] << 8 | bytes[at + 3]) & ~7);
        } else if (next_header == nexthdr_auth) {
            length = (bytes[at + 1] + 2u) * 4; // RFC 4302, section 2.2
        }
        next_header = bytes[at];
        if (length > bytes.size() - at) return -1;
        at += length;
        if (fragment_offset) break;
    }
    return static_cast<int>(at);
}
