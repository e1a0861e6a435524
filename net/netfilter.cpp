// The lists behind the netfilter hooks, in order of priority.
#include "net/netfilter.h"
#include "kernel/uapi/if.h"

u32 nf_hooks_registered[nf_hook_count];

namespace {
using HookList = List<NfHookEntry, &NfHookEntry::node>;
HookList hooks[nf_hook_count];
} // namespace

void nf_register_hook(NfHookEntry& entry) {
    HookList& list = hooks[static_cast<u8>(entry.hook)];
    nf_hooks_registered[static_cast<u8>(entry.hook)]++;
    for (NfHookEntry& other : list)
        if (other.priority > entry.priority) return HookList::insert_before(other, entry);
    list.push_back(entry);
}

void nf_unregister_hook(NfHookEntry& entry) {
    if (!entry.node.linked()) return;
    HookList::remove(entry);
    nf_hooks_registered[static_cast<u8>(entry.hook)]--;
}

NfVerdict nf_hook_slow(NfHook hook, sk_buff& skb, net_device* in, net_device* out) {
    TRACE_STATION(ip, "hook", hook, "skb", skb);
    const int family = skb.protocol == be16(ETH_P_IPV6) ? AF_INET6 : AF_INET;
    for (NfHookEntry& entry : hooks[static_cast<u8>(hook)])
        if ((entry.family == family || entry.family == AF_UNSPEC) &&
            entry.function(entry, skb, in, out) == NfVerdict::drop)
            return NfVerdict::drop;
    return NfVerdict::accept;
}
