// An sk_buff as the trace shows it: where its pointers and headers stand, and its first bytes.
#include "kernel/base/math.h"
#include "net/skbuff.h"

namespace {

constexpr u32 shown_bytes = 256;

// The outermost header that is there, or the data.
u32 first_byte(const sk_buff& skb) {
    u32 first = skb.headroom();
    for (const u16 header : {skb.mac_header, skb.network_header, skb.transport_header})
        if (header != sk_buff::unset) first = min(first, u32{header});
    return first;
}

} // namespace

void trace_buffer(TraceSlot* station, const sk_buff& skb, u32 payload) {
    if (!(trace_payloads & payload) || !trace_wanted()) return;
    trace_buffer_record shown{};
    shown.id = skb.id;
    shown.data = skb.headroom();
    shown.tail = static_cast<u32>(skb.tail - skb.head);
    shown.end = static_cast<u32>(skb.end - skb.head);
    shown.mac_header = skb.mac_header;
    shown.network_header = skb.network_header;
    shown.transport_header = skb.transport_header;
    shown.protocol = skb.protocol.host();
    shown.bytes_from = first_byte(skb);
    shown.gso_size = skb.gso_size;
    const u32 bytes = min(shown.tail - min(shown.bytes_from, shown.tail), shown_bytes);
    trace_write_payload(station, TRACE_KIND_BUFFER, TraceValues(),
                        {reinterpret_cast<const u8*>(&shown), sizeof shown},
                        {skb.head + shown.bytes_from, bytes});
}
