// The header of ARP (RFC 826) and its ioctl (arp(7)).
#pragma once
#include <sys/socket.h>
#include <uapi/if.h>
struct arphdr {
    uint16_t ar_hrd, ar_pro;
    uint8_t ar_hln, ar_pln;
    uint16_t ar_op;
};
struct arpreq {
    struct sockaddr arp_pa, arp_ha;
    int arp_flags;
    struct sockaddr arp_netmask;
    char arp_dev[16];
};
#define ATF_NETMASK 0x20
#define ATF_DONTPUB 0x40
