// Network interfaces (netdevice(7)).
#pragma once
#include <bits/types.h>
#include <sys/socket.h>
#include <uapi/if.h>
__BEGIN_DECLS
#define IF_NAMESIZE IFNAMSIZ
struct ifmap {
    unsigned long mem_start, mem_end;
    unsigned short base_addr;
    unsigned char irq, dma, port;
};
struct ifreq {
    char ifr_name[IFNAMSIZ];
    union {
        struct sockaddr ifru_addr, ifru_dstaddr, ifru_broadaddr, ifru_netmask, ifru_hwaddr;
        short ifru_flags;
        int ifru_ivalue, ifru_mtu;
        struct ifmap ifru_map;
        char ifru_slave[IFNAMSIZ], ifru_newname[IFNAMSIZ];
        char* ifru_data;
    } ifr_ifru;
};
#define ifr_addr ifr_ifru.ifru_addr
#define ifr_dstaddr ifr_ifru.ifru_dstaddr
#define ifr_broadaddr ifr_ifru.ifru_broadaddr
#define ifr_netmask ifr_ifru.ifru_netmask
#define ifr_hwaddr ifr_ifru.ifru_hwaddr
#define ifr_flags ifr_ifru.ifru_flags
#define ifr_metric ifr_ifru.ifru_ivalue
#define ifr_ifindex ifr_ifru.ifru_ivalue
#define ifr_qlen ifr_ifru.ifru_ivalue
#define ifr_mtu ifr_ifru.ifru_mtu
#define ifr_map ifr_ifru.ifru_map
#define ifr_slave ifr_ifru.ifru_slave
#define ifr_newname ifr_ifru.ifru_newname
#define ifr_data ifr_ifru.ifru_data
struct ifconf {
    int ifc_len;
    union {
        char* ifcu_buf;
        struct ifreq* ifcu_req;
    } ifc_ifcu;
};
#define ifc_buf ifc_ifcu.ifcu_buf
#define ifc_req ifc_ifcu.ifcu_req
struct if_nameindex {
    unsigned if_index;
    char* if_name;
};
unsigned if_nametoindex(const char*);
char* if_indextoname(unsigned, char*);
struct if_nameindex* if_nameindex(void);
void if_freenameindex(struct if_nameindex*);
__END_DECLS
