// Groups of devices: filters put together from the members' (RFC 3376, section 3.2), changes told
// (5.1), queries answered (5.2), older queriers respected (7.2.1).
#include "net/ipv4/igmp.h"
#include "kernel/base/checksum.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ether.h"
#include "net/ipv4/ip_internal.h"

namespace {

using InterfaceList = List<IgmpInterface, &IgmpInterface::node>;
InterfaceList interfaces;

constexpr u64 tenth = ms_to_ns(100);

IgmpGroup* find(const IgmpInterface& interface, be32 address) {
    for (IgmpGroup& group : interface.groups)
        if (group.address == address) return &group;
    return nullptr;
}

IgmpGroup* group_of(const IpMembership& membership) {
    net_device* dev = dev_get_by_index(membership.ifindex);
    IgmpInterface* interface = dev ? igmp_interface(*dev) : nullptr;
    return interface ? find(*interface, membership.group) : nullptr;
}

void set_within(Timer& timer, Nanoseconds span) {
    kernel_timers().set(timer, clock_monotonic() + random_u32() % (span + 1));
}

bool passes(const IgmpGroup& group, be32 source) {
    for (const IpMembership& member : group.members)
        if (member.filter.passes(source)) return true;
    return false;
}

// Section 3.2: all but those that every one excludes; or the union, if nobody excludes.
Result<SourceFilter> merged(IgmpGroup& group) {
    SourceFilter result;
    for (const IpMembership& member : group.members) {
        if (!member.filter.exclude) continue;
        result.exclude = true;
        for (be32 source : member.filter.sources.all())
            if (!passes(group, source)) TRY(result.sources.add(source));
        return result;
    }
    for (const IpMembership& member : group.members)
        TRY(result.sources.add_all(member.filter.sources.all()));
    return result;
}

// --- changes are told ---

void tell_older(IgmpGroup& group) {
    const IgmpInterface& interface = *group.interface;
    const u8 type = interface.version() == 1 ? igmp_v1_report : igmp_v2_report;
    igmp_send(*interface.dev, type, group.address, group.address);
    group.reporter = true;
    // RFC 2236, section 3: repeated, up to 10 s later
    if (group.reports_left > 0 && --group.reports_left > 0) set_within(group, s_to_ns(10));
}

void drop_if_over(IgmpGroup& group) {
    if (group.members.empty() && !group.changes_left && !group.mode_changes_left)
        Box<IgmpGroup>(&group).reset();
}

// Section 5.1: the mode with all sources, if it changed; else the sources that came or went.
void tell_change(IgmpReport& report, IgmpGroup& group) {
    if (group.mode_changes_left) {
        group.mode_changes_left--;
        report.record(group.filter.exclude ? IgmpRecord::to_ex : IgmpRecord::to_in, group.address,
                      group.filter.sources.all());
        return;
    }
    for (const bool allowed : {true, false}) {
        SourceList sources;
        for (be32 source : group.changed.all())
            if (group.filter.passes(source) == allowed && !sources.add(source).ok()) return;
        if (sources.size())
            report.record(allowed ? IgmpRecord::allow : IgmpRecord::block, group.address,
                          sources.all());
    }
    if (--group.changes_left == 0) group.changed = SourceList();
}

void tell_state(IgmpReport& report, IgmpGroup& group) {
    if (group.members.empty() || group.address == igmp_all_hosts) return;
    if (!group.asked.size()) {
        report.record(group.filter.exclude ? IgmpRecord::is_ex : IgmpRecord::is_in, group.address,
                      group.filter.sources.all());
        return;
    }
    SourceList wanted;
    for (be32 source : group.asked.all())
        if (group.filter.passes(source) && !wanted.add(source).ok()) return;
    if (wanted.size()) report.record(IgmpRecord::is_in, group.address, wanted.all());
}

// The interface's timer: what changed, and what a general query asked for.
void interface_timer(Timer& timer) {
    auto& interface = static_cast<IgmpInterface&>(timer);
    if (interface.version() < 3) return;
    IgmpReport report(*interface.dev);
    if (std::exchange(interface.answer_general, false))
        for (IgmpGroup& group : interface.groups) tell_state(report, group);
    bool again = false;
    for (IgmpGroup& group : interface.groups) {
        if (!group.changes_left && !group.mode_changes_left) continue;
        tell_change(report, group);
        again |= group.changes_left || group.mode_changes_left;
        drop_if_over(group);
    }
    if (again) set_within(interface, s_to_ns(1)); // section 8.11
}

// A group's timer: a query about it.
void group_timer(Timer& timer) {
    auto& group = static_cast<IgmpGroup&>(timer);
    if (group.interface->version() < 3) return tell_older(group);
    IgmpReport report(*group.interface->dev);
    tell_state(report, group);
    group.asked = SourceList();
}

Result<IgmpInterface*> need_interface(net_device& dev) {
    if (IgmpInterface* interface = igmp_interface(dev)) return interface;
    Box<IgmpInterface> fresh = TRY(make_box<IgmpInterface>(interface_timer));
    fresh->dev = &dev;
    IgmpInterface* interface = fresh.release();
    interfaces.push_back(*interface);
    return interface;
}

Result<IgmpGroup*> need_group(net_device& dev, be32 address) {
    IgmpInterface& interface = *TRY(need_interface(dev));
    IgmpGroup* group = find(interface, address);
    if (!group) {
        Box<IgmpGroup> fresh = TRY(make_box<IgmpGroup>(group_timer));
        fresh->address = address;
        fresh->interface = &interface;
        group = fresh.release();
        interface.groups.push_front(*group);
    }
    return group;
}

// The members' filters have changed: the group's own follows.
Result<void> update(IgmpGroup& group) {
    SourceFilter next = TRY(merged(group));
    IgmpInterface& interface = *group.interface;
    const bool reported = group.address != igmp_all_hosts && interface.version() == 3 &&
                          !(interface.dev->flags & IFF_LOOPBACK);
    if (reported && next.exclude != group.filter.exclude) {
        group.mode_changes_left = static_cast<u8>(interface.robustness);
    } else if (reported) {
        const u32 before = group.changed.size();
        bool changed = false;
        for (const SourceFilter* one : {&next, &group.filter})
            for (be32 source : one->sources.all()) {
                if (next.passes(source) == group.filter.passes(source)) continue;
                TRY(group.changed.add(source));
                changed = true;
            }
        if (changed || group.changed.size() != before)
            group.changes_left = static_cast<u8>(interface.robustness);
    }
    group.filter.exclude = next.exclude;
    group.filter.sources.swap(next.sources);
    if (group.changes_left || group.mode_changes_left)
        kernel_timers().set(interface, clock_monotonic());
    return {};
}

// --- queries ---

// Section 4.1.1 and 4.1.7: a number, or a small floating one from 128 on.
u32 decode(u8 code) { return code < 128 ? code : ((code & 15u) | 16u) << ((code >> 4 & 7) + 3); }

// Section 7.2.1: what an older querier's presence means, for how long.
void older_querier(IgmpInterface& interface, u8 version) {
    const Nanoseconds until =
        clock_monotonic() + s_to_ns(u64{interface.robustness} * interface.query_interval + 10);
    (version == 1 ? interface.version_1_until : interface.version_2_until) = until;
    kernel_timers().cancel(interface);
    for (IgmpGroup& group : interface.groups) {
        group.changes_left = group.mode_changes_left = 0;
        group.changed = SourceList();
        drop_if_over(group);
    }
}

void ask_group(IgmpGroup& group, std::span<const u8> sources, Nanoseconds within) {
    const bool whole = group.armed() && !group.asked.size(); // all of it is asked for already
    if (sources.empty()) group.asked = SourceList();
    for (usize at = 0; !whole && at + 4 <= sources.size(); at += 4) {
        be32 source;
        memcpy(&source, sources.data() + at, sizeof source);
        if (!group.asked.add(source).ok()) break;
    }
    if (!group.armed() || group.expires() > clock_monotonic() + within) set_within(group, within);
}

void version_3_query(IgmpInterface& interface, const sk_buff& skb, be32 asked) {
    const u32 sources = u32{skb.data[10]} << 8 | skb.data[11];
    if (skb.len() < 12 + 4 * sources) return;
    const Nanoseconds within = max<u32>(decode(skb.data[1]), 1) * tenth;
    if (asked == be32(0)) {
        if (sources) return;
        interface.robustness = skb.data[8] & 7 ? skb.data[8] & 7 : 2;
        interface.query_interval = skb.data[9] ? decode(skb.data[9]) : 125;
        interface.answer_general = true;
        if (!interface.armed()) set_within(interface, within);
        return;
    }
    IgmpGroup* group = find(interface, asked);
    if (group && asked != igmp_all_hosts)
        ask_group(*group, {skb.data + 12, 4 * usize{sources}}, within);
}

void query(const sk_buff& skb, be32 asked) {
    auto made = need_interface(*skb.dev);
    if (!made.ok()) return;
    IgmpInterface& interface = **made;
    const u8 code = skb.data[1];
    if (skb.len() == 8) older_querier(interface, code ? 2 : 1);
    if (skb.len() != 8 && skb.len() < 12) return;
    const u8 version = interface.version();
    if (version == 3) return version_3_query(interface, skb, asked);
    if (version == 1 || code == 0) asked = be32(0);
    const Nanoseconds within = (version == 1 || code == 0 ? 100 : u64{code}) * tenth;
    for (IgmpGroup& group : interface.groups) {
        if (group.address == igmp_all_hosts || group.members.empty()) continue;
        if (asked == be32(0) || asked == group.address) ask_group(group, {}, within);
    }
}

void igmp_rcv(SkbPtr skb) {
    if (skb->len() < 8 || checksum_fold(checksum_partial(skb->data, skb->len(), 0)) != 0) return;
    be32 asked;
    memcpy(&asked, skb->data + 4, sizeof asked);
    const u8 type = skb->data[0];
    if (type == igmp_query) return query(*skb, asked);
    if ((type != igmp_v1_report && type != igmp_v2_report) || skb->looped_back) return;
    IgmpInterface* interface = igmp_interface(*skb->dev);
    IgmpGroup* group = interface && interface->version() < 3 ? find(*interface, asked) : nullptr;
    if (!group || group->reports_left) return;
    group->reporter = false; // somebody else has said it
    kernel_timers().cancel(*group);
}
const net_protocol igmp_protocol{.handler = igmp_rcv, .error = nullptr};

void device_changed(net_device& dev, NetdevEvent event) {
    IgmpInterface* interface = igmp_interface(dev);
    if (event != NetdevEvent::unregister || !interface) return;
    for (IgmpGroup& group : interface->groups) {
        while (group.members.pop_front()) {
        }
        Box<IgmpGroup>(&group).reset();
    }
    Box<IgmpInterface>(interface).reset();
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

void link_address(const IgmpGroup& group, u8* address) { ip_eth_mc_map(group.address, address); }

} // namespace

u8 IgmpInterface::version() const {
    const Nanoseconds now = clock_monotonic();
    if (now < version_1_until) return 1;
    return now < version_2_until ? 2 : 3;
}

IgmpInterface* igmp_interface(const net_device& dev) {
    for (IgmpInterface& interface : interfaces)
        if (interface.dev == &dev) return &interface;
    return nullptr;
}

void igmp_init() {
    static_cast<void>(inet_add_protocol(igmp_protocol, IPPROTO_IGMP));
    register_netdevice_notifier(notifier);
}

Result<void> igmp_enter(net_device& dev, IpMembership& membership) {
    IgmpGroup& group = *TRY(need_group(dev, membership.group));
    u8 link[ETH_ALEN];
    link_address(group, link);
    const bool first = group.members.empty();
    if (first) TRY(dev_mc_add(dev, link));
    group.members.push_back(membership);
    if (auto updated = update(group); !updated.ok()) {
        MembershipList::remove(membership);
        if (first) dev_mc_del(dev, link);
        drop_if_over(group);
        return updated.error();
    }
    if (first && group.interface->version() < 3 && group.address != igmp_all_hosts) {
        group.reports_left = 2;
        tell_older(group);
    }
    return {};
}

Result<void> igmp_filter_changed(IpMembership& membership) {
    IgmpGroup* group = group_of(membership);
    if (!group) return {};
    return update(*group);
}

void igmp_leave(IpMembership& membership) {
    IgmpGroup* group = group_of(membership);
    if (!group) return; // its device has gone
    MembershipList::remove(membership);
    // Without memory for the new filter the old one stays: too much comes in, and nothing is lost.
    static_cast<void>(update(*group));
    if (!group->members.empty()) return;
    u8 link[ETH_ALEN];
    link_address(*group, link);
    dev_mc_del(*group->interface->dev, link);
    kernel_timers().cancel(*group);
    const IgmpInterface& interface = *group->interface;
    if (interface.version() == 2 && group->reporter && group->address != igmp_all_hosts)
        igmp_send(*interface.dev, igmp_leave_group, group->address, igmp_all_routers);
    drop_if_over(*group);
}

bool ip_group_joined(const net_device& dev, be32 group, be32 source) {
    if (group == igmp_all_hosts) return true;
    const IgmpInterface* interface = igmp_interface(dev);
    const IgmpGroup* joined = interface ? find(*interface, group) : nullptr;
    return joined && passes(*joined, source);
}
