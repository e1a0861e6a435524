// lo: what we send to ourselves. Frames wait in a queue until net_drain(), so that a socket is
// never entered from its own output.
#include "kernel/base/string.h"
#include "net/ether.h"

namespace {

SkbQueue waiting;
bool draining = false;

// One drain delivers at most this many, so that two ends of a connection that keep answering each
// other inside the kernel can't keep the processor.
constexpr u32 drain_budget = 1024;

NetdevTx loopback_xmit(sk_buff& skb, net_device& dev, bool) {
    TRACE_STATION(dev, "skb", TraceFrame{skb});
    skb_orphan(skb);
    skb.gso_size = 0;
    if (skb.ip_summed == Checksum::partial) skb.ip_summed = Checksum::unnecessary;
    dev.stats.tx_packets++;
    dev.stats.tx_bytes += skb.len();
    waiting.push_back(SkbPtr(&skb));
    return NetdevTx::ok;
}

Result<void> loopback_change_mtu(net_device& dev, u32 mtu) {
    if (mtu == 0) return Errno{EINVAL};
    dev.mtu = mtu;
    return {};
}

const net_device_ops loopback_ops = {
    .open = nullptr,
    .stop = nullptr,
    .start_xmit = loopback_xmit,
    .set_rx_mode = nullptr,
    .set_mac_address = nullptr,
    .change_mtu = loopback_change_mtu,
    .poll = nullptr,
    .arm_interrupt = nullptr,
    .update_stats = nullptr,
};

} // namespace

net_device loopback_dev;

void loopback_init() {
    net_device& dev = loopback_dev;
    copy_string(dev.name, sizeof dev.name, "lo");
    dev.flags = IFF_LOOPBACK;
    dev.mtu = 65536;
    dev.type = ARPHRD_LOOPBACK;
    dev.features = netif_f_hw_csum | netif_f_tso | netif_f_loopback;
    dev.carrier = true;
    dev.ops = &loopback_ops;
    memset(dev.broadcast, 0, ETH_ALEN);
    static_cast<void>(register_netdev(dev)); // the first device: its name is free
}

// An Ethernet header with the addresses lo has (none) lets the copy take the ordinary way up.
void loopback_copy(SkbPtr skb, u16 ether_type) {
    skb_orphan(*skb);
    if (!skb_make_writable(skb, ETH_HLEN).ok()) return;
    if (skb->ip_summed == Checksum::partial) skb->ip_summed = Checksum::unnecessary;
    skb->looped_back = true;
    eth_header(*skb, *skb->dev, ether_type, skb->dev->dev_addr);
    waiting.push_back(std::move(skb));
}

bool net_drain() {
    if (waiting.empty() || draining) return false;
    TraceContext arrived(TRACE_CONTEXT_WORK); // for whoever it is, in the sender's time
    TRACE_STATION(dev, "frames", waiting.count);
    draining = true;
    for (u32 i = 0; i < drain_budget && !waiting.empty(); i++) {
        SkbPtr skb = waiting.pop_front();
        net_device& dev = *skb->dev;
        if (!skb->looped_back) {
            dev.stats.rx_packets++;
            dev.stats.rx_bytes += skb->len();
        }
        netif_receive_skb(std::move(skb));
    }
    draining = false;
    return true;
}

bool net_poll() {
    bool any = net_drain();
    for (net_device& dev : net_devices())
        if ((dev.flags & IFF_UP) && dev.ops->poll && dev.ops->poll(dev, 64) > 0) any = true;
    if (net_drain()) any = true;
    return any;
}

bool net_arm_interrupts() {
    bool work = net_drain();
    for (net_device& dev : net_devices())
        if ((dev.flags & IFF_UP) && dev.ops->arm_interrupt && dev.ops->arm_interrupt(dev))
            work = true;
    return work;
}
