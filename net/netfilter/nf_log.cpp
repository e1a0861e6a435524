// What rules write into the kernel's log. A stranger's packets must not fill it: a few entries a
// second, and a line that says how many were left out.
#include "net/ipv4/ip.h"
#include "net/netfilter/rules.h"
#include "net/rate_limit.h"

namespace {

RateLimit log_limit{20, ms_to_ns(100)}, show_limit{100, ms_to_ns(20)};

bool allows(RateLimit& limit) {
    u32 left_out;
    if (!limit.allows(left_out)) return false;
    if (left_out) kprintf("rules: %u entries left out\n", left_out);
    return true;
}

struct AddressText {
    char text[48];
    AddressText(const PacketFacts& facts, const u8* address) {
        format_address(text, facts.family, address);
    }
};

// ":80" behind an address, when there are ports.
struct PortText {
    char text[8] = "";
    explicit PortText(u16 port) { ksnprintf(text, sizeof text, ":%u", u32{port}); }
    PortText() = default;
};

void flags_text(const PacketFacts& facts, char (&text)[10]) {
    usize length = 0;
    if (facts.protocol == IPPROTO_TCP && facts.first_fragment && facts.transport_length >= 14) {
        text[length++] = ' ';
        for (int bit = 0; bit < 8; bit++)
            if (facts.transport[13] >> bit & 1) text[length++] = "FSRPAUEC"[bit];
    }
    text[length] = 0;
}

// "10.0.2.2:1234 > 10.0.2.15:80 proto 6 S len 60"
void packet_text(std::span<char> to, const PacketFacts& facts) {
    const AddressText source(facts, facts.source), destination(facts, facts.destination);
    PortText source_port, destination_port;
    u16 from, into;
    if (packet_ports(facts, from, into)) {
        source_port = PortText(from);
        destination_port = PortText(into);
    }
    char flags[10];
    flags_text(facts, flags);
    ksnprintf(to.data(), to.size(), "%s%s > %s%s proto %u%s len %u", source.text, source_port.text,
              destination.text, destination_port.text, u32{facts.protocol}, flags, facts.length);
}

// A header's offset from head, or that the layer hasn't set it yet.
void position_text(std::span<char> to, u16 offset) {
    if (offset == sk_buff::unset)
        ksnprintf(to.data(), to.size(), "unset");
    else
        ksnprintf(to.data(), to.size(), "+%u", u32{offset});
}

} // namespace

void nf_log_packet(NfHook hook, u32 place, const PacketFacts& facts, const net_device* in,
                   const net_device* out) {
    if (!allows(log_limit)) return;
    char packet[160];
    packet_text(packet, facts);
    kprintf("rules: %s %u: in=%s out=%s %s\n", chain_name(hook), place, in ? in->name : "",
            out ? out->name : "", packet);
}

// Three lines: who and what; where everything stands, counted from head; the addresses themselves.
void nf_show_packet(NfHook hook, const sk_buff& skb, const PacketFacts& facts) {
    if (!allows(show_limit)) return;
    char packet[160], mac[8], network[8], transport[8];
    packet_text(packet, facts);
    position_text(mac, skb.mac_header);
    position_text(network, skb.network_header);
    position_text(transport, skb.transport_header);
    kprintf("hook %s: %s\n", chain_name(hook), packet);
    kprintf("hook %s: head +0 data +%u tail +%u end +%u | mac %s network %s transport %s\n",
            chain_name(hook), skb.headroom(), skb.headroom() + skb.len(),
            static_cast<u32>(skb.end - skb.head), mac, network, transport);
    kprintf("hook %s: head %p ip_hdr() %p", chain_name(hook), static_cast<void*>(skb.head),
            static_cast<void*>(skb.network()));
    const char* name = facts.protocol == IPPROTO_TCP ? "tcp" : "transport";
    if (skb.transport_header == sk_buff::unset)
        kprintf(" %s_hdr() unset\n", name);
    else
        kprintf(" %s_hdr() %p\n", name, static_cast<void*>(skb.transport()));
}
