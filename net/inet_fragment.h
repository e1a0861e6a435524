// Packets in pieces (RFC 815 in the form of a sorted list), for both families: collects them,
// bounded in memory and time. A fragment that overlaps another kills its packet, as RFC 5722 asks
// of IPv6 and Linux does of both; an exact copy is ignored.
#pragma once

#include "net/in6.h"
#include "net/skbuff.h"

struct FragmentKey {
    in6_addr source, destination;
    be32 id;
    u8 protocol;
    int device; // 0: any

    bool operator==(const FragmentKey&) const = default;
};

struct FragmentProtocol;

// In sk_buff::cb of a collected fragment.
struct FragmentRecord {
    u32 offset; // of its payload in the packet
};

struct FragmentQueue : Timer {
    FragmentQueue(const FragmentProtocol& protocol, const FragmentKey& key);
    ~FragmentQueue();

    ListNode node; // oldest first
    ListNode hash_node;
    const FragmentProtocol& protocol;
    const FragmentKey key;
    u32 total = 0; // payload bytes, known once the last fragment is here; else 0
    u32 received = 0;
    u32 memory = 0;
    SkbQueueList fragments; // by offset; network_header valid, data at the payload

    // The fragment at offset 0; null while it isn't there.
    sk_buff* first() const {
        sk_buff* skb = fragments.front();
        return skb && skb->control<FragmentRecord>().offset == 0 ? skb : nullptr;
    }
};

// What the families do each in their way.
struct FragmentProtocol {
    Nanoseconds max_age;
    // Time is over: tells the sender. The queue goes afterwards.
    void (*expired)(FragmentQueue& queue);
    void (*failed)(); // counts a packet that will never be whole
};

// The packet that the fragment belongs to, made when it is the first; null: no memory. What is
// oldest goes when there is too much.
FragmentQueue* inet_frag_find(const FragmentProtocol& protocol, const FragmentKey& key);
// Puts a fragment (data at its payload) into its place. True: all are there now. False: wait; or
// the packet is given up, and the queue gone (failed() was called).
bool inet_frag_insert(FragmentQueue& queue, SkbPtr skb, u32 offset, bool last);
void inet_frag_kill(FragmentQueue& queue);
// One buffer of all payloads behind the first fragment's bytes from its network header on, of which
// there are `headers`; data at these. Null: no memory.
SkbPtr inet_frag_assemble(const FragmentQueue& queue, u32 headers);
// Bytes of memory that incomplete packets hold; how many there are.
u32 inet_frag_memory();
u32 inet_frag_queues();
