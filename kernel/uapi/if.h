// Network interfaces.
// Source: netdevice(7), net/if.h, net/if_arp.h, net/route.h, linux/if_ether.h, linux/ethtool.h.
// Macros only: kernel, net and libc share them, C and C++.
#pragma once

// interface flags
#define IFF_UP 0x1
#define IFF_BROADCAST 0x2
#define IFF_DEBUG 0x4
#define IFF_LOOPBACK 0x8
#define IFF_POINTOPOINT 0x10
#define IFF_NOTRAILERS 0x20
#define IFF_RUNNING 0x40
#define IFF_NOARP 0x80
#define IFF_PROMISC 0x100
#define IFF_ALLMULTI 0x200
#define IFF_MASTER 0x400
#define IFF_SLAVE 0x800
#define IFF_MULTICAST 0x1000
#define IFF_PORTSEL 0x2000
#define IFF_AUTOMEDIA 0x4000
#define IFF_DYNAMIC 0x8000
#define IFF_LOWER_UP 0x10000
#define IFF_DORMANT 0x20000

#define IFNAMSIZ 16

// hardware types
#define ARPHRD_ETHER 1
#define ARPHRD_LOOPBACK 772
#define ARPHRD_NONE 65534

// ARP (RFC 826)
#define ARPOP_REQUEST 1
#define ARPOP_REPLY 2

// ARP table flags
#define ATF_COM 0x2
#define ATF_PERM 0x4
#define ATF_PUBL 0x8

// route flags
#define RTF_UP 0x1
#define RTF_GATEWAY 0x2
#define RTF_HOST 0x4
#define RTF_REINSTATE 0x8
#define RTF_DYNAMIC 0x10
#define RTF_MODIFIED 0x20
#define RTF_MTU 0x40
#define RTF_REJECT 0x200

// Ethernet
#define ETH_ALEN 6
#define ETH_HLEN 14
#define ETH_ZLEN 60
#define ETH_DATA_LEN 1500
#define ETH_FRAME_LEN 1514
#define ETH_FCS_LEN 4

#define ETH_P_IP 0x0800
#define ETH_P_ARP 0x0806
#define ETH_P_IPV6 0x86dd
#define ETH_P_802_3 0x0001
#define ETH_P_ALL 0x0003
#define ETH_P_802_2 0x0004
#define ETH_P_8021Q 0x8100
#define ETH_P_LOOP 0x0060

// SIOCETHTOOL commands
#define ETHTOOL_GSET 0x1
#define ETHTOOL_GDRVINFO 0x3
#define ETHTOOL_GLINK 0xa
#define ETHTOOL_GRXCSUM 0x14
#define ETHTOOL_GTXCSUM 0x16
#define ETHTOOL_STXCSUM 0x17
#define ETHTOOL_GSG 0x18
#define ETHTOOL_SSG 0x19
#define ETHTOOL_GTSO 0x1e
#define ETHTOOL_STSO 0x1f
#define ETHTOOL_GGSO 0x23
#define ETHTOOL_SGSO 0x24
#define ETHTOOL_GGRO 0x2b
#define ETHTOOL_SGRO 0x2c
