// Which of our addresses to speak from (RFC 6724, section 5): rules 1 to 3, 5 and 8.
#include "kernel/base/math.h"
#include "net/ipv6/addrconf.h"
#include <bit>

namespace {

u32 common_prefix(const in6_addr& a, const in6_addr& b) {
    for (u32 i = 0; i < 4; i++)
        if (const u32 differ = a.words[i].host() ^ b.words[i].host())
            return 32 * i + static_cast<u32>(std::countl_zero(differ));
    return 128;
}

struct Candidate {
    const inet6_ifaddr* address;
    bool on_device;
};

// Is `a` better than `b`?
bool better(const Candidate& a, const Candidate& b, const in6_addr& destination) {
    const in6_addr &x = a.address->address, &y = b.address->address;
    if ((x == destination) != (y == destination)) return x == destination; // rule 1
    const u32 wanted = ipv6_scope(destination), of_x = ipv6_scope(x), of_y = ipv6_scope(y);
    if (of_x < of_y) return of_x >= wanted; // rule 2
    if (of_y < of_x) return of_y < wanted;
    if (a.address->deprecated() != b.address->deprecated()) return !a.address->deprecated(); // 3
    if (a.on_device != b.on_device) return a.on_device;                                      // 5
    const u32 length_x = min(common_prefix(x, destination), u32{a.address->prefix_length});
    const u32 length_y = min(common_prefix(y, destination), u32{b.address->prefix_length});
    return length_x > length_y; // rule 8
}

} // namespace

u32 ipv6_scope(const in6_addr& address) {
    if (address.is_multicast()) return address.group_scope();
    if (address.is_linklocal() || address.is_loopback()) return 2;
    return address.is_sitelocal() ? 5 : 14;
}

in6_addr ipv6_dev_get_saddr(const net_device& dev, const in6_addr& destination) {
    Candidate best{};
    // Link-local destinations are spoken to from the link's own addresses.
    const bool only_device = destination.needs_scope();
    for (net_device& other : net_devices()) {
        const inet6_dev* on = in6_dev_get(other);
        if (!on || (only_device && &other != &dev)) continue;
        for (inet6_ifaddr& address : on->addresses) {
            // What isn't the device's own must mean something beyond its link.
            if (!address.usable() || (&other != &dev && ipv6_scope(address.address) <= 2)) continue;
            const Candidate candidate{&address, &other == &dev};
            if (!best.address || better(candidate, best, destination)) best = candidate;
        }
    }
    return best.address ? best.address->address : in6_addr();
}
