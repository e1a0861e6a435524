// The policy in force, how a text changes it, and what it answers.
#include "net/security/policy.h"
#include "kernel/base/string.h"
#include "net/rate_limit.h"

namespace {

PolicyTable* active; // null: there never was one
RuleTextError last_error;
// A program that tries without end must not fill the kernel's log.
RateLimit log_limit{50, ms_to_ns(100)};

bool is_program(const char* wanted, const CallingProgram& program) {
    const std::string_view path = program.path;
    if (wanted[0] == '/') return path == wanted;
    return !path.empty() && path.substr(path.rfind('/') + 1) == wanted;
}

bool field_matches(const PolicyRule& rule, PolicyField field, const SecurityFacts& facts) {
    switch (field) {
    case PolicyField::uid:
        return facts.uid == rule.uid;
    case PolicyField::program:
        return is_program(rule.program, facts.program);
    case PolicyField::family:
        return facts.family == rule.family;
    case PolicyField::type:
        return facts.type == rule.type;
    case PolicyField::address:
        return facts.address && rule.address.contains(facts.address_family, facts.address);
    case PolicyField::port:
        return facts.address && rule.port.contains(facts.port);
    }
    return false;
}

void log_call(const SecurityFacts& facts, const char* verdict) {
    u32 left_out;
    if (!log_limit.allows(left_out)) return;
    if (left_out) kprintf("policy: %u entries left out\n", left_out);
    char name[16], address[48] = "-";
    copy_string(name, sizeof name, facts.program.name.empty() ? "-" : facts.program.name);
    if (facts.address) format_address(address, facts.address_family, facts.address);
    kprintf("policy: %s %s pid=%d uid=%u program=%s family=%d type=%d address=%s port=%u\n",
            verdict, security_call_name(facts.call), facts.pid, facts.uid, name, facts.family,
            facts.type, address, u32{facts.port});
}

// --- the commands ---

Result<void> add_rule(PolicyTable& table, Words& words, bool insert, RuleTextError& error) {
    const u32 place = insert ? TRY(expect_place(words, error)) : table.rules.count() + 1;
    const PolicyRule rule = TRY(parse_policy_rule(words, error));
    if (table.rules.count() == PolicyTable::max_rules)
        return error.fail(ENOSPC, "there are 512 rules already");
    Result<void> done = table.rules.insert(rule, place);
    if (!done.ok() && done.error() == Errno{ENOENT})
        return error.fail(ENOENT, "there is no such place");
    return done;
}

Result<void> delete_rule(PolicyTable& table, Words& words, RuleTextError& error) {
    const u32 place = TRY(expect_place(words, error));
    TRY(expect_end(words, error));
    if (!table.rules.remove(place).ok()) return error.fail(ENOENT, "there is no such rule");
    return {};
}

Result<void> set_default(PolicyTable& table, Words& words, RuleTextError& error) {
    const std::string_view word = words.next();
    if (word != "allow" && word != "deny")
        return error.fail(EINVAL, "the default is allow or deny", word);
    table.denies = word == "deny";
    static constexpr const char* names[] = {"hits"};
    u64* const counters[] = {&table.hits};
    return parse_counters(words, names, counters, error);
}

Result<void> edit(PolicyTable& table, Words& words, RuleTextError& error) {
    const std::string_view command = words.next();
    if (command == "add") return add_rule(table, words, false, error);
    if (command == "insert") return add_rule(table, words, true, error);
    if (command == "delete") return delete_rule(table, words, error);
    if (command == "default") return set_default(table, words, error);
    if (command != "flush" && command != "zero" && command != "lock")
        return error.fail(EINVAL, "no such command", command);
    TRY(expect_end(words, error));
    if (command == "flush") {
        table.rules.clear();
    } else if (command == "lock") {
        table.locked = true;
    } else {
        table.hits = 0;
        for (PolicyRule& rule : table.rules) rule.hits = 0;
    }
    return {};
}

} // namespace

bool policy_rule_matches(const PolicyRule& rule, const SecurityFacts& facts) {
    if (!(rule.calls >> static_cast<u8>(facts.call) & 1)) return false;
    return rule.match([&](PolicyField field) { return field_matches(rule, field, facts); });
}

Result<void> policy_decide(const SecurityFacts& facts) {
    for (PolicyRule& rule : active->rules) {
        if (!policy_rule_matches(rule, facts)) continue;
        rule.hits++;
        if (rule.target == PolicyTarget::allow) return {};
        log_call(facts, rule.target == PolicyTarget::deny ? "denied" : "seen");
        if (rule.target == PolicyTarget::deny) return Errno{rule.error};
    }
    active->hits++;
    if (!active->denies) return {};
    log_call(facts, "denied");
    return Errno{EACCES};
}

Result<void> edit_policy(PolicyTable& table, std::string_view text, RuleTextError& error) {
    return each_rule_line(text, error, [&](Words& words) { return edit(table, words, error); });
}

// Written back, this text makes the same policy.
void print_policy(TextBuffer& out, const PolicyTable& table) {
    out.append("flush\n");
    out.print("default %s hits %lu\n", table.denies ? "deny" : "allow", table.hits);
    for (const PolicyRule& rule : table.rules) {
        out.append("add ");
        print_policy_rule(out, rule);
        out.print(" hits %lu\n", rule.hits);
    }
    if (table.locked) out.append("lock\n");
}

void policy_show(TextBuffer& out) {
    static const PolicyTable none;
    print_policy(out, active ? *active : none);
    if (last_error.line) out.print("# line %u: %s\n", last_error.line, last_error.message);
}

Result<void> policy_store(std::string_view text) {
    if (!socket_credentials().net_admin || (active && active->locked)) return Errno{EPERM};
    Box<PolicyTable> fresh = TRY(make_box<PolicyTable>());
    if (active) {
        TRY(fresh->rules.append_all(active->rules));
        fresh->denies = active->denies;
        fresh->hits = active->hits;
    }
    TRY(edit_policy(*fresh, text, last_error));
    Box<PolicyTable> old(std::exchange(active, fresh.release()));
    policy_attach(active->denies || active->rules.count() > 0);
    return {};
}
