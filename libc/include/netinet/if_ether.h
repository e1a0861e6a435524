// ARP as it goes over Ethernet (RFC 826).
#pragma once
#include <net/ethernet.h>
#include <net/if_arp.h>
struct ether_arp {
    struct arphdr ea_hdr;
    uint8_t arp_sha[ETH_ALEN], arp_spa[4], arp_tha[ETH_ALEN], arp_tpa[4];
};
#define arp_op ea_hdr.ar_op
