// The packet rules: what /proc/net/rules shows and takes (docs/hooks.md has the language). A table
// has a chain for each of the five hooks; a packet is held against the chain's rules in order, the
// first accept, drop or reject decides, and the chain's policy when none did.
#pragma once

#include "kernel/uapi/if.h"
#include "net/netfilter.h"
#include "net/rule_list.h"
#include "net/rule_text.h"

// log, show and count go on to the next rule.
enum class RuleTarget : u8 { accept, drop, reject, log, show, count };

// What a rule may ask about a packet.
enum class RuleField : u8 {
    protocol,
    source,
    destination,
    source_port,
    destination_port,
    in_device,
    out_device,
    icmp_type,
};
constexpr usize rule_field_count = 8;

struct Rule : RuleFields<RuleField> {
    u8 protocol = 0, icmp_type = 0;
    AddressPrefix source, destination;
    PortRange source_port, destination_port;
    char in_device[IFNAMSIZ] = {}, out_device[IFNAMSIZ] = {};
    RuleTarget target = RuleTarget::count;
    u64 packets = 0, bytes = 0;
};

// What rules ask about, found in a packet once, whichever version of IP it is.
struct PacketFacts {
    u16 family;
    u8 protocol;
    bool first_fragment; // or a whole packet: its transport header is there to be looked at
    const u8 *source, *destination; // addresses, of the family's length
    const u8* transport;            // behind the IP header
    u32 transport_length;           // bytes of it in the buffer
    u32 length;                     // of the packet, with its IP header
};
// False for what is no whole IP header.
bool packet_facts(const sk_buff& skb, PacketFacts& facts);
// Ports of TCP, UDP, UDP-Lite, SCTP and DCCP; false when there are none, or not in this fragment.
bool packet_ports(const PacketFacts& facts, u16& source, u16& destination);
bool rule_matches(const Rule& rule, const PacketFacts& facts, const net_device* in,
                  const net_device* out);

// One rule from its words. `where`: the chain that it is for. Errors: EINVAL.
Result<Rule> parse_rule(Words& words, NfHook where, RuleTextError& error);
// "packets N bytes N" at the end of a line; nothing there is fine.
Result<void> parse_packet_counters(Words& words, u64& packets, u64& bytes, RuleTextError& error);
void print_rule(TextBuffer& out, const Rule& rule);
// "pre_routing", "local_in", "forward", "local_out", "post_routing".
const char* chain_name(NfHook hook);
bool chain_named(std::string_view name, NfHook& hook);

struct RuleChain {
    RuleList<Rule> rules;
    bool drops = false;         // its policy
    u64 packets = 0, bytes = 0; // that the policy decided
};
struct RuleTable {
    static constexpr u32 max_rules = 1024;
    RuleChain chains[nf_hook_count];
    RuleChain& of(NfHook hook) { return chains[static_cast<u8>(hook)]; }
    u32 count() const;
};
// Does what the lines say to `table`, until one is wrong. Errors: EINVAL, ENOENT (no such rule),
// ENOSPC, ENOMEM.
Result<void> edit_rules(RuleTable& table, std::string_view text, RuleTextError& error);
void print_rules(TextBuffer& out, const RuleTable& table);

// /proc/net/rules. What is written takes effect whole or not at all; a reader is shown what was
// wrong. Errors: EPERM (not the superuser), those of edit_rules.
void rules_show(TextBuffer& out);
Result<void> rules_store(std::string_view text);

// What log and show write into the kernel's log: a line, a drawing of the buffer. A few a second
// at most; how many were left out is said.
void nf_log_packet(NfHook hook, u32 place, const PacketFacts& facts, const net_device* in,
                   const net_device* out);
void nf_show_packet(NfHook hook, const sk_buff& skb, const PacketFacts& facts);
// Answers a packet that is refused: TCP with a reset, everything else with ICMP's port unreachable.
void nf_reject(const sk_buff& skb, const PacketFacts& facts);
