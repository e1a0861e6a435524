// Hooks on the way of a packet through IPv4 and IPv6, where a filter may look and drop: Linux's
// five points (include/uapi/linux/netfilter_ipv4.h). With nothing registered a hook costs a load
// and a branch.
#pragma once

#include "kernel/uapi/socket.h"
#include "net/skbuff.h"

// Where, and which positions are valid there: network_header always; transport_header from LOCAL_IN
// on up, and on the way down from us (not in a forwarded packet).
enum class NfHook : u8 { pre_routing, local_in, forward, local_out, post_routing };
constexpr usize nf_hook_count = 5;

enum class NfVerdict : u8 { drop, accept };

struct NfHookEntry {
    ListNode node;
    NfHook hook;
    int priority; // lower ones are asked first
    NfVerdict (*function)(NfHookEntry& self, sk_buff& skb, net_device* in, net_device* out);
    int family = AF_INET; // whose packets it is asked about; AF_UNSPEC: those of both
};
void nf_register_hook(NfHookEntry& entry);
void nf_unregister_hook(NfHookEntry& entry);

extern u32 nf_hooks_registered[nf_hook_count];
NfVerdict nf_hook_slow(NfHook hook, sk_buff& skb, net_device* in, net_device* out);

// Asks everybody; the caller frees the buffer when the verdict is drop.
inline NfVerdict nf_hook(NfHook hook, sk_buff& skb, net_device* in, net_device* out) {
    if (nf_hooks_registered[static_cast<u8>(hook)] == 0) [[likely]]
        return NfVerdict::accept;
    return nf_hook_slow(hook, skb, in, out);
}
