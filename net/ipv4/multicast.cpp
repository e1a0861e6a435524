// Memberships of sockets in groups. What the device's group makes of them is igmp.cpp's.
#include "net/ipv4/multicast.h"
#include "net/ipv4/igmp.h"
#include "net/ipv4/ip_internal.h"

namespace {

Result<net_device*> device_for(be32 group, MulticastInterface on) {
    net_device* dev = nullptr;
    if (on.ifindex) {
        dev = dev_get_by_index(on.ifindex);
    } else if (on.address != be32(0)) {
        dev = ip_dev_find(on.address);
    } else if (auto route = ip_route_output(group, be32(0)); route.ok()) {
        dev = route->dev;
    }
    if (!dev) return Errno{ENODEV};
    return dev;
}

IpMembership* membership(const inet_sock& sk, be32 group, int ifindex) {
    for (IpMembership* m = sk.memberships; m; m = m->next)
        if (m->group == group && m->ifindex == ifindex) return m;
    return nullptr;
}

// The new filter holds when the device's group has taken it; else the old one does.
Result<void> change_filter(IpMembership& m, SourceFilter filter) {
    std::swap(m.filter.exclude, filter.exclude);
    m.filter.sources.swap(filter.sources);
    auto taken = igmp_filter_changed(m);
    if (taken.ok()) return {};
    std::swap(m.filter.exclude, filter.exclude);
    m.filter.sources.swap(filter.sources);
    return taken.error();
}

} // namespace

Result<void> ip_mc_join(inet_sock& sk, be32 group, MulticastInterface on, bool exclude) {
    if (!is_multicast(group)) return Errno{EINVAL};
    net_device& dev = *TRY(device_for(group, on));
    if (membership(sk, group, dev.ifindex)) return Errno{EADDRINUSE};
    u32 count = 0;
    for (IpMembership* m = sk.memberships; m; m = m->next) count++;
    if (count >= igmp_max_memberships) return Errno{ENOBUFS};
    Box<IpMembership> fresh = TRY(make_box<IpMembership>());
    fresh->next = sk.memberships;
    fresh->group = group;
    fresh->ifindex = dev.ifindex;
    fresh->filter.exclude = exclude;
    TRY(igmp_enter(dev, *fresh));
    sk.memberships = fresh.release();
    return {};
}

Result<void> ip_mc_leave(inet_sock& sk, be32 group, MulticastInterface from) {
    auto dev = device_for(group, from);
    const bool named = from.ifindex || from.address != be32(0);
    if (!dev.ok() && !named) return dev.error();
    const int ifindex = dev.ok() ? (*dev)->ifindex : from.ifindex;
    for (IpMembership** link = &sk.memberships; *link; link = &(*link)->next) {
        IpMembership* m = *link;
        if (m->group != group || m->ifindex != ifindex) continue;
        *link = m->next;
        igmp_leave(*m);
        Box<IpMembership>(m).reset();
        return {};
    }
    return Errno{EADDRNOTAVAIL};
}

void ip_mc_leave_all(inet_sock& sk) {
    while (IpMembership* m = sk.memberships) {
        sk.memberships = m->next;
        igmp_leave(*m);
        Box<IpMembership>(m).reset();
    }
}

Result<void> ip_mc_source(inet_sock& sk, bool add, bool exclude, be32 group, be32 source,
                          MulticastInterface on) {
    if (!is_multicast(group)) return Errno{EINVAL};
    net_device& dev = *TRY(device_for(group, on));
    IpMembership* m = membership(sk, group, dev.ifindex);
    if (!m) return Errno{EINVAL};
    if (m->filter.exclude != exclude) {
        if (m->listed) return Errno{EINVAL};
        TRY(change_filter(*m, {.exclude = exclude, .sources = {}})); // no sources: it may turn
    }
    const SourceList& sources = m->filter.sources;
    if (!add && !sources.contains(source)) return Errno{EADDRNOTAVAIL};
    if (!add && !exclude && sources.size() == 1) return ip_mc_leave(sk, group, {{}, dev.ifindex});
    if (add && sources.size() >= igmp_max_sources) return Errno{ENOBUFS};
    if (add && sources.contains(source)) return Errno{EADDRNOTAVAIL};
    SourceFilter filter{.exclude = exclude, .sources = {}};
    TRY(filter.sources.add_all(sources.all()));
    if (add)
        TRY(filter.sources.add(source));
    else
        filter.sources.remove(source);
    TRY(change_filter(*m, std::move(filter)));
    m->listed = true;
    return {};
}

Result<void> ip_mc_set_filter(inet_sock& sk, be32 group, MulticastInterface on, bool exclude,
                              std::span<const be32> sources) {
    if (!is_multicast(group)) return Errno{EINVAL};
    net_device& dev = *TRY(device_for(group, on));
    if (!exclude && sources.empty()) return ip_mc_leave(sk, group, {{}, dev.ifindex});
    IpMembership* m = membership(sk, group, dev.ifindex);
    if (!m) return Errno{EINVAL};
    SourceFilter filter{.exclude = exclude, .sources = {}};
    TRY(filter.sources.add_all(sources));
    TRY(change_filter(*m, std::move(filter)));
    m->listed = !sources.empty();
    return {};
}

Result<const SourceFilter*> ip_mc_get_filter(inet_sock& sk, be32 group, MulticastInterface on) {
    if (!is_multicast(group)) return Errno{EINVAL};
    net_device& dev = *TRY(device_for(group, on));
    IpMembership* m = membership(sk, group, dev.ifindex);
    if (!m) return Errno{EADDRNOTAVAIL};
    return &m->filter;
}

bool ip_mc_wants(const inet_sock& sk, be32 group, be32 source, int ifindex) {
    const IpMembership* m = membership(sk, group, ifindex);
    return m ? m->filter.passes(source) : sk.multicast_all;
}
