// The table in force, how a text changes it, and its place at the hooks.
#include "net/netfilter/rules.h"
#include "net/socket.h"

namespace {

RuleTable* active; // null: there never were rules
RuleTextError last_error;

NfVerdict decide(RuleChain& chain, NfHook hook, const sk_buff& skb, net_device* in,
                 net_device* out) {
    PacketFacts facts;
    if (!packet_facts(skb, facts)) return NfVerdict::accept; // nothing that rules speak of
    u32 place = 0;
    for (Rule& rule : chain.rules) {
        place++;
        if (!rule_matches(rule, facts, in, out)) continue;
        rule.packets++;
        rule.bytes += facts.length;
        switch (rule.target) {
        case RuleTarget::accept:
            return NfVerdict::accept;
        case RuleTarget::drop:
            return NfVerdict::drop;
        case RuleTarget::reject:
            nf_reject(skb, facts);
            return NfVerdict::drop;
        case RuleTarget::log:
            nf_log_packet(hook, place, facts, in, out);
            break;
        case RuleTarget::show:
            nf_show_packet(hook, skb, facts);
            break;
        case RuleTarget::count:
            break;
        }
    }
    chain.packets++;
    chain.bytes += facts.length;
    return chain.drops ? NfVerdict::drop : NfVerdict::accept;
}

NfVerdict rules_hook(NfHookEntry& self, sk_buff& skb, net_device* in, net_device* out) {
    return decide(active->of(self.hook), self.hook, skb, in, out);
}

NfHookEntry entries[nf_hook_count] = {{{}, NfHook::pre_routing, 0, rules_hook, AF_UNSPEC},
                                      {{}, NfHook::local_in, 0, rules_hook, AF_UNSPEC},
                                      {{}, NfHook::forward, 0, rules_hook, AF_UNSPEC},
                                      {{}, NfHook::local_out, 0, rules_hook, AF_UNSPEC},
                                      {{}, NfHook::post_routing, 0, rules_hook, AF_UNSPEC}};

// A chain that lets everything pass isn't asked: packets pay for the rules that there are.
void take_hooks(const RuleTable& table) {
    for (NfHookEntry& entry : entries) {
        const RuleChain& chain = table.chains[static_cast<u8>(entry.hook)];
        const bool needed = chain.drops || chain.rules.count() > 0;
        if (needed && !entry.node.linked()) nf_register_hook(entry);
        if (!needed) nf_unregister_hook(entry);
    }
}

// --- the commands ---

Result<NfHook> next_chain(Words& words, RuleTextError& error) {
    const std::string_view name = words.next();
    NfHook hook;
    if (!chain_named(name, hook)) return error.fail(EINVAL, "no such chain", name);
    return hook;
}

Result<void> add_rule(RuleTable& table, Words& words, bool insert, RuleTextError& error) {
    const NfHook hook = TRY(next_chain(words, error));
    RuleList<Rule>& rules = table.of(hook).rules;
    const u32 place = insert ? TRY(expect_place(words, error)) : rules.count() + 1;
    const Rule rule = TRY(parse_rule(words, hook, error));
    if (table.count() == RuleTable::max_rules)
        return error.fail(ENOSPC, "there are 1024 rules already");
    Result<void> done = rules.insert(rule, place);
    if (!done.ok() && done.error() == Errno{ENOENT})
        return error.fail(ENOENT, "the chain has no such place");
    return done;
}

Result<void> delete_rule(RuleTable& table, Words& words, RuleTextError& error) {
    const NfHook hook = TRY(next_chain(words, error));
    const u32 place = TRY(expect_place(words, error));
    TRY(expect_end(words, error));
    if (!table.of(hook).rules.remove(place).ok())
        return error.fail(ENOENT, "the chain has no such rule");
    return {};
}

Result<void> set_policy(RuleTable& table, Words& words, RuleTextError& error) {
    RuleChain& chain = table.of(TRY(next_chain(words, error)));
    const std::string_view policy = words.next();
    if (policy != "accept" && policy != "drop")
        return error.fail(EINVAL, "a policy is accept or drop", policy);
    chain.drops = policy == "drop";
    return parse_packet_counters(words, chain.packets, chain.bytes, error);
}

void zero_chain(RuleChain& chain) {
    chain.packets = chain.bytes = 0;
    for (Rule& rule : chain.rules) rule.packets = rule.bytes = 0;
}

// flush and zero: one chain, or all of them.
Result<void> each_chain(RuleTable& table, Words& words, void (*change)(RuleChain&),
                        RuleTextError& error) {
    if (words.peek().empty()) {
        for (RuleChain& chain : table.chains) change(chain);
        return {};
    }
    const NfHook hook = TRY(next_chain(words, error));
    TRY(expect_end(words, error));
    change(table.of(hook));
    return {};
}

Result<void> edit(RuleTable& table, Words& words, RuleTextError& error) {
    const std::string_view command = words.next();
    if (command == "add") return add_rule(table, words, false, error);
    if (command == "insert") return add_rule(table, words, true, error);
    if (command == "delete") return delete_rule(table, words, error);
    if (command == "policy") return set_policy(table, words, error);
    if (command == "zero") return each_chain(table, words, zero_chain, error);
    if (command == "flush")
        return each_chain(
            table, words, [](RuleChain& chain) { chain.rules.clear(); }, error);
    return error.fail(EINVAL, "no such command", command);
}

Result<void> copy_table(RuleTable& to, const RuleTable& from) {
    for (usize i = 0; i < nf_hook_count; i++) {
        const RuleChain& chain = from.chains[i];
        TRY(to.chains[i].rules.append_all(chain.rules));
        to.chains[i].drops = chain.drops;
        to.chains[i].packets = chain.packets;
        to.chains[i].bytes = chain.bytes;
    }
    return {};
}

} // namespace

u32 RuleTable::count() const {
    u32 sum = 0;
    for (const RuleChain& chain : chains) sum += chain.rules.count();
    return sum;
}

Result<void> edit_rules(RuleTable& table, std::string_view text, RuleTextError& error) {
    return each_rule_line(text, error, [&](Words& words) { return edit(table, words, error); });
}

// Written back, this text makes the same table.
void print_rules(TextBuffer& out, const RuleTable& table) {
    out.append("flush\n");
    for (u8 i = 0; i < nf_hook_count; i++) {
        const RuleChain& chain = table.chains[i];
        const char* name = chain_name(static_cast<NfHook>(i));
        out.print("policy %s %s packets %lu bytes %lu\n", name, chain.drops ? "drop" : "accept",
                  chain.packets, chain.bytes);
        for (const Rule& rule : chain.rules) {
            out.print("add %s ", name);
            print_rule(out, rule);
            out.print(" packets %lu bytes %lu\n", rule.packets, rule.bytes);
        }
    }
}

void rules_show(TextBuffer& out) {
    static const RuleTable none;
    print_rules(out, active ? *active : none);
    if (last_error.line) out.print("# line %u: %s\n", last_error.line, last_error.message);
}

Result<void> rules_store(std::string_view text) {
    if (!socket_credentials().net_admin) return Errno{EPERM};
    Box<RuleTable> fresh = TRY(make_box<RuleTable>());
    if (active) TRY(copy_table(*fresh, *active));
    TRY(edit_rules(*fresh, text, last_error));
    Box<RuleTable> old(std::exchange(active, fresh.release()));
    take_hooks(*active);
    return {};
}
