// The header of ICMP (RFC 792).
#pragma once
#include <netinet/in.h>
#include <netinet/ip.h>
struct icmphdr {
    uint8_t type, code;
    uint16_t checksum;
    union {
        struct {
            uint16_t id, sequence;
        } echo;
        uint32_t gateway;
        struct {
            uint16_t __unused, mtu;
        } frag;
    } un;
};
#define ICMP_MINLEN 8
#define ICMP_UNREACH ICMP_DEST_UNREACH
#define ICMP_TIMXCEED ICMP_TIME_EXCEEDED
