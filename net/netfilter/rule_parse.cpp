// A rule as words: reading and writing it.
#include "kernel/base/string.h"
#include "net/ipv4/ip.h"
#include "net/netfilter/rules.h"

namespace {

constexpr const char* chain_names[nf_hook_count] = {"pre_routing", "local_in", "forward",
                                                    "local_out", "post_routing"};
constexpr const char* target_names[] = {"accept", "drop", "reject", "log", "show", "count"};
constexpr const char* field_names[rule_field_count] = {"proto", "from", "to",  "sport",
                                                       "dport", "in",   "out", "type"};

constexpr NamedNumber protocol_names[] = {
    {"icmp", IPPROTO_ICMP}, {"igmp", IPPROTO_IGMP},     {"tcp", IPPROTO_TCP},
    {"udp", IPPROTO_UDP},   {"icmpv6", IPPROTO_ICMPV6},
};
// RFC 792; other types by number.
constexpr NamedNumber icmp_names[] = {
    {"echo-reply", ICMP_ECHOREPLY},        {"unreachable", ICMP_DEST_UNREACH},
    {"redirect", ICMP_REDIRECT},           {"echo-request", ICMP_ECHO},
    {"time-exceeded", ICMP_TIME_EXCEEDED}, {"parameter-problem", ICMP_PARAMETERPROB},
};

bool device_name(std::string_view word, char (&name)[IFNAMSIZ]) {
    if (word.empty() || word.size() >= IFNAMSIZ) return false;
    copy_string(name, sizeof name, word);
    return true;
}

bool parse_field(Rule& rule, RuleField field, std::string_view word) {
    switch (field) {
    case RuleField::protocol:
        return parse_named(protocol_names, word, rule.protocol);
    case RuleField::source:
        return parse_prefix(word, rule.source);
    case RuleField::destination:
        return parse_prefix(word, rule.destination);
    case RuleField::source_port:
        return parse_ports(word, rule.source_port);
    case RuleField::destination_port:
        return parse_ports(word, rule.destination_port);
    case RuleField::in_device:
        return device_name(word, rule.in_device);
    case RuleField::out_device:
        return device_name(word, rule.out_device);
    case RuleField::icmp_type:
        return parse_named(icmp_names, word, rule.icmp_type);
    }
    return false;
}

void print_field(TextBuffer& out, const Rule& rule, RuleField field) {
    switch (field) {
    case RuleField::protocol:
        return print_named(out, protocol_names, rule.protocol);
    case RuleField::source:
        return print_prefix(out, rule.source);
    case RuleField::destination:
        return print_prefix(out, rule.destination);
    case RuleField::source_port:
        return print_ports(out, rule.source_port);
    case RuleField::destination_port:
        return print_ports(out, rule.destination_port);
    case RuleField::in_device:
        return out.append(rule.in_device);
    case RuleField::out_device:
        return out.append(rule.out_device);
    case RuleField::icmp_type:
        return print_named(out, icmp_names, rule.icmp_type);
    }
}

// What can never match, or can't be done there, is an error rather than a rule that does nothing.
Result<void> check_sense(const Rule& rule, NfHook where, RuleTextError& error) {
    const bool has_in = where != NfHook::local_out && where != NfHook::post_routing;
    const bool has_out = where != NfHook::pre_routing && where != NfHook::local_in;
    if (rule.asks(RuleField::in_device) && !has_in)
        return error.fail(EINVAL, "a packet of this chain comes from no device", "in");
    if (rule.asks(RuleField::out_device) && !has_out)
        return error.fail(EINVAL, "a packet of this chain goes to no device yet", "out");
    const bool at_the_edge = where == NfHook::pre_routing || where == NfHook::post_routing;
    if (rule.target == RuleTarget::reject && at_the_edge)
        return error.fail(EINVAL, "only in local_in, forward and local_out", "reject");
    return {};
}

} // namespace

const char* chain_name(NfHook hook) { return chain_names[static_cast<u8>(hook)]; }

bool chain_named(std::string_view name, NfHook& hook) {
    const int index = index_among(chain_names, name);
    hook = static_cast<NfHook>(index);
    return index >= 0;
}

Result<void> parse_packet_counters(Words& words, u64& packets, u64& bytes, RuleTextError& error) {
    static constexpr const char* names[] = {"packets", "bytes"};
    u64* const counters[] = {&packets, &bytes};
    return parse_counters(words, names, counters, error);
}

Result<Rule> parse_rule(Words& words, NfHook where, RuleTextError& error) {
    Rule rule;
    auto value = [&](RuleField field, std::string_view word) {
        return parse_field(rule, field, word);
    };
    const std::string_view word = TRY(rule.parse(words, field_names, error, value));
    if (word.empty()) return error.fail(EINVAL, "the target is missing");
    const int target = index_among(target_names, word);
    if (target < 0) return error.fail(EINVAL, "neither a match nor a target", word);
    rule.target = static_cast<RuleTarget>(target);
    TRY(parse_packet_counters(words, rule.packets, rule.bytes, error));
    TRY(check_sense(rule, where, error));
    return rule;
}

void print_rule(TextBuffer& out, const Rule& rule) {
    rule.print(out, field_names, [&](RuleField field) { print_field(out, rule, field); });
    out.append(target_names[static_cast<u8>(rule.target)]);
}
