// /proc/net/igmp and /proc/net/mcfilter, as Linux writes them. The group of all hosts is in no
// list of ours: every device is in it.
#include "kernel/base/text_buffer.h"
#include "net/ipv4/igmp.h"
#include "net/ipv4/ip_internal.h"

namespace {

void group_line(TextBuffer& out, be32 group, u32 users, u64 hundredths, bool armed, bool reporter) {
    out.print("\t\t\t\t%08X %5u %u:%08llX\t\t%u\n", group.raw, users, armed ? 1u : 0u,
              static_cast<unsigned long long>(hundredths), reporter ? 1u : 0u);
}

u32 members_of(const IgmpGroup& group) {
    u32 count = 0;
    for ([[maybe_unused]] const IpMembership& member : group.members) count++;
    return count;
}

void group_show(TextBuffer& out, const IgmpGroup& group) {
    const u32 users = members_of(group);
    if (!users) return; // gone, but for its last report
    const Nanoseconds now = clock_monotonic();
    const bool armed = group.armed() && group.expires() > now;
    group_line(out, group.address, users, armed ? (group.expires() - now) / ms_to_ns(10) : 0, armed,
               group.reporter);
}

void source_lines(TextBuffer& out, const net_device& dev, const IgmpGroup& group) {
    SourceList shown;
    for (const IpMembership& named : group.members)
        for (be32 source : named.filter.sources.all()) {
            if (shown.contains(source) || !shown.add(source).ok()) continue;
            u32 counts[2] = {};
            for (const IpMembership& member : group.members)
                if (member.filter.sources.contains(source)) counts[member.filter.exclude]++;
            out.print("%3d %6.6s 0x%08x 0x%08x %6u %6u\n", dev.ifindex, dev.name,
                      group.address.host(), source.host(), counts[0], counts[1]);
        }
}

} // namespace

void igmp_seq_show(TextBuffer& out) {
    out.print("Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n");
    for (net_device& dev : net_devices()) {
        if (!in_device(dev) || !(dev.flags & IFF_UP)) continue;
        const IgmpInterface* interface = igmp_interface(dev);
        u32 count = 1;
        if (interface)
            for (const IgmpGroup& group : interface->groups) count += !group.members.empty();
        out.print("%d\t%-10s: %5u      V%u\n", dev.ifindex, dev.name, count,
                  interface ? u32{interface->version()} : 3u);
        if (interface)
            for (const IgmpGroup& group : interface->groups) group_show(out, group);
        group_line(out, igmp_all_hosts, 1, 0, false, false);
    }
}

void mcfilter_seq_show(TextBuffer& out) {
    out.print("%3s %6s %10s %10s %6s %6s\n", "Idx", "Device", "MCA", "SRC", "INC", "EXC");
    for (net_device& dev : net_devices())
        if (const IgmpInterface* interface = igmp_interface(dev))
            for (const IgmpGroup& group : interface->groups) source_lines(out, dev, group);
}
