// The way down to a driver: what the device can't do itself is done here (checksums, cutting
// segments); what it has no room for waits in its queue.
#include "net/gso.h"
#include "net/taps.h"
#include "net/timestamping.h"

namespace {

// Hands one frame to the driver, or to the queue when that is busy. Errors: ENOBUFS.
Result<void> transmit(SkbPtr skb, net_device& dev, bool more) {
    if (dev.queue_stopped || !dev.tx_queue.empty()) [[unlikely]] {
        if (dev.tx_queue.count >= dev.tx_queue_len) {
            dev.stats.tx_dropped++;
            return Errno{ENOBUFS};
        }
        dev.tx_queue.push_back(std::move(skb));
        return {};
    }
    sk_buff* raw = skb.release();
    if (dev.ops->start_xmit(*raw, dev, more) == NetdevTx::ok) [[likely]]
        return {};
    dev.queue_stopped = true;
    dev.tx_queue.push_back(SkbPtr(raw));
    return {};
}

Result<void> transmit_segments(SkbPtr skb, net_device& dev) {
    SkbQueue segments;
    TRY(gso_segment(std::move(skb), segments));
    while (SkbPtr segment = segments.pop_front()) {
        if (!(dev.features & netif_f_hw_csum)) skb_checksum_help(*segment);
        TRY(transmit(std::move(segment), dev, !segments.empty()));
    }
    return {};
}

} // namespace

Result<void> dev_queue_xmit(SkbPtr skb) {
    TRACE_STATION(dev, "skb", skb, "length", skb->len());
    net_device& dev = *skb->dev;
    if (!(dev.flags & IFF_UP)) [[unlikely]] {
        dev.stats.tx_dropped++;
        return Errno{ENETDOWN};
    }
    skb_tx_timestamp(*skb);
    if (taps_present()) [[unlikely]]
        tap_outgoing(*skb);
    if (dev.features & netif_f_loopback) return transmit(std::move(skb), dev, false);
    const bool cuts_it = (dev.features & netif_f_tso) && skb->protocol == be16(ETH_P_IP);
    if (skb->gso_size && !cuts_it) return transmit_segments(std::move(skb), dev);
    if (skb->ip_summed == Checksum::partial && !(dev.features & netif_f_hw_csum)) {
        TRY(skb_make_writable(skb));
        skb_checksum_help(*skb);
    }
    return transmit(std::move(skb), dev, false);
}

void netif_wake_queue(net_device& dev) {
    dev.queue_stopped = false;
    while (SkbPtr skb = dev.tx_queue.pop_front()) {
        sk_buff* raw = skb.release();
        if (dev.ops->start_xmit(*raw, dev, !dev.tx_queue.empty()) == NetdevTx::ok) continue;
        dev.queue_stopped = true;
        dev.tx_queue.push_front(SkbPtr(raw));
        return;
    }
}
