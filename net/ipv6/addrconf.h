// Addresses of devices: those that follow from the link (RFC 4862), those that routers' prefixes
// give, those set by hand; the group memberships that they bring.
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/ipv6/ip6.h"

struct inet6_dev;

// One address of a device (Linux: inet6_ifaddr).
struct inet6_ifaddr : Timer {
    inet6_ifaddr(Callback callback, inet6_dev& on) : Timer(callback), on(on) {}

    ListNode node;
    inet6_dev& on;
    in6_addr address;
    u8 prefix_length = 0;
    bool tentative = false;  // duplicate address detection goes on: not ours yet
    bool dad_failed = false; // somebody else has it
    bool automatic = false;  // by a router's prefix
    bool no_dad = false;     // nobody is asked whether it is free
    u8 probes = 0;           // DAD's questions still to be asked
    u32 nonce = 0;           // of our own questions, that come back (RFC 7527)
    Nanoseconds valid_until = no_deadline, preferred_until = no_deadline;

    bool usable() const { return !tentative && !dad_failed; }
    bool deprecated() const { return preferred_until <= clock_monotonic(); }
};

// What IPv6 knows of a device (Linux: inet6_dev).
struct inet6_dev {
    inet6_dev(Timer::Callback solicit, net_device& dev) : dev(dev), router_timer(solicit) {}
    net_device& dev;
    List<inet6_ifaddr, &inet6_ifaddr::node> addresses;
    struct RouterTimer : Timer {
        using Timer::Timer;
        inet6_dev* on = nullptr;
    } router_timer;
    u8 router_questions = 0; // asked so far
    bool router_known = false;
    u8 hop_limit = 64;
    u32 mtu = 0; // that a router told, not above the device's
};
// Null while the device doesn't speak IPv6.
inline inet6_dev* in6_dev_get(const net_device& dev) { return static_cast<inet6_dev*>(dev.ipv6); }
u32 ipv6_device_mtu(const net_device& dev);

Result<void> addrconf_init();
// How long an address lives, in seconds; ~0 for ever.
struct Inet6Life {
    u32 valid = ~u32{0}, preferred = ~u32{0};
    bool no_dad = false;
};
// When a life of so many seconds ends.
inline Nanoseconds ipv6_end_of(u32 seconds) {
    return seconds == ~u32{0} ? no_deadline : clock_monotonic() + s_to_ns(seconds);
}
// Gives a device an address by hand. Errors: EEXIST, EINVAL, ENODEV, ENOBUFS, ENOMEM.
Result<void> inet6_addr_add(net_device& dev, const in6_addr& address, u8 prefix_length,
                            const Inet6Life& life = {});
// Errors: EINVAL.
Result<void> inet6_addr_modify(inet6_ifaddr& address, const Inet6Life& life);
// Told of addresses that are ours from now on, that turned out to be others', that are about to go;
// null: nobody listens.
extern void (*inet6_addr_changed)(const inet6_ifaddr& address, bool gone);
// Errors: EADDRNOTAVAIL.
Result<void> inet6_addr_del(net_device& dev, const in6_addr& address, u8 prefix_length);
// An address of ours (on `dev` alone, unless that is null); null when it isn't one. Tentative ones
// only when asked for.
inet6_ifaddr* ipv6_get_ifaddr(const in6_addr& address, const net_device* dev,
                              bool tentative = false);
// The address to speak from on `dev` to `destination` (RFC 6724, section 5); ::: none.
in6_addr ipv6_dev_get_saddr(const net_device& dev, const in6_addr& destination);
// RFC 4291, section 2.7; RFC 6724, section 3.1: 2 link, 5 site, 14 everywhere …
u32 ipv6_scope(const in6_addr& address);

// --- told by neighbour discovery ---
// Somebody else uses it, or asks for it at the same time.
void addrconf_dad_failure(inet6_ifaddr& address);
// RFC 4862, section 5.5.3: a prefix to make an address from. Lifetimes in seconds, ~0 for ever.
void addrconf_prefix_rcv(inet6_dev& on, const in6_addr& prefix, u8 length, u32 valid,
                         u32 preferred);
void addrconf_router_found(inet6_dev& on);

// Forwarding was switched: a router is in the group of routers and listens to none, a host looks
// for them again.
void addrconf_forwarding_changed();
// /proc/net/if_inet6.
void if6_seq_show(TextBuffer& out);
// The solicited-node group of an address (RFC 4291, section 2.7.1).
inline in6_addr ipv6_solicited_node(const in6_addr& address) {
    return in6_addr(0xff02'0000, 0, 1, 0xff00'0000 | (address.words[3].host() & 0xff'ffff));
}
// Runs a fixed table instead of what the machine has: see ipv6.disable=1, and the tests.
extern bool ipv6_enabled;
