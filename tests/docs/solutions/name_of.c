// Solution 11: each layer looks at the length first, then at its fields.
#include <stddef.h>
#include <stdio.h>

static void name_of_ip(const unsigned char* packet, size_t length, char* name) {
    if (length < 20) goto too_short;
    size_t header = (packet[0] & 15u) * 4;
    if (header < 20 || header > length) goto too_short;
    unsigned protocol = packet[9];
    packet += header, length -= header;
    if (protocol == 1) {
        sprintf(name, "icmp");
    } else if (protocol == 6 || protocol == 17) {
        if (length < (protocol == 6 ? 20 : 8)) goto too_short;
        sprintf(name, "%s %d", protocol == 6 ? "tcp" : "udp", packet[2] << 8 | packet[3]);
    } else {
        sprintf(name, "other");
    }
    return;
too_short:
    sprintf(name, "short");
}

void name_of(const unsigned char* frame, size_t length, char* name) {
    if (length < 14) {
        sprintf(name, "short");
        return;
    }
    unsigned type = (unsigned)frame[12] << 8 | frame[13];
    if (type == 0x0800)
        name_of_ip(frame + 14, length - 14, name);
    else
        sprintf(name, type == 0x0806 ? "arp" : "other");
}
