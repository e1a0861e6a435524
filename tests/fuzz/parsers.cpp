// Fuzz target: each function of net/ that reads bytes from the wire, from a program or from the
// command line, alone. The first byte chooses it; the rest are its bytes, in a buffer of their own,
// so that one byte too far is seen.
#include <gtest/gtest.h>

#include "net/arp_packet.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/ip_sockglue.h"
#include "net/ipv6/af_inet6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/ip6_sockglue.h"
#include "net/ipv6/ndisc_message.h"
#include "net/netconfig.h"
#include "net/netfilter/rules.h"
#include "net/netlink/netlink_sock.h"
#include "net/proc_net.h"
#include "net/security/policy.h"
#include "net/tcp/tcp_wire.h"
#include "net/unix/scm.h"
#include "tests/fuzz/arguments.h"
#include "tests/fuzz/wire.h"
#include "tests/host/packets.h"

namespace {

using Bytes = std::span<u8>;

std::string_view text_of(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

SkbPtr buffer_of(Bytes bytes) {
    SkbPtr skb(alloc_skb(static_cast<u32>(bytes.size())));
    std::copy(bytes.begin(), bytes.end(), skb->put(static_cast<u32>(bytes.size())));
    return skb;
}

// --- the wire ---

void arp(Bytes bytes) { static_cast<void>(arp_parse(bytes)); }

void ip_options(Bytes bytes) {
    // The header's length says so; none is no reason to ask.
    if (bytes.empty() || bytes.size() > 40 || bytes.size() % 4) return;
    u8 bad;
    bool source_routed;
    static_cast<void>(ip_options_check_outgoing(bytes));
    if (!ip_options_check(bytes, bad, source_routed)) {
        EXPECT_LE(bad, 20 + bytes.size());
        return;
    }
    ip_options_fill(bytes, be32(0x0a000001));
    EXPECT_TRUE(ip_options_check(bytes, bad, source_routed));
    EXPECT_LE(ip_options_for_fragment(bytes), bytes.size());
}

void tcp_header(Bytes bytes) {
    const tcphdr* header = tcp_checked_header(bytes);
    if (!header) return;
    const std::span<const u8> options =
        bytes.subspan(sizeof(tcphdr), header->header_length() - sizeof(tcphdr));
    const TcpOptions parsed = tcp_parse_options(options, header->flags & th_syn);
    EXPECT_LE(parsed.sack_count, 4);
    u32 stamp, echo;
    if (tcp_parse_timestamp_only(options, stamp, echo)) {
        EXPECT_TRUE(parsed.has_timestamp);
        EXPECT_EQ(parsed.timestamp, stamp);
        EXPECT_EQ(parsed.timestamp_echo, echo);
    }
}

void neighbour_discovery(Bytes bytes) {
    NdView view;
    if (!view.read(bytes)) return;
    EXPECT_EQ(view.fixed.size() + view.options.size(), bytes.size());
    for (const u8* link : {view.source_link, view.target_link}) {
        if (!link) continue;
        EXPECT_GE(link, bytes.data());
        EXPECT_LE(link + 6, bytes.data() + bytes.size());
    }
}

void extension_headers(Bytes bytes) {
    if (bytes.empty()) return;
    u8 next = bytes[0];
    u16 fragment = 0;
    const int offset = ipv6_skip_extensions(bytes.subspan(1), next, fragment);
    EXPECT_LE(offset, static_cast<int>(bytes.size()));
}

// --- filters ---

// What the checker lets through ends, and reads nothing that isn't there.
void filter_program(Bytes bytes) {
    fuzz::Input input(bytes.data(), bytes.size());
    const std::vector<sock_filter> program = fuzz::filter(input);
    host::Frame rest = input.rest();
    if (!bpf_check_classic(program).ok()) return;
    SkbPtr skb = buffer_of(rest);
    skb->set_mac_header();
    if (skb->len() >= 14) skb->network_header = static_cast<u16>(skb->mac_header + 14);
    static_cast<void>(bpf_run(program, *skb));
}

// The same, of instructions as they come.
void raw_filter(Bytes bytes) {
    std::vector<sock_filter> program(bytes.size() / sizeof(sock_filter));
    if (program.empty()) return;
    std::memcpy(program.data(), bytes.data(), program.size() * sizeof(sock_filter));
    if (!bpf_check_classic(program).ok()) return;
    SkbPtr skb = buffer_of(bytes);
    skb->set_mac_header();
    skb->set_network_header();
    static_cast<void>(bpf_run(program, *skb));
}

// --- texts ---

// What is shown makes the same table.
void rule_text(Bytes bytes) {
    RuleTable table, again;
    RuleTextError error;
    const bool done = edit_rules(table, text_of(bytes), error).ok();
    EXPECT_EQ(done, error.line == 0);
    TextBuffer first, second;
    print_rules(first, table);
    EXPECT_TRUE(edit_rules(again, first.text(), error).ok()) << error.message;
    print_rules(second, again);
    EXPECT_EQ(first.text(), second.text());
}

void policy_text(Bytes bytes) {
    PolicyTable table, again;
    RuleTextError error;
    const bool done = edit_policy(table, text_of(bytes), error).ok();
    EXPECT_EQ(done, error.line == 0);
    TextBuffer first, second;
    print_policy(first, table);
    EXPECT_TRUE(edit_policy(again, first.text(), error).ok()) << error.message;
    print_policy(second, again);
    EXPECT_EQ(first.text(), second.text());
}

// A packet that begins with its IP header, against rules that ask about all of it.
void rule_match(Bytes bytes) {
    SkbPtr skb = buffer_of(bytes);
    skb->set_network_header();
    PacketFacts facts;
    if (!packet_facts(*skb, facts)) return;
    EXPECT_LE(facts.transport + facts.transport_length, skb->tail);
    u16 source, destination;
    static_cast<void>(packet_ports(facts, source, destination));
    for (const char* text :
         {"proto tcp from 10.0.0.0/8 dport 80 drop", "not type 3 from fe80::/10 sport 1-9 drop"}) {
        Words words(text);
        RuleTextError error;
        auto rule = parse_rule(words, NfHook::local_in, error);
        if (rule.ok()) static_cast<void>(rule_matches(*rule, facts, nullptr, nullptr));
    }
    nf_log_packet(NfHook::local_in, 1, facts, nullptr, nullptr);
    nf_show_packet(NfHook::local_in, *skb, facts);
}

void words_of_rules(Bytes bytes) {
    const std::string_view text = text_of(bytes);
    PortRange ports;
    EXPECT_TRUE(!parse_ports(text, ports) || ports.low <= ports.high);
    AddressPrefix prefix, again;
    if (!parse_prefix(text, prefix)) return;
    TextBuffer shown, twice;
    print_prefix(shown, prefix);
    EXPECT_TRUE(parse_prefix(shown.text(), again)) << shown.text();
    print_prefix(twice, again);
    EXPECT_EQ(shown.text(), twice.text());
}

void command_line(Bytes bytes) {
    const std::string_view text = text_of(bytes);
    static_cast<void>(parse_netconfig(text));
    static_cast<void>(find_netconfig(text));
    be32 address;
    static_cast<void>(parse_ipv4(text, address));
}

// The same, and a device that is set up by it.
void some_command_line(Bytes bytes) {
    fuzz::Input input(bytes.data(), bytes.size());
    const std::string text = fuzz::command_line(input);
    {
        host::SimDevice device;
        device.on_sent = [](const host::Frame&) {};
        device.start();
        if (auto config = find_netconfig(text); config.ok() && config->present)
            static_cast<void>(apply_netconfig(*config));
        host::run_for(s_to_ns(2));
    }
    fuzz::restore();
    fuzz::settle();
}

// Texts whose words are right.
void some_rules(Bytes bytes) {
    fuzz::Input input(bytes.data(), bytes.size());
    std::string text = fuzz::rules(input);
    rule_text({reinterpret_cast<u8*>(text.data()), text.size()});
    text = fuzz::policy(input);
    policy_text({reinterpret_cast<u8*>(text.data()), text.size()});
}

void knob(Bytes bytes) {
    if (bytes.empty()) return;
    const auto knobs = net_knobs();
    const NetKnob& chosen = knobs[bytes[0] % knobs.size()];
    const u32 old = *chosen.value;
    if (net_knob_store(chosen, text_of(bytes.subspan(1))).ok()) {
        EXPECT_GE(*chosen.value, chosen.low);
        EXPECT_LE(*chosen.value, chosen.high);
    }
    *chosen.value = old;
}

// --- netlink ---

void netlink_views(Bytes bytes) {
    std::span<const u8> rest = bytes;
    const NlRule rules[] = {{1, 4}, {2, 1}, {3, 8}};
    while (auto view = nl_next(rest)) {
        NlAttributes attributes;
        if (!attributes.parse(view->payload, 8, rules).ok()) continue;
        for (u16 type = 0; type <= NlAttributes::most; type++) {
            if (!attributes.has(type)) continue;
            NlAttributes nested;
            static_cast<void>(nested.parse(attributes.bytes(type), 0, {}));
            EXPECT_LE(attributes.text(type).value_or("").size(), bytes.size());
            static_cast<void>(attributes.get<u64>(type));
        }
    }
}

void to_rtnetlink(Bytes bytes) {
    auto made = sock_create(AF_NETLINK, SOCK_RAW, 0);
    ASSERT_TRUE(made.ok());
    msghdr message;
    message.iter = IovIter::of_kernel(bytes.data(), bytes.size());
    message.flags = MSG_DONTWAIT;
    static_cast<void>(sock_sendmsg(**made, message));
    u8 answer[512];
    for (int i = 0; i < 16; i++) {
        msghdr in;
        in.iter = IovIter::of_kernel(answer, sizeof answer);
        if (!sock_recvmsg(**made, in, MSG_DONTWAIT).ok()) break;
    }
}

// Messages of the right form, at rtnetlink with a device to play with.
void rtnetlink(Bytes bytes) {
    fuzz::Input input(bytes.data(), bytes.size());
    {
        host::SimDevice device;
        device.on_sent = [](const host::Frame&) {};
        device.start();
        while (!input.empty()) {
            host::Frame made = fuzz::netlink_messages(input);
            to_rtnetlink(made);
        }
        host::run_for(s_to_ns(2));
    }
    fuzz::restore();
    fuzz::settle();
}

// --- ancillary data ---

void ancillary_data(Bytes bytes) {
    msghdr message;
    message.control = bytes.data();
    message.controllen = static_cast<u32>(bytes.size());
    IpCookie cookie;
    static_cast<void>(ip_cmsg_send(message, cookie));
    auto made = sock_create(AF_INET6, SOCK_DGRAM, 0);
    ASSERT_TRUE(made.ok());
    Ip6Cookie cookie6;
    static_cast<void>(ip6_cmsg_send(static_cast<inet_sock&>(*(*made)->sk), message, cookie6));
    ScmCookie scm;
    static_cast<void>(scm_send(message, scm));
}

constexpr void (*parsers[])(Bytes) = {arp,
                                      ip_options,
                                      tcp_header,
                                      command_line,
                                      neighbour_discovery,
                                      extension_headers,
                                      filter_program,
                                      raw_filter,
                                      rule_text,
                                      policy_text,
                                      rule_match,
                                      words_of_rules,
                                      knob,
                                      netlink_views,
                                      to_rtnetlink,
                                      rtnetlink,
                                      ancillary_data,
                                      some_command_line,
                                      some_rules};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
    if (size == 0) return 0;
    fuzz::start();
    const usize before = host::live_allocations();
    std::vector<u8> bytes(data + 1, data + size);
    bytes.shrink_to_fit();
    parsers[*data % std::size(parsers)](bytes);
    fuzz::check_memory(before);
    return 0;
}
