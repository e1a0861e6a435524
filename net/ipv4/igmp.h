// The groups that a device is in, made of its sockets' memberships, and what IGMP says about them
// to the routers: version 3 (RFC 3376), or 2 (RFC 2236) or 1 (RFC 1112) where a querier speaks
// that.
#pragma once

#include "kernel/base/timer.h"
#include "net/ipv4/multicast.h"

// A membership begins, has a new filter, ends. Errors: ENOMEM, ENOBUFS.
Result<void> igmp_enter(net_device& dev, IpMembership& membership);
Result<void> igmp_filter_changed(IpMembership& membership);
void igmp_leave(IpMembership& membership);
// Does any socket of ours want the group on this device, from this source?
bool ip_group_joined(const net_device& dev, be32 group, be32 source);

// The files /proc/net/igmp and /proc/net/mcfilter.
class TextBuffer;
void igmp_seq_show(TextBuffer& out);
void mcfilter_seq_show(TextBuffer& out);

// What follows is igmp*.cpp's own.

struct IgmpGroup : Timer {
    using Timer::Timer;
    ListNode node;
    be32 address{};
    struct IgmpInterface* interface = nullptr;
    MembershipList members;
    SourceFilter filter;      // of all members together
    SourceList asked;         // sources that a query named; answered when the timer goes off
    SourceList changed;       // since the reports about them, and how many are still to come:
    u8 changes_left = 0;      // for the sources,
    u8 mode_changes_left = 0; // for the mode
    u8 reports_left = 0;      // versions 1 and 2: unsolicited ones
    bool reporter = false;    // version 2: ours was the last report
};
using IgmpGroupList = List<IgmpGroup, &IgmpGroup::node>;

struct IgmpInterface : Timer {
    using Timer::Timer;
    ListNode node;
    net_device* dev = nullptr;
    IgmpGroupList groups;
    Nanoseconds version_1_until = 0, version_2_until = 0; // an older querier is about
    u32 robustness = 2, query_interval = 125;             // seconds; as queriers say
    bool answer_general = false;                          // the timer also answers a query

    u8 version() const;
};

// Null when nothing has been joined or asked there.
IgmpInterface* igmp_interface(const net_device& dev);

constexpr u8 igmp_query = 0x11, igmp_v1_report = 0x12, igmp_v2_report = 0x16,
             igmp_leave_group = 0x17, igmp_v3_report = 0x22;
constexpr be32 igmp_all_hosts{0xe0000001}, igmp_all_routers{0xe0000002};

enum class IgmpRecord : u8 { is_in = 1, is_ex, to_in, to_ex, allow, block };

// Messages of versions 1 and 2: eight bytes.
void igmp_send(net_device& dev, u8 type, be32 group, be32 destination);

// A report of version 3, packet after packet as records fill them; sent when it goes out of scope.
class IgmpReport {
  public:
    explicit IgmpReport(net_device& dev) : dev_(dev) {}
    ~IgmpReport() { flush(); }
    void record(IgmpRecord type, be32 group, std::span<const be32> sources);

  private:
    bool begin();
    void flush();
    u32 room() const;

    net_device& dev_;
    SkbPtr skb_;
    u16 records_ = 0;
};
