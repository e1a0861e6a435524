// A frame in one line: Ethernet, ARP, IPv4 and IPv6 with TCP, UDP and ICMP.
#include "user/follow/follow.h"

#include <arpa/inet.h>
#include <string.h>

static unsigned get16(const unsigned char* at) { return at[0] << 8 | at[1]; }
static unsigned get32(const unsigned char* at) { return get16(at) << 16 | get16(at + 2); }

static const char* ipv4(const unsigned char* at, char* text) {
    sprintf(text, "%u.%u.%u.%u", at[0], at[1], at[2], at[3]);
    return text;
}

static void print_arp(const unsigned char* arp, unsigned length) {
    if (length < 28) return;
    char sender[16], target[16];
    ipv4(arp + 14, sender);
    ipv4(arp + 24, target);
    if (get16(arp + 6) == 1)
        fprintf(out, "ARP who has %s? tell %s", target, sender);
    else
        fprintf(out, "ARP %s is at %02x:%02x:%02x:%02x:%02x:%02x", sender, arp[8], arp[9], arp[10],
                arp[11], arp[12], arp[13]);
}

static void print_tcp(const unsigned char* tcp, long long payload) {
    static const char letters[] = "FSRPAU";
    char flags[8];
    int n = 0;
    for (int i = 0; i < 6; i++)
        if (tcp[13] & 1 << i) flags[n++] = letters[i];
    flags[n] = 0;
    fprintf(out, " TCP %s seq %u", flags, get32(tcp + 4));
    if (tcp[13] & 0x10) fprintf(out, " ack %u", get32(tcp + 8));
    fprintf(out, " win %u, %lld bytes", get16(tcp + 14), payload - (tcp[12] >> 4) * 4);
}

static void print_transport(unsigned protocol, const char* source, const char* target,
                            const unsigned char* at, long long left, long long payload) {
    const bool ports = (protocol == 6 && left >= 20) || (protocol == 17 && left >= 8);
    const char* open = ports && strchr(source, ':') ? "[" : "";
    const char* close = *open ? "]" : "";
    if (ports)
        fprintf(out, "%s%s%s:%u > %s%s%s:%u", open, source, close, get16(at), open, target, close,
                get16(at + 2));
    else
        fprintf(out, "%s > %s", source, target);
    if (protocol == 6 && ports)
        print_tcp(at, payload);
    else if (protocol == 17 && ports)
        fprintf(out, " UDP, %lld bytes", payload - 8);
    else if ((protocol == 1 || protocol == 58) && left >= 8)
        fprintf(out, " ICMP%s type %u code %u, %lld bytes", protocol == 58 ? "v6" : "", at[0],
                at[1], payload - 8);
    else
        fprintf(out, " protocol %u, %lld bytes", protocol, payload);
}

static void print_ipv4(const unsigned char* ip, long long left) {
    if (left < 20) return;
    char source[16], target[16];
    const int header = (ip[0] & 15) * 4;
    print_transport(ip[9], ipv4(ip + 12, source), ipv4(ip + 16, target), ip + header, left - header,
                    (long long)get16(ip + 2) - header);
}

static void print_ipv6(const unsigned char* ip, long long left) {
    if (left < 40) return;
    char source[INET6_ADDRSTRLEN], target[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, ip + 8, source, sizeof source);
    inet_ntop(AF_INET6, ip + 24, target, sizeof target);
    print_transport(ip[6], source, target, ip + 40, left - 40, get16(ip + 4));
}

void print_frame(const unsigned char* bytes, unsigned length, unsigned long long whole) {
    if (length < 14) return;
    const unsigned type = get16(bytes + 12);
    if (type == 0x806)
        print_arp(bytes + 14, length - 14);
    else if (type == 0x800)
        print_ipv4(bytes + 14, (long long)length - 14);
    else if (type == 0x86dd)
        print_ipv6(bytes + 14, (long long)length - 14);
    else
        fprintf(out, "Ethernet type %#x", type);
    fprintf(out, " (frame of %llu)", whole);
}
