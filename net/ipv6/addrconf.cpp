// The life of an address: tentative, preferred, deprecated, gone (RFC 4862, section 5.5.4), and
// what it brings while its device is up.
#include "net/ipv6/addrconf.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "kernel/uapi/netlink.h"
#include "net/ipv4/route.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/mcast.h"
#include "net/ipv6/ndisc.h"
#include "net/ipv6/route6.h"

bool ipv6_enabled = true;
void (*inet6_addr_changed)(const inet6_ifaddr& address, bool gone);

namespace {

constexpr Nanoseconds retransmit_time = s_to_ns(1); // RFC 4861, section 10
constexpr Nanoseconds router_interval = s_to_ns(4); // likewise
constexpr u8 router_questions_max = 3;              // likewise
// Before the first question, so that machines switched on together don't all ask at once (RFC 4862,
// section 5.4.2, allows up to a second).
constexpr Nanoseconds first_delay = ms_to_ns(50);
constexpr u32 addresses_max = 16; // of one device (Linux: net.ipv6.conf.*.max_addresses)

constexpr in6_addr link_local_prefix{0xfe80'0000, 0, 0, 0};

void set_prefix_route(const inet6_ifaddr& address, Nanoseconds until) {
    Fib6Entry route;
    route.prefix = in6_prefix(address.address, address.prefix_length);
    route.prefix_length = address.prefix_length;
    route.metric = 256;
    route.dev = &address.on.dev;
    route.automatic = true;
    route.protocol = RTPROT_KERNEL;
    route.valid_until = until;
    fib6_update_automatic(route);
}

bool another_in_prefix(const inet6_ifaddr& address) {
    for (inet6_ifaddr& other : address.on.addresses)
        if (&other != &address && other.prefix_length == address.prefix_length &&
            in6_prefix_equal(other.address, address.address, address.prefix_length))
            return true;
    return false;
}

void tell(const inet6_ifaddr& address, bool gone) {
    if (inet6_addr_changed) inet6_addr_changed(address, gone);
}

void drop_address(inet6_ifaddr& address) {
    tell(address, true);
    ipv6_dev_mc_dec(address.on.dev, ipv6_solicited_node(address.address));
    if (!address.automatic && !another_in_prefix(address)) set_prefix_route(address, 0);
    Box<inet6_ifaddr>(&address).reset();
    route_changed();
}

// When something about it changes next: it gets deprecated, or its end.
void schedule(inet6_ifaddr& address) {
    const Nanoseconds now = clock_monotonic();
    const Nanoseconds next =
        address.preferred_until > now ? address.preferred_until : address.valid_until;
    const Nanoseconds when = min(next, address.valid_until);
    if (when != no_deadline) kernel_timers().set(address, when);
}

bool is_link_local(const inet6_ifaddr& address) { return address.address.is_linklocal(); }

void dad_completed(inet6_ifaddr& address) {
    address.tentative = false;
    route_changed();
    schedule(address);
    tell(address, false);
    inet6_dev& on = address.on;
    ndisc_send_unsol_na(on.dev, address.address);
    if (is_link_local(address) && !on.router_known && !ip6_knobs.forwarding &&
        !(on.dev.flags & IFF_LOOPBACK)) {
        // Now with our link-layer address in it.
        ndisc_send_rs(on.dev);
        kernel_timers().set(on.router_timer, clock_monotonic() + router_interval);
    }
}

// A question every second; silence for as long after the last means that it is ours.
void address_timer(Timer& timer) {
    auto& address = static_cast<inet6_ifaddr&>(timer);
    if (address.tentative) {
        if (address.dad_failed) return;
        if (address.probes == 0) return dad_completed(address);
        address.probes--;
        address.nonce = random_u32() | 1;
        ndisc_send_ns(address.on.dev, address.address, in6_addr(), address.nonce);
        kernel_timers().set(address, clock_monotonic() + retransmit_time);
        return;
    }
    if (address.valid_until <= clock_monotonic()) return drop_address(address);
    schedule(address);
}

void start_dad(inet6_ifaddr& address) {
    net_device& dev = address.on.dev;
    if (!(dev.flags & IFF_UP)) return; // begins when it comes up
    if (address.no_dad || (dev.flags & (IFF_LOOPBACK | IFF_NOARP))) return dad_completed(address);
    address.tentative = true;
    address.dad_failed = false;
    address.probes = 1;
    kernel_timers().set(address, clock_monotonic() + random_u32() % first_delay);
}

Result<inet6_ifaddr*> add(inet6_dev& on, const in6_addr& address, u8 prefix_length) {
    u32 count = 0;
    for (inet6_ifaddr& other : on.addresses) {
        if (other.address == address) return Errno{EEXIST};
        count++;
    }
    if (count >= addresses_max) return Errno{ENOBUFS};
    Box<inet6_ifaddr> made = TRY(make_box<inet6_ifaddr>(address_timer, on));
    made->address = address;
    made->prefix_length = prefix_length;
    made->tentative = true;
    TRY(ipv6_dev_mc_inc(on.dev, ipv6_solicited_node(address)));
    inet6_ifaddr& entered = *made.release();
    on.addresses.push_back(entered);
    route_changed();
    return &entered;
}

// RFC 2464, section 4: the modified EUI-64 of the Ethernet address.
in6_addr with_interface_identifier(const in6_addr& prefix, const net_device& dev) {
    const u8* m = dev.dev_addr;
    return in6_addr(prefix.words[0].host(), prefix.words[1].host(),
                    u32(m[0] ^ 2) << 24 | u32(m[1]) << 16 | u32(m[2]) << 8 | 0xff,
                    0xfe00'0000 | u32(m[3]) << 16 | u32(m[4]) << 8 | m[5]);
}

// Asks for routers until one answers (RFC 4861, section 6.3.7).
void router_timer(Timer& timer) {
    inet6_dev& on = *static_cast<inet6_dev::RouterTimer&>(timer).on;
    if (on.router_known || on.router_questions >= router_questions_max) return;
    on.router_questions++;
    ndisc_send_rs(on.dev);
    kernel_timers().set(timer, clock_monotonic() + router_interval);
}

void look_for_routers(inet6_dev& on) {
    if ((on.dev.flags & (IFF_UP | IFF_LOOPBACK)) != IFF_UP || ip6_knobs.forwarding) return;
    on.router_known = false;
    on.router_questions = 0;
    kernel_timers().set(on.router_timer, clock_monotonic() + random_u32() % first_delay);
}

void device_up(net_device& dev) {
    if (!dev.ipv6) {
        if (dev.mtu < ipv6_min_mtu || (dev.type != ARPHRD_ETHER && dev.type != ARPHRD_LOOPBACK))
            return;
        auto made = make_box<inet6_dev>(router_timer, dev);
        if (!made.ok()) return;
        dev.ipv6 = std::move(made).value().release();
        in6_dev_get(dev)->router_timer.on = in6_dev_get(dev);
        static_cast<void>(ipv6_dev_mc_inc(dev, in6_all_nodes));
        if (ip6_knobs.forwarding) static_cast<void>(ipv6_dev_mc_inc(dev, in6_all_routers));
    }
    inet6_dev& on = *in6_dev_get(dev);
    const bool loop = dev.flags & IFF_LOOPBACK;
    if (loop) {
        static_cast<void>(add(on, in6_loopback, 128));
    } else {
        static_cast<void>(add(on, with_interface_identifier(link_local_prefix, dev), 64));
    }
    for (inet6_ifaddr& address : on.addresses) {
        if (address.prefix_length < 128) set_prefix_route(address, no_deadline);
        start_dad(address);
    }
    look_for_routers(on);
}

// Addresses by prefixes of routers go with the link, others wait for it (Linux:
// addrconf_ifdown with keep_addr_on_down off drops these too, but for the device's own).
void device_down(net_device& dev) {
    inet6_dev* on = in6_dev_get(dev);
    if (!on) return;
    kernel_timers().cancel(on->router_timer);
    for (inet6_ifaddr& address : on->addresses) drop_address(address);
    fib6_delete_device(dev);
    on->mtu = 0;
}

void device_gone(net_device& dev) {
    inet6_dev* on = in6_dev_get(dev);
    if (!on) return;
    device_down(dev);
    ipv6_dev_mc_dec(dev, in6_all_nodes);
    if (ip6_knobs.forwarding) ipv6_dev_mc_dec(dev, in6_all_routers);
    dev.ipv6 = nullptr;
    Box<inet6_dev>(on).reset();
}

void device_changed(net_device& dev, NetdevEvent event) {
    if (!ipv6_enabled) return;
    switch (event) {
    case NetdevEvent::up:
        return device_up(dev);
    case NetdevEvent::down:
        return device_down(dev);
    case NetdevEvent::unregister:
        return device_gone(dev);
    case NetdevEvent::mtu: // below 1280 there is no IPv6 (RFC 8200, section 5)
        if (dev.mtu < ipv6_min_mtu)
            device_gone(dev);
        else if (!dev.ipv6 && (dev.flags & IFF_UP))
            device_up(dev);
        return route_changed();
    case NetdevEvent::carrier:
        if (dev.carrier && (dev.flags & IFF_UP) && in6_dev_get(dev)) device_up(dev);
        return;
    case NetdevEvent::address:
    case NetdevEvent::name:
    case NetdevEvent::other:
        return;
    }
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

} // namespace

u32 ipv6_device_mtu(const net_device& dev) {
    const inet6_dev* on = in6_dev_get(dev);
    return on && on->mtu ? min(on->mtu, dev.mtu) : dev.mtu;
}

Result<void> addrconf_init() {
    register_netdevice_notifier(notifier);
    for (net_device& dev : net_devices())
        if (dev.flags & IFF_UP) device_up(dev);
    return {};
}

Result<void> inet6_addr_add(net_device& dev, const in6_addr& address, u8 prefix_length,
                            const Inet6Life& life) {
    if (prefix_length > 128 || address.is_multicast() || address.is_any() || address.is_v4())
        return Errno{EINVAL};
    if (life.valid == 0 || life.preferred > life.valid) return Errno{EINVAL};
    inet6_dev* on = in6_dev_get(dev);
    if (!on) return Errno{ENODEV};
    inet6_ifaddr& fresh = *TRY(add(*on, address, prefix_length));
    fresh.no_dad = life.no_dad;
    fresh.valid_until = ipv6_end_of(life.valid);
    fresh.preferred_until = ipv6_end_of(life.preferred);
    if (prefix_length < 128 && (dev.flags & IFF_UP)) set_prefix_route(fresh, fresh.valid_until);
    start_dad(fresh);
    return {};
}

Result<void> inet6_addr_modify(inet6_ifaddr& address, const Inet6Life& life) {
    if (life.valid == 0 || life.preferred > life.valid) return Errno{EINVAL};
    address.valid_until = ipv6_end_of(life.valid);
    address.preferred_until = ipv6_end_of(life.preferred);
    if (address.prefix_length < 128) set_prefix_route(address, address.valid_until);
    if (!address.tentative) {
        kernel_timers().cancel(address);
        schedule(address);
    }
    tell(address, false);
    return {};
}

Result<void> inet6_addr_del(net_device& dev, const in6_addr& address, u8 prefix_length) {
    inet6_ifaddr* found = ipv6_get_ifaddr(address, &dev, true);
    if (!found || found->prefix_length != prefix_length) return Errno{EADDRNOTAVAIL};
    drop_address(*found);
    return {};
}

inet6_ifaddr* ipv6_get_ifaddr(const in6_addr& address, const net_device* only, bool tentative) {
    for (net_device& dev : net_devices()) {
        inet6_dev* on = in6_dev_get(dev);
        if (!on || (only && only != &dev)) continue;
        for (inet6_ifaddr& ours : on->addresses)
            if (ours.address == address && (tentative || ours.usable())) return &ours;
    }
    return nullptr;
}

void addrconf_dad_failure(inet6_ifaddr& address) {
    if (!address.tentative || address.dad_failed) return;
    address.dad_failed = true;
    kernel_timers().cancel(address);
    tell(address, false);
    kprintf("%s: IPv6 duplicate address detected\n", address.on.dev.name);
}

void addrconf_prefix_rcv(inet6_dev& on, const in6_addr& prefix, u8 length, u32 valid,
                         u32 preferred) {
    if (length != 64 || valid < preferred) return;
    const in6_addr address = with_interface_identifier(prefix, on.dev);
    const Nanoseconds now = clock_monotonic();
    for (inet6_ifaddr& known : on.addresses) {
        if (known.address != address || !known.automatic) continue;
        // RFC 4862, section 5.5.3, e: nobody may end an address at once by a forged message.
        const Nanoseconds two_hours = now + s_to_ns(7200), wanted = ipv6_end_of(valid);
        if (wanted > two_hours || wanted > known.valid_until)
            known.valid_until = wanted;
        else if (known.valid_until > two_hours)
            known.valid_until = two_hours;
        known.preferred_until = min(ipv6_end_of(preferred), known.valid_until);
        if (!known.tentative) schedule(known);
        return;
    }
    if (valid == 0) return;
    auto made = add(on, address, length);
    if (!made.ok()) return;
    inet6_ifaddr& fresh = **made;
    fresh.automatic = true;
    fresh.valid_until = ipv6_end_of(valid);
    fresh.preferred_until = ipv6_end_of(preferred);
    start_dad(fresh);
}

void addrconf_router_found(inet6_dev& on) {
    on.router_known = true;
    kernel_timers().cancel(on.router_timer);
}

void addrconf_forwarding_changed() {
    if (ip6_knobs.forwarding) fib6_delete_routers();
    for (net_device& dev : net_devices()) {
        inet6_dev* on = in6_dev_get(dev);
        if (!on) continue;
        if (ip6_knobs.forwarding) {
            kernel_timers().cancel(on->router_timer);
            static_cast<void>(ipv6_dev_mc_inc(dev, in6_all_routers));
        } else {
            ipv6_dev_mc_dec(dev, in6_all_routers);
            look_for_routers(*on);
        }
    }
}

void if6_seq_show(TextBuffer& out) {
    for (net_device& dev : net_devices()) {
        inet6_dev* on = in6_dev_get(dev);
        if (!on) continue;
        for (inet6_ifaddr& ours : on->addresses) {
            u32 flags = ours.valid_until == no_deadline ? IFA_F_PERMANENT : 0;
            if (ours.tentative) flags |= IFA_F_TENTATIVE;
            if (ours.dad_failed) flags |= IFA_F_DADFAILED;
            if (ours.deprecated()) flags |= IFA_F_DEPRECATED;
            // The kernel's own bits for scopes: host 0x10, link 0x20, site 0x40, global 0.
            const u32 scope = ours.address.is_loopback()    ? 0x10u
                              : ours.address.is_linklocal() ? 0x20u
                              : ours.address.is_sitelocal() ? 0x40u
                                                            : 0u;
            for (const be32& word : ours.address.words) out.print("%08x", word.host());
            out.print(" %02x %02x %02x %02x %8s\n", static_cast<u32>(dev.ifindex),
                      ours.prefix_length, scope, flags, dev.name);
        }
    }
}
