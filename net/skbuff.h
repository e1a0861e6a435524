// sk_buff: a frame on its way through the stack. One linear buffer; each layer pushes its header in
// front of the data on the way down and pulls it off on the way up.
//
//        head          data                  tail            end
//          |  headroom   |  headers, payload   |  tailroom    |
//
// Which header positions are valid:
//   on the way down  tcp/udp/icmp set transport_header, ip_queue_xmit sets network_header (valid
//   from LOCAL_OUT on; data stands
//                    at the IP header), dev_queue_xmit's ether layer sets mac_header;
//   on the way up    the driver hands data = Ethernet header; netif_receive_skb sets mac_header and
//   pulls it; ip_rcv sets
//                    network_header (PRE_ROUTING: transport_header not yet valid), ip_local_deliver
//                    sets transport_header (valid from LOCAL_IN on; data stands at the transport
//                    header).
// The accessors assert it.
#pragma once

#include "kernel/base/endian.h"
#include "net/services.h"

struct net_device;
struct sock;

// The bytes; shared by clones, freed with the last.
struct SkbData {
    u32 references;
    u32 capacity;
    u8* bytes() { return reinterpret_cast<u8*>(this + 1); }
};

enum class Checksum : u8 {
    none,        // received, not looked at yet; or: to be sent as it is
    unnecessary, // received and known to be good (loopback)
    partial, // to be completed by the device from csum_start on, the pseudo-header's sum being in
             // place
};

enum class PacketType : u8 { host, broadcast, multicast, other_host, outgoing };

struct sk_buff {
    static constexpr u16 unset = 0xffff;

    ListNode node;
    SkbData* shared = nullptr;
    u8* head = nullptr;
    u8* data = nullptr;
    u8* tail = nullptr;
    u8* end = nullptr;
    u16 mac_header = unset; // offsets from head
    u16 network_header = unset;
    u16 transport_header = unset;
    be16 protocol{}; // Ethernet type of what data holds
    net_device* dev = nullptr;
    sock* sk = nullptr;                     // whose it is while destructor is set
    void (*destructor)(sk_buff&) = nullptr; // gives the owner its buffer space back
    Nanoseconds timestamp = 0;              // realtime at reception, 0 when not taken
    u64 id = 0;                             // for the trace: stays through clones
    u32 truesize = 0;                       // memory it stands for, with its record
    u32 priority = 0;
    u32 mark = 0;
    Checksum ip_summed = Checksum::none;
    bool looped_back = false; // a copy for ourselves of a multicast or broadcast that we sent
    PacketType packet_type = PacketType::host;
    u16 csum_start = 0;        // partial: offset from head where summing begins,
    u16 csum_offset = 0;       // and from there to the checksum field
    u16 gso_size = 0;          // > 0: a TCP segment to be cut into pieces of this payload
    be32 next_hop{};           // IPv4: whom to ask ARP for
    alignas(8) u8 cb[64] = {}; // the layer that holds it keeps its own record here

    u32 len() const { return static_cast<u32>(tail - data); }
    u32 headroom() const { return static_cast<u32>(data - head); }
    u32 tailroom() const { return static_cast<u32>(end - tail); }

    // The room between head and data, before anything is in the buffer.
    void reserve(u32 bytes) {
        data += bytes;
        tail += bytes;
    }
    // Lengthens the data at its end / its beginning; returns where the new bytes begin.
    u8* put(u32 bytes) {
        ASSERT(bytes <= tailroom());
        u8* at = tail;
        tail += bytes;
        return at;
    }
    u8* push(u32 bytes) {
        ASSERT(bytes <= headroom());
        return data -= bytes;
    }
    // Takes bytes off the beginning; cuts the data to a length.
    u8* pull(u32 bytes) {
        ASSERT(bytes <= len());
        return data += bytes;
    }
    void trim(u32 length) {
        if (length < len()) tail = data + length;
    }

    void set_mac_header() { mac_header = static_cast<u16>(data - head); }
    void set_network_header() { network_header = static_cast<u16>(data - head); }
    void set_transport_header() { transport_header = static_cast<u16>(data - head); }
    u8* mac() const {
        ASSERT(mac_header != unset);
        return head + mac_header;
    }
    u8* network() const {
        ASSERT(network_header != unset);
        return head + network_header;
    }
    u8* transport() const {
        ASSERT(transport_header != unset);
        return head + transport_header;
    }
    template <class T>
    T& control() {
        static_assert(sizeof(T) <= sizeof cb);
        return *reinterpret_cast<T*>(cb);
    }
    template <class T>
    const T& control() const {
        static_assert(sizeof(T) <= sizeof cb);
        return *reinterpret_cast<const T*>(cb);
    }
    // True when other clones share the bytes, so that they must not be written.
    bool cloned() const { return shared->references > 1; }
};

// In the trace a buffer is its serial number, and can be shown as it is (docs/trace.md): if
// `payload` (trace_payload_*) is switched on.
void trace_buffer(TraceSlot* station, const sk_buff& skb, u32 payload = trace_payload_buffers);
template <>
struct TraceField<sk_buff> {
    static constexpr u8 type = TRACE_TYPE_SKB;
    static u64 value(const sk_buff& skb) { return skb.id; }
    static void snapshot(TraceSlot* station, const sk_buff& skb) { trace_buffer(station, skb); }
};
// A frame as it goes to the wire or comes from it.
struct TraceFrame {
    const sk_buff& skb;
};
template <>
struct TraceField<TraceFrame> {
    static constexpr u8 type = TRACE_TYPE_SKB;
    static u64 value(const TraceFrame& frame) { return frame.skb.id; }
    static void snapshot(TraceSlot* station, const TraceFrame& frame) {
        trace_buffer(station, frame.skb, trace_payload_frames | trace_payload_buffers);
    }
};

using SkbQueueList = List<sk_buff, &sk_buff::node>;

// Room for every header that is ever pushed: Ethernet 14 (+2), IPv4 60, TCP 60, rounded up.
constexpr u32 max_header = 160;

// A buffer with `headroom` reserved and room for `size` bytes; null when there is no memory.
sk_buff* alloc_skb(u32 size, u32 headroom = max_header);
void kfree_skb(sk_buff* skb);
// A second record of the same bytes. Null when there is no memory.
sk_buff* skb_clone(const sk_buff& skb);
// A copy with bytes of its own (and at least the same headroom). Null when there is no memory.
sk_buff* skb_copy(const sk_buff& skb, u32 headroom = 0);
// Lets go of the socket that the buffer counts against.
inline void skb_orphan(sk_buff& skb) {
    if (auto destructor = std::exchange(skb.destructor, nullptr)) destructor(skb);
    skb.sk = nullptr;
}

// Gives a program bytes of the data; returns how many, fewer at a bad address.
usize skb_copy_datagram_iter(const sk_buff& skb, u32 offset, IovIter& to, usize bytes);

// One owner of a buffer.
class SkbPtr {
  public:
    SkbPtr() = default;
    explicit SkbPtr(sk_buff* skb) : skb_(skb) {}
    SkbPtr(SkbPtr&& other) : skb_(other.release()) {}
    SkbPtr& operator=(SkbPtr&& other) {
        if (this != &other) {
            reset();
            skb_ = other.release();
        }
        return *this;
    }
    ~SkbPtr() { reset(); }
    sk_buff* get() const { return skb_; }
    sk_buff* operator->() const { return skb_; }
    sk_buff& operator*() const { return *skb_; }
    explicit operator bool() const { return skb_ != nullptr; }
    sk_buff* release() { return std::exchange(skb_, nullptr); }
    void reset() {
        if (sk_buff* old = release()) kfree_skb(old);
    }

  private:
    sk_buff* skb_ = nullptr;
};

template <>
struct TraceField<SkbPtr> {
    static constexpr u8 type = TRACE_TYPE_SKB;
    static u64 value(const SkbPtr& skb) { return skb ? skb->id : 0; }
    static void snapshot(TraceSlot* station, const SkbPtr& skb) {
        if (skb) trace_buffer(station, *skb);
    }
};

// Replaces the buffer by a copy when clones share its bytes or it has less than `headroom` in
// front: afterwards its headers may be written. Errors: ENOBUFS, and the buffer is still there.
Result<void> skb_make_writable(SkbPtr& skb, u32 headroom = 0);
// Puts the finished checksum where a device would have had to (Checksum::partial to none). The
// bytes must be the caller's alone.
void skb_checksum_help(sk_buff& skb);

// A queue of buffers that counts them and their bytes, and frees what is left in it.
struct SkbQueue {
    SkbQueueList list;
    u32 count = 0;
    u32 bytes = 0; // payload (len) queued

    ~SkbQueue() { purge(); }
    bool empty() const { return count == 0; }
    sk_buff* front() const { return list.front(); }
    void push_back(SkbPtr skb);
    void push_front(SkbPtr skb);
    SkbPtr pop_front();
    SkbPtr remove(sk_buff& skb);
    void purge();
};
