// The header of Ethernet.
#pragma once
#include <bits/types.h>
#include <uapi/if.h>
struct ether_addr {
    uint8_t ether_addr_octet[ETH_ALEN];
};
struct ether_header {
    uint8_t ether_dhost[ETH_ALEN], ether_shost[ETH_ALEN];
    uint16_t ether_type;
} __attribute__((__packed__));
#define ETHERTYPE_IP ETH_P_IP
#define ETHERTYPE_ARP ETH_P_ARP
#define ETHERTYPE_IPV6 ETH_P_IPV6
#define ETHER_ADDR_LEN ETH_ALEN
#define ETHERMTU ETH_DATA_LEN
