// Exercise 8: a UDP datagram, from the inside out.
//
// Makes a buffer with the payload in it, the UDP header (8 bytes: source port, destination port,
// length of header and payload, checksum 0; all big-endian) in front, and room for the IP header
// (20 bytes, zeros) in front of that. At the end data stands at the IP header, and network_header
// and transport_header say where both begin. No byte of the payload is moved: push() goes backwards
// into the headroom. net/skbuff.h has all that is needed.
#include "net/skbuff.h"

SkbPtr build(const u8* payload, u32 length, u16 source, u16 destination) {
    SkbPtr skb(alloc_skb(length));
    (void)payload, (void)source, (void)destination;
    return skb;
}
