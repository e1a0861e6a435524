// /proc/net (proc_pid_net(5)): devices, routes, neighbours, sockets, counters, with Linux's
// headings and columns, because programs read them.
#include "net/proc_net.h"
#include "net/arp.h"
#include "net/ipv4/icmp.h"
#include "net/ipv4/igmp.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/raw.h"
#include "net/ipv4/route.h"
#include "net/ipv4/udp.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/raw6.h"
#include "net/ipv6/route6.h"
#include "net/ipv6/udp6.h"
#include "net/netlink/netlink.h"
#include "net/unix/unix_sock.h"
#include <initializer_list>

namespace {

using Count = unsigned long long;

void dev_show(TextBuffer& out, u64) {
    out.print("Inter-|   Receive                                                |  Transmit\n"
              " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets "
              "errs drop fifo colls carrier compressed\n");
    for (net_device& dev : net_devices()) {
        if (dev.ops->update_stats) dev.ops->update_stats(dev);
        const net_device_stats& s = dev.stats;
        out.print(
            "%6s: %7llu %7llu %4llu %4llu %4llu %5llu %10u %9llu %8llu %7llu %4llu %4llu %4llu "
            "%5llu %7llu %10u\n",
            dev.name, Count{s.rx_bytes}, Count{s.rx_packets}, Count{s.rx_errors},
            Count{s.rx_dropped}, Count{s.rx_fifo_errors}, Count{s.rx_frame_errors}, 0u,
            Count{s.rx_multicast}, Count{s.tx_bytes}, Count{s.tx_packets}, Count{s.tx_errors},
            Count{s.tx_dropped}, Count{s.tx_fifo_errors}, Count{s.collisions},
            Count{s.tx_carrier_errors}, 0u);
    }
}

void ip_lines(TextBuffer& out) {
    const IpMib& m = ip_mib;
    out.print("Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams "
              "InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes "
              "ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates\n");
    out.print("Ip: %u %u", ip_knobs.ip_forward ? 1 : 2, ip_knobs.ip_default_ttl);
    for (u64 count :
         {m.InReceives, m.InHdrErrors, m.InAddrErrors, m.ForwDatagrams, m.InUnknownProtos,
          m.InDiscards, m.InDelivers, m.OutRequests, m.OutDiscards, m.OutNoRoutes, m.ReasmTimeout,
          m.ReasmReqds, m.ReasmOKs, m.ReasmFails, m.FragOKs, m.FragFails, m.FragCreates})
        out.print(" %llu", Count{count});
    out.print("\n");
}

void icmp_lines(TextBuffer& out) {
    const IcmpMib& m = icmp_mib;
    out.print("Icmp: InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InEchos "
              "InEchoReps InTimestamps OutMsgs OutErrors OutRateLimitHost OutDestUnreachs "
              "OutTimeExcds OutParmProbs OutEchoReps OutTimestampReps\nIcmp:");
    for (u64 count :
         {m.InMsgs, m.InErrors, m.InCsumErrors, m.InDestUnreachs, m.InTimeExcds, m.InParmProbs,
          m.InEchos, m.InEchoReps, m.InTimestamps, m.OutMsgs, m.OutErrors, m.OutRateLimited,
          m.OutDestUnreachs, m.OutTimeExcds, m.OutParmProbs, m.OutEchoReps, m.OutTimestampReps})
        out.print(" %llu", Count{count});
    out.print("\n");
}

void udp_lines(TextBuffer& out) {
    const UdpMib& m = udp_mib;
    out.print("Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors "
              "InCsumErrors\nUdp:");
    for (u64 count : {m.InDatagrams, m.NoPorts, m.InErrors, m.OutDatagrams, m.RcvbufErrors,
                      m.SndbufErrors, m.InCsumErrors})
        out.print(" %llu", Count{count});
    out.print("\n");
}

// What another protocol adds to a shared file (TCP).
void (*snmp_addition)(TextBuffer&);
void (*sockstat_addition)(TextBuffer&);

void snmp_show(TextBuffer& out, u64) {
    ip_lines(out);
    icmp_lines(out);
    if (snmp_addition) snmp_addition(out);
    udp_lines(out);
}

void sockstat_show(TextBuffer& out, u64) {
    if (sockstat_addition) sockstat_addition(out);
    out.print("UDP: inuse %u mem 0\n", udp_sockets());
    out.print("RAW: inuse %u\n", raw_sockets());
    out.print("FRAG: inuse %u memory %u\n", ip_fragment_queues(), ip_fragment_memory());
}

// A line a counter (Linux's net/ipv6/proc.c: snmp6_seq_show).
void snmp6_show(TextBuffer& out, u64) {
    const Ip6Mib& ip = ip6_mib;
    const Icmp6Mib& icmp = icmp6_mib;
    const struct {
        const char* name;
        u64 count;
    } lines[] = {
        {"Ip6InReceives", ip.InReceives},
        {"Ip6InHdrErrors", ip.InHdrErrors},
        {"Ip6InTooBigErrors", ip.InTooBigErrors},
        {"Ip6InNoRoutes", ip.InNoRoutes},
        {"Ip6InAddrErrors", ip.InAddrErrors},
        {"Ip6InUnknownProtos", ip.InUnknownProtos},
        {"Ip6InTruncatedPkts", ip.InTruncatedPkts},
        {"Ip6InDiscards", ip.InDiscards},
        {"Ip6InDelivers", ip.InDelivers},
        {"Ip6OutForwDatagrams", ip.OutForwDatagrams},
        {"Ip6OutRequests", ip.OutRequests},
        {"Ip6OutDiscards", ip.OutDiscards},
        {"Ip6OutNoRoutes", ip.OutNoRoutes},
        {"Ip6ReasmTimeout", ip.ReasmTimeout},
        {"Ip6ReasmReqds", ip.ReasmReqds},
        {"Ip6ReasmOKs", ip.ReasmOKs},
        {"Ip6ReasmFails", ip.ReasmFails},
        {"Ip6FragOKs", ip.FragOKs},
        {"Ip6FragFails", ip.FragFails},
        {"Ip6FragCreates", ip.FragCreates},
        {"Ip6InMcastPkts", ip.InMcastPkts},
        {"Ip6OutMcastPkts", ip.OutMcastPkts},
        {"Icmp6InMsgs", icmp.InMsgs},
        {"Icmp6InErrors", icmp.InErrors},
        {"Icmp6OutMsgs", icmp.OutMsgs},
        {"Icmp6InCsumErrors", icmp.InCsumErrors},
        {"Icmp6InDestUnreachs", icmp.InDestUnreachs},
        {"Icmp6InPktTooBigs", icmp.InPktTooBigs},
        {"Icmp6InTimeExcds", icmp.InTimeExcds},
        {"Icmp6InParmProblems", icmp.InParmProblems},
        {"Icmp6InEchos", icmp.InEchos},
        {"Icmp6InEchoReplies", icmp.InEchoReplies},
        {"Icmp6InRouterAdvertisements", icmp.InRouterAdvertisements},
        {"Icmp6InNeighborSolicits", icmp.InNeighborSolicits},
        {"Icmp6InNeighborAdvertisements", icmp.InNeighborAdvertisements},
        {"Icmp6InRedirects", icmp.InRedirects},
        {"Icmp6OutEchoReplies", icmp.OutEchoReplies},
        {"Icmp6OutRateLimitHost", icmp.OutRateLimited},
    };
    for (const auto& line : lines) out.print("%-32s\t%llu\n", line.name, Count{line.count});
}

template <void (*Show)(TextBuffer&)>
void plain(TextBuffer& out, u64) {
    Show(out);
}

constexpr ProcNetFile files[] = {
    {"net/dev", dev_show},
    {"net/route", plain<route_show>},
    {"net/arp", plain<arp_show>},
    {"net/udp", plain<udp4_seq_show>},
    {"net/raw", plain<raw_seq_show>},
    {"net/igmp", plain<igmp_seq_show>},
    {"net/mcfilter", plain<mcfilter_seq_show>},
    {"net/netlink", plain<netlink_seq_show>},
    {"net/snmp", snmp_show},
    {"net/sockstat", sockstat_show},
};

constexpr ProcNetFile files6[] = {
    {"net/if_inet6", plain<if6_seq_show>},
    {"net/ipv6_route", plain<ipv6_route_show>},
    {"net/udp6", plain<udp6_seq_show>},
    {"net/raw6", plain<raw6_seq_show>},
    {"net/snmp6", snmp6_show},
};

constexpr NetKnob knobs[] = {
    {"sys/net/unix/max_dgram_qlen", &unix_max_dgram_qlen, 0, 0x7fffffff},
    {"sys/net/ipv4/ip_forward", &ip_knobs.ip_forward, 0, 1},
    {"sys/net/ipv4/conf/all/forwarding", &ip_knobs.ip_forward, 0, 1},
    {"sys/net/ipv4/conf/all/send_redirects", &ip_knobs.send_redirects, 0, 1},
    {"sys/net/ipv4/ip_default_ttl", &ip_knobs.ip_default_ttl, 1, 255},
    {"sys/net/ipv4/icmp_echo_ignore_all", &ip_knobs.icmp_echo_ignore_all, 0, 1},
    {"sys/net/ipv4/icmp_echo_ignore_broadcasts", &ip_knobs.icmp_echo_ignore_broadcasts, 0, 1},
};

constexpr NetKnob knobs6[] = {
    {"sys/net/ipv6/conf/all/forwarding", &ip6_knobs.forwarding, 0, 1, addrconf_forwarding_changed},
};

} // namespace

std::span<const ProcNetFile> proc_net_files() { return files; }
std::span<const ProcNetFile> proc_net6_files() {
    return ipv6_enabled ? std::span<const ProcNetFile>(files6) : std::span<const ProcNetFile>();
}
std::span<const NetKnob> net_knobs() { return knobs; }
std::span<const NetKnob> net_knobs6() {
    return ipv6_enabled ? std::span<const NetKnob>(knobs6) : std::span<const NetKnob>();
}

void proc_net_add(void (*snmp)(TextBuffer&), void (*sockstat)(TextBuffer&)) {
    snmp_addition = snmp;
    sockstat_addition = sockstat;
}

Result<void> net_knob_store(const NetKnob& knob, std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
    if (text.empty()) return Errno{EINVAL};
    u64 number = 0;
    for (char digit : text) {
        if (digit < '0' || digit > '9') return Errno{EINVAL};
        number = number * 10 + static_cast<u64>(digit - '0');
        if (number > knob.high) return Errno{EINVAL};
    }
    if (number < knob.low) return Errno{EINVAL};
    const u32 before = std::exchange(*knob.value, static_cast<u32>(number));
    if (knob.changed && before != number) knob.changed();
    return {};
}
