// A rule of the policy as words: reading and writing it.
#include "kernel/base/string.h"
#include "kernel/uapi/socket.h"
#include "net/security/policy.h"

namespace {

constexpr const char* call_names[security_call_count] = {
    "create",       "post_create", "socketpair",   "bind",
    "connect",      "listen",      "accept",       "sendmsg",
    "recvmsg",      "getsockname", "getpeername",  "getsockopt",
    "setsockopt",   "shutdown",    "sock_rcv_skb", "unix_stream_connect",
    "unix_may_send"};
constexpr const char* field_names[policy_field_count] = {"uid",  "program", "family",
                                                         "type", "address", "port"};
constexpr const char* target_names[] = {"allow", "deny", "log"};
constexpr u32 every_call = (u32{1} << security_call_count) - 1;

constexpr NamedNumber family_names[] = {
    {"unix", AF_UNIX},       {"inet", AF_INET},     {"inet6", AF_INET6},
    {"netlink", AF_NETLINK}, {"packet", AF_PACKET},
};
constexpr NamedNumber type_names[] = {
    {"stream", SOCK_STREAM}, {"dgram", SOCK_DGRAM},         {"raw", SOCK_RAW},
    {"rdm", SOCK_RDM},       {"seqpacket", SOCK_SEQPACKET},
};

// "connect", "bind,listen", "any".
Result<u32> parse_calls(std::string_view word, RuleTextError& error) {
    if (word.empty()) return error.fail(EINVAL, "the call is missing");
    if (word == "any") return every_call;
    u32 calls = 0;
    while (!word.empty()) {
        const usize comma = word.find(',');
        const std::string_view name = word.substr(0, comma);
        word = comma == word.npos ? std::string_view() : word.substr(comma + 1);
        const int call = index_among(call_names, name);
        if (call < 0) return error.fail(EINVAL, "no such call", name);
        calls |= u32{1} << call;
    }
    return calls;
}

void print_calls(TextBuffer& out, u32 calls) {
    if (calls == every_call) return out.append("any");
    bool first = true;
    for (usize i = 0; i < security_call_count; i++) {
        if (!(calls >> i & 1)) continue;
        out.print("%s%s", first ? "" : ",", call_names[i]);
        first = false;
    }
}

bool parse_uid(std::string_view word, u32& uid) {
    u64 number;
    if (!parse_number(word, 0xffff'ffff, number)) return false;
    uid = static_cast<u32>(number);
    return true;
}

bool parse_program(std::string_view word, char (&program)[64]) {
    if (word.size() >= sizeof program) return false;
    copy_string(program, sizeof program, word);
    return word.front() == '/' || word.find('/') == word.npos;
}

bool parse_field(PolicyRule& rule, PolicyField field, std::string_view word) {
    switch (field) {
    case PolicyField::uid:
        return parse_uid(word, rule.uid);
    case PolicyField::program:
        return parse_program(word, rule.program);
    case PolicyField::family:
        return parse_named(family_names, word, rule.family);
    case PolicyField::type:
        return parse_named(type_names, word, rule.type);
    case PolicyField::address:
        return parse_prefix(word, rule.address);
    case PolicyField::port:
        return parse_ports(word, rule.port);
    }
    return false;
}

void print_field(TextBuffer& out, const PolicyRule& rule, PolicyField field) {
    switch (field) {
    case PolicyField::uid:
        return out.print("%u", rule.uid);
    case PolicyField::program:
        return out.append(rule.program);
    case PolicyField::family:
        return print_named(out, family_names, rule.family);
    case PolicyField::type:
        return print_named(out, type_names, rule.type);
    case PolicyField::address:
        return print_prefix(out, rule.address);
    case PolicyField::port:
        return print_ports(out, rule.port);
    }
}

Result<void> parse_target(PolicyRule& rule, std::string_view word, Words& words,
                          RuleTextError& error) {
    if (word.empty()) return error.fail(EINVAL, "allow, deny or log is missing");
    const int target = index_among(target_names, word);
    if (target < 0) return error.fail(EINVAL, "neither a match nor allow, deny or log", word);
    rule.target = static_cast<PolicyTarget>(target);
    const std::string_view name = words.peek();
    if (rule.target != PolicyTarget::deny || (name != "EACCES" && name != "EPERM")) return {};
    rule.error = words.next() == "EPERM" ? EPERM : EACCES;
    return {};
}

} // namespace

const char* security_call_name(SecurityCall call) { return call_names[static_cast<u8>(call)]; }

Result<PolicyRule> parse_policy_rule(Words& words, RuleTextError& error) {
    PolicyRule rule;
    rule.calls = TRY(parse_calls(words.next(), error));
    auto value = [&](PolicyField field, std::string_view word) {
        return parse_field(rule, field, word);
    };
    const std::string_view word = TRY(rule.parse(words, field_names, error, value));
    TRY(parse_target(rule, word, words, error));
    static constexpr const char* names[] = {"hits"};
    u64* const counters[] = {&rule.hits};
    TRY(parse_counters(words, names, counters, error));
    return rule;
}

void print_policy_rule(TextBuffer& out, const PolicyRule& rule) {
    print_calls(out, rule.calls);
    out.append(" ");
    rule.print(out, field_names, [&](PolicyField field) { print_field(out, rule, field); });
    out.append(target_names[static_cast<u8>(rule.target)]);
    if (rule.target == PolicyTarget::deny) out.append(rule.error == EPERM ? " EPERM" : " EACCES");
}
