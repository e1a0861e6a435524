// RTM_*ADDR of AF_INET6: addresses of devices.
#include "net/ipv6/addrconf.h"
#include "net/netlink/rtnetlink.h"

namespace {

constexpr NlRule policy[] = {
    {IFA_ADDRESS, 16}, {IFA_LOCAL, 16}, {IFA_CACHEINFO, sizeof(AddressTimes)}};

u32 seconds_until(Nanoseconds when) {
    if (when == no_deadline) return for_ever;
    const Nanoseconds now = clock_monotonic();
    return when > now ? static_cast<u32>((when - now) / s_to_ns(1)) : 0;
}

u32 flags_of(const inet6_ifaddr& address) {
    u32 flags = address.valid_until == no_deadline ? IFA_F_PERMANENT : 0;
    if (address.tentative) flags |= IFA_F_TENTATIVE;
    if (address.dad_failed) flags |= IFA_F_DADFAILED;
    if (address.deprecated()) flags |= IFA_F_DEPRECATED;
    return flags;
}

u8 scope_of(const in6_addr& address, const net_device& dev) {
    if (dev.flags & IFF_LOOPBACK) return RT_SCOPE_HOST;
    constexpr u32 link = 2, site = 5; // RFC 4291, section 2.7
    const u32 scope = ipv6_scope(address);
    return scope == link ? RT_SCOPE_LINK : scope == site ? RT_SCOPE_SITE : RT_SCOPE_UNIVERSE;
}

void fill_address(NlBuilder& out, NlHeader header, const void* what) {
    const auto& address = *static_cast<const inet6_ifaddr*>(what);
    const net_device& dev = address.on.dev;
    const u32 flags = flags_of(address);
    out.begin(header);
    out.body(AddressMessage{AF_INET6, address.prefix_length, static_cast<u8>(flags),
                            scope_of(address.address, dev), static_cast<u32>(dev.ifindex)});
    out.put(IFA_ADDRESS, address.address);
    out.put(IFA_CACHEINFO, AddressTimes{seconds_until(address.preferred_until),
                                        seconds_until(address.valid_until), 0, 0});
    out.put(IFA_FLAGS, flags);
}

Result<bool> dump_addresses(NlDump& dump, NlBuilder& out) {
    u32 place = 0;
    for (net_device& dev : net_devices()) {
        inet6_dev* in6 = in6_dev_get(dev);
        if (!in6) continue;
        for (inet6_ifaddr& address : in6->addresses) {
            if (place++ < dump.position[0]) continue;
            const inet6_ifaddr* shown = &address;
            fill_address(out, dump.header_of(RTM_NEWADDR), shown);
            if (!out.end()) return false;
            dump.position[0]++;
        }
    }
    return true;
}

struct AddressRequest {
    AddressMessage message;
    net_device* dev;
    in6_addr address;
    Inet6Life life;
};

Result<AddressRequest> read_request(const NlRequest& request) {
    AddressRequest wanted;
    wanted.message = TRY(nl_body<AddressMessage>(request.payload));
    NlAttributes attributes;
    TRY(attributes.parse(request.payload, sizeof wanted.message, policy));
    const u16 type = attributes.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS;
    const auto address = attributes.get<in6_addr>(type);
    if (!address || wanted.message.prefix_length > 128) return Errno{EINVAL};
    const auto times = attributes.get<AddressTimes>(IFA_CACHEINFO);
    if (times) wanted.life = {.valid = times->valid, .preferred = times->preferred};
    const u32 flags = attributes.get<u32>(IFA_FLAGS).value_or(wanted.message.flags);
    if (flags & IFA_F_NOPREFIXROUTE) return Errno{EOPNOTSUPP};
    wanted.life.no_dad = flags & IFA_F_NODAD;
    wanted.address = *address;
    wanted.dev = TRY(rtnl_device(static_cast<i32>(wanted.message.index)));
    return wanted;
}

Result<void> inet6_rtm_newaddr(NlRequest& request) {
    const AddressRequest wanted = TRY(read_request(request));
    if (inet6_ifaddr* known = ipv6_get_ifaddr(wanted.address, wanted.dev, true)) {
        const u16 flags = request.header.flags;
        if ((flags & NLM_F_EXCL) || !(flags & NLM_F_REPLACE)) return Errno{EEXIST};
        return inet6_addr_modify(*known, wanted.life);
    }
    return inet6_addr_add(*wanted.dev, wanted.address, wanted.message.prefix_length, wanted.life);
}

Result<void> inet6_rtm_deladdr(NlRequest& request) {
    const AddressRequest wanted = TRY(read_request(request));
    return inet6_addr_del(*wanted.dev, wanted.address, wanted.message.prefix_length);
}

void address_changed(const inet6_ifaddr& address, bool gone) {
    rtnl_notify(RTNLGRP_IPV6_IFADDR, gone ? RTM_DELADDR : RTM_NEWADDR, 0, fill_address, &address);
}

constexpr RtnlHandler handlers[] = {
    {AF_INET6, RTM_GETADDR, nullptr, dump_addresses, ip_route_generation},
    {AF_INET6, RTM_NEWADDR, inet6_rtm_newaddr, nullptr, nullptr},
    {AF_INET6, RTM_DELADDR, inet6_rtm_deladdr, nullptr, nullptr},
};
RtnlTable table{.node = {}, .handlers = handlers};

} // namespace

void rtnl_addr6_init() {
    rtnl_register(table);
    inet6_addr_changed = address_changed;
}
