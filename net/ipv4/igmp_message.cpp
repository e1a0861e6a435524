// IGMP's messages as they go out: TTL 1 and the router alert option (RFC 3376, section 4).
#include "kernel/base/checksum.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/igmp.h"
#include "net/ipv4/ip_internal.h"

namespace {

constexpr be32 version_3_routers{0xe0000016}; // 224.0.0.22
constexpr u32 ip_header_with_alert = sizeof(iphdr) + 4;
constexpr u32 report_header = 8, record_header = 8;

void send(net_device& dev, SkbPtr skb, be32 destination) {
    const u16 check = checksum_fold(checksum_partial(skb->data, skb->len(), 0));
    memcpy(skb->data + 2, &check, sizeof check);
    skb->set_transport_header();
    static constexpr u8 router_alert[4] = {0x94, 4, 0, 0}; // RFC 2113
    IpSend send{};
    send.source = inet_select_address(dev);
    send.destination = destination;
    send.protocol = IPPROTO_IGMP;
    send.tos = 0xc0;
    send.ttl = 1;
    send.options = router_alert;
    send.options_length = sizeof router_alert;
    const Route route{&dev, send.source, destination, rtn_multicast, dev.mtu};
    static_cast<void>(ip_queue_xmit(std::move(skb), route, send));
}

bool speaks(const net_device& dev) { return (dev.flags & (IFF_UP | IFF_LOOPBACK)) == IFF_UP; }

} // namespace

void igmp_send(net_device& dev, u8 type, be32 group, be32 destination) {
    if (!speaks(dev)) return;
    SkbPtr skb(alloc_skb(8));
    if (!skb) return;
    u8* message = skb->put(8);
    memset(message, 0, 8);
    message[0] = type;
    memcpy(message + 4, &group, sizeof group);
    send(dev, std::move(skb), destination);
}

bool IgmpReport::begin() {
    const u32 size = min<u32>(dev_.mtu, 1500) - ip_header_with_alert;
    skb_ = SkbPtr(alloc_skb(size));
    if (!skb_) return false;
    u8* header = skb_->put(report_header);
    memset(header, 0, report_header);
    header[0] = igmp_v3_report;
    records_ = 0;
    return true;
}

// In bytes, as the link takes them.
u32 IgmpReport::room() const {
    return min<u32>(dev_.mtu, 1500) - ip_header_with_alert - skb_->len();
}

// Section 4.2.16: what doesn't fit goes on in another packet; of lists of excluded sources only
// the first part is said.
void IgmpReport::record(IgmpRecord type, be32 group, std::span<const be32> sources) {
    if (!speaks(dev_)) return;
    const bool excludes = type == IgmpRecord::is_ex || type == IgmpRecord::to_ex;
    do {
        const u32 wanted = record_header + min<u32>(static_cast<u32>(sources.size()), 16) * 4;
        if (skb_ && room() < wanted) flush();
        if (!skb_ && !begin()) return;
        const u32 fit = (room() - record_header) / 4;
        const auto count = static_cast<u16>(min<u32>(static_cast<u32>(sources.size()), fit));
        u8* at = skb_->put(record_header + count * 4u);
        const be16 number(count);
        at[0] = static_cast<u8>(type);
        at[1] = 0;
        memcpy(at + 2, &number, sizeof number);
        memcpy(at + 4, &group, sizeof group);
        if (count) memcpy(at + record_header, sources.data(), count * 4u);
        records_++;
        sources = sources.subspan(count);
    } while (!sources.empty() && !excludes);
}

void IgmpReport::flush() {
    if (!skb_) return;
    const be16 count(records_);
    memcpy(skb_->data + 6, &count, sizeof count);
    send(dev_, std::move(skb_), version_3_routers);
}
