// The socket policy: what /proc/net/policy shows and takes (docs/hooks.md has the language). Its
// rules are asked in order at every security_socket_* hook that they name; the first allow or deny
// decides, and the default when none did. Off until something is written.
#pragma once

#include "net/rule_list.h"
#include "net/rule_text.h"
#include "net/socket.h"

struct sk_buff;

// Where Linux has its hooks, by their names there.
enum class SecurityCall : u8 {
    create,
    post_create,
    socketpair,
    bind,
    connect,
    listen,
    accept,
    sendmsg,
    recvmsg,
    getsockname,
    getpeername,
    getsockopt,
    setsockopt,
    shutdown,
    sock_rcv_skb,
    unix_stream_connect,
    unix_may_send,
};
constexpr usize security_call_count = 17;

enum class PolicyField : u8 { uid, program, family, type, address, port };
constexpr usize policy_field_count = 6;

enum class PolicyTarget : u8 { allow, deny, log };

struct PolicyRule : RuleFields<PolicyField> {
    u32 calls = 0; // a bit for each SecurityCall
    u32 uid = 0;
    char program[64] = {}; // a path when it begins with /, else the last part of one
    u8 family = 0, type = 0;
    AddressPrefix address;
    PortRange port;
    PolicyTarget target = PolicyTarget::allow;
    int error = EACCES; // of deny
    u64 hits = 0;
};

// What a rule is held against.
struct SecurityFacts {
    SecurityCall call;
    u32 uid;
    int pid;
    CallingProgram program; // empty where a packet came in by itself
    int family, type;
    // The address and port that the call is about; family 0: none.
    u16 address_family = 0;
    const u8* address = nullptr;
    u16 port = 0;
};
bool policy_rule_matches(const PolicyRule& rule, const SecurityFacts& facts);

struct PolicyTable {
    static constexpr u32 max_rules = 512;
    RuleList<PolicyRule> rules;
    bool denies = false; // the default
    bool locked = false; // nobody changes it any more, until the machine is started anew
    u64 hits = 0;        // of the default
};
// Errors: EINVAL, ENOENT (no such rule), ENOSPC, ENOMEM.
Result<void> edit_policy(PolicyTable& table, std::string_view text, RuleTextError& error);
void print_policy(TextBuffer& out, const PolicyTable& table);
Result<PolicyRule> parse_policy_rule(Words& words, RuleTextError& error);
void print_policy_rule(TextBuffer& out, const PolicyRule& rule);
const char* security_call_name(SecurityCall call);

// /proc/net/policy. What is written takes effect whole or not at all. Errors: EPERM (not the
// superuser, or locked), those of edit_policy.
void policy_show(TextBuffer& out);
Result<void> policy_store(std::string_view text);
// The table's answer. Errors: the rule's, EACCES or EPERM.
Result<void> policy_decide(const SecurityFacts& facts);
// Puts the policy's hooks in place, or takes them away.
void policy_attach(bool on);
