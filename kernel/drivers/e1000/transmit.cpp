// Sending: a frame becomes a few descriptors, the tail register's write makes the device fetch
// them. QEMU's device has sent everything when that write returns, a real one hasn't: so the driver
// looks at the done bits, at once and again later, and assumes nothing.
#include "kernel/base/checksum.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/drivers/e1000/device.h"

using namespace e1000;

namespace {

// A frame of 64 KiB with its context and its headers.
constexpr u32 slots_per_frame_max = 2 + 65536 / tx_bytes_max + 1;
constexpr u32 slots_to_wake = 2 * slots_per_frame_max;

// Builds the descriptors of one frame; nothing of it is the device's before the doorbell.
class FrameWriter {
  public:
    explicit FrameWriter(TransmitRing& ring) : ring_(ring), first_(ring.next) {}

    void add(const TransmitDescriptor& descriptor) {
        last_ = ring_.next;
        ring_.descriptors[last_] = descriptor;
        ring_.next = next_slot(last_);
    }
    void add_context(TransmitDescriptor& known, const TransmitDescriptor& wanted) {
        if (known.address == wanted.address && known.command == wanted.command &&
            known.status == wanted.status)
            return;
        known = wanted;
        add(wanted);
    }
    void add_data(u64 address, u32 bytes, u32 command, u32 options) {
        while (bytes > 0) {
            const u32 part = min(bytes, tx_bytes_max);
            add({address, part | tx_type_data | tx_extended | tx_insert_fcs | command, options});
            address += part;
            bytes -= part;
        }
    }
    // The last descriptor ends the frame and reports when it is done. It keeps the buffer.
    void finish(sk_buff& skb) {
        ring_.descriptors[last_].command |= tx_end_of_packet | tx_report_status;
        ring_.end_of_frame[first_] = static_cast<u16>(last_);
        ring_.buffers[last_] = &skb;
    }
    u32 first() const { return first_; }

  private:
    TransmitRing& ring_;
    u32 first_;
    u32 last_ = 0;
};

// Section 3.3.6: where to begin to sum, where to put the result, and (0) to sum up to the end.
constexpr u64 checksum_fields(u32 start, u32 place) { return start | place << 8; }

void write_plain(E1000& device, FrameWriter& frame, const sk_buff& skb) {
    u32 options = 0;
    if (skb.ip_summed == Checksum::partial) {
        const u32 start = skb.csum_start - skb.headroom();
        frame.add_context(device.tx.checksum_context,
                          {checksum_fields(start, start + skb.csum_offset) << 32, tx_extended, 0});
        options = tx_insert_transport_checksum;
    }
    frame.add_data(device.io.bus_address(skb.data), skb.len(), 0, options);
}

struct SegmentationHeaders {
    u32 network, transport, bytes; // offsets in the frame; length of all headers
};

SegmentationHeaders headers_of(const sk_buff& skb) {
    const u32 network = skb.network_header - skb.headroom();
    const u32 transport = skb.csum_start - skb.headroom();
    return {network, transport, transport + (skb.data[transport + 12] >> 4) * 4u};
}

bool can_be_segmented(const sk_buff& skb) {
    if (skb.ip_summed != Checksum::partial || skb.network_header == sk_buff::unset) return false;
    if (skb.csum_start < skb.headroom() + ETH_HLEN + 20u) return false;
    if (skb.csum_start - skb.headroom() + 20u > skb.len()) return false;
    const SegmentationHeaders headers = headers_of(skb);
    return headers.bytes <= header_bytes_max && headers.bytes < skb.len();
}

// Section 3.5.7: the device fills in the IP length and checksum itself, and adds each segment's
// length to the pseudo-header's sum, which therefore must not contain one. The frame's bytes may
// be shared with a retransmission queue or a listener: the change is made in a copy.
void write_prototype_headers(u8* to, const sk_buff& skb, const SegmentationHeaders& headers) {
    memcpy(to, skb.data, headers.bytes);
    u8* ip = to + headers.network;
    ip[2] = ip[3] = 0;
    ip[10] = ip[11] = 0;
    const u32 addresses = checksum_partial(ip + 12, 8, 0);
    const u32 protocol = u32{ip[9]} << 8; // 0, protocol as a 16-bit word in memory order
    const u16 sum = static_cast<u16>(~checksum_fold(checksum_add(addresses, protocol)));
    memcpy(to + headers.transport + skb.csum_offset, &sum, sizeof sum);
}

void write_segmented(E1000& device, FrameWriter& frame, const sk_buff& skb) {
    const SegmentationHeaders headers = headers_of(skb);
    const u32 payload = skb.len() - headers.bytes;
    const u64 ip_fields =
        checksum_fields(headers.network, headers.network + 10) | (headers.transport - 1) << 16;
    const u64 tcp_fields = checksum_fields(headers.transport, headers.transport + skb.csum_offset);
    frame.add_context(device.tx.segmentation_context,
                      {ip_fields | tcp_fields << 32,
                       payload | tx_context_tcp | tx_context_ipv4 | tx_segmentation | tx_extended,
                       headers.bytes << 8 | u32{skb.gso_size} << 16});
    u8* prototype = device.tx.header_place(frame.first());
    write_prototype_headers(prototype, skb, headers);
    const u32 options = tx_insert_ip_checksum | tx_insert_transport_checksum;
    frame.add_data(device.io.bus_address(prototype), headers.bytes, tx_segmentation, options);
    frame.add_data(device.io.bus_address(skb.data + headers.bytes), payload, tx_segmentation,
                   options);
}

void ring_doorbell(E1000& device) {
    if (device.tx.doorbell == device.tx.next) return;
    device.tx.doorbell = device.tx.next;
    device.io.write(reg_tdt, device.tx.next);
}

// Frees the frames that are done.
void reap(TransmitRing& ring) {
    while (ring.oldest != ring.next) {
        const u32 last = ring.end_of_frame[ring.oldest];
        const volatile u32& status = ring.descriptors[last].status;
        if (!(status & tx_done)) return;
        ring.oldest = next_slot(last);
        kfree_skb(std::exchange(ring.buffers[last], nullptr));
    }
}

NetdevTx drop(sk_buff& skb, u64& counter) {
    counter++;
    kfree_skb(&skb);
    return NetdevTx::ok;
}

} // namespace

void e1000_clean_tx(E1000& device) {
    reap(device.tx);
    if (device.netdev.queue_stopped && device.tx.free_slots() >= slots_to_wake)
        netif_wake_queue(device.netdev);
}

NetdevTx e1000_xmit_frame(sk_buff& skb, net_device& dev, bool more) {
    TRACE_STATION(dev, "skb", TraceFrame{skb}, "length", skb.len());
    E1000& device = E1000::of(dev);
    if (!dev.carrier) {
        ring_doorbell(device);
        return drop(skb, dev.stats.tx_carrier_errors);
    }
    const bool segmented = skb.gso_size > 0;
    const bool valid = segmented ? can_be_segmented(skb)
                                 : skb.len() >= ETH_HLEN && skb.len() <= dev.mtu + ETH_HLEN + 4;
    if (!valid) {
        ring_doorbell(device);
        return drop(skb, dev.stats.tx_errors);
    }
    if (device.tx.free_slots() < slots_per_frame_max) {
        ring_doorbell(device);
        reap(device.tx);
        if (device.tx.free_slots() < slots_per_frame_max) return NetdevTx::busy;
    }
    FrameWriter frame(device.tx);
    if (segmented)
        write_segmented(device, frame, skb);
    else
        write_plain(device, frame, skb);
    frame.finish(skb);
    dev.stats.tx_packets++;
    dev.stats.tx_bytes += skb.len();
    if (!more) {
        ring_doorbell(device);
        reap(device.tx);
    }
    return NetdevTx::ok;
}
