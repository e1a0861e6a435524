// Exercise 11: what is in this frame?
//
// Writes into `name` (at least 32 bytes) "arp", "icmp", "udp PORT" or "tcp PORT" (the
// destination's) or "other". The frame came from a wire: it may be shorter than its headers say,
// and then it is "short". Ethernet: 14 bytes, the type in the last two (0x0800 IPv4, 0x0806 ARP).
// IPv4: the header's length in words in the low half of byte 0 (5 at least), the protocol in byte 9
// (1 ICMP, 6 TCP, 17 UDP). UDP and TCP: destination port in bytes 2 and 3. UDP's header has 8
// bytes, TCP's 20 or more. All big-endian.
#include <stddef.h>
#include <stdio.h>

void name_of(const unsigned char* frame, size_t length, char* name) {
    (void)length;
    if (frame[12] == 8 && frame[13] == 6)
        sprintf(name, "arp");
    else if (frame[23] == 6)
        sprintf(name, "tcp %d", frame[36] << 8 | frame[37]);
    else
        sprintf(name, "other");
}
