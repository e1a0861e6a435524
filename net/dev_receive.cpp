// The way up from a driver: netif_receive_skb and the table of those who understand a frame.
#include "kernel/base/string.h"
#include "net/ether.h"
#include "net/taps.h"

u32 tap_count = 0;

namespace {

using PacketTypes = List<packet_type, &packet_type::node>;
PacketTypes handlers[16]; // by the low bits of the Ethernet type
PacketTypes taps;
bool timestamps_wanted = false;

PacketTypes& handlers_of(u16 type) { return handlers[(type ^ (type >> 8)) & 15]; }

void tap(const sk_buff& skb, net_device& dev) {
    for (packet_type& handler : taps) {
        if (handler.dev && handler.dev != &dev) continue;
        SkbPtr copy(skb_clone(skb));
        if (copy) handler.func(std::move(copy), dev, handler);
    }
}

} // namespace

void dev_add_pack(packet_type& handler) {
    if (handler.type == ETH_P_ALL) {
        tap_count++;
        taps.push_back(handler);
    } else {
        handlers_of(handler.type).push_back(handler);
    }
}

void dev_remove_pack(packet_type& handler) {
    if (!handler.node.linked()) return;
    PacketTypes::remove(handler);
    if (handler.type == ETH_P_ALL) tap_count--;
}

void net_enable_timestamps() { timestamps_wanted = true; }

void tap_outgoing(const sk_buff& skb) {
    SkbPtr copy(skb_clone(skb));
    if (!copy) return;
    if (timestamps_wanted) copy->timestamp = clock_realtime();
    copy->set_mac_header();
    copy->packet_type = PacketType::outgoing;
    net_device& dev = *copy->dev;
    copy->pull(dev.hard_header_len);
    for (packet_type& handler : taps) {
        if (handler.ignore_outgoing || (handler.dev && handler.dev != &dev)) continue;
        if (handler.owner && handler.owner == skb.sk) continue;
        if (SkbPtr clone{skb_clone(*copy)}) handler.func(std::move(clone), dev, handler);
    }
}

void netif_receive_skb(SkbPtr skb) {
    TRACE_STATION(dev, "skb", TraceFrame{*skb}, "length", skb->len());
    net_device& dev = *skb->dev;
    if (skb->len() < dev.hard_header_len) [[unlikely]] {
        dev.stats.rx_errors++;
        return;
    }
    const u16 type = eth_type_trans(*skb, dev);
    // What the sender's layers noted, on loopback, is not this side's yet.
    skb->network_header = skb->transport_header = sk_buff::unset;
    if (timestamps_wanted && skb->timestamp == 0) skb->timestamp = clock_realtime();
    if (taps_present()) [[unlikely]]
        tap(*skb, dev);
    // All but the last to take it get a clone.
    packet_type* last = nullptr;
    for (packet_type& handler : handlers_of(type)) {
        if (handler.type != type || (handler.dev && handler.dev != &dev)) continue;
        if (last)
            if (SkbPtr copy{skb_clone(*skb)}) last->func(std::move(copy), dev, *last);
        last = &handler;
    }
    if (last) return last->func(std::move(skb), dev, *last);
    dev.stats.rx_dropped++;
}
