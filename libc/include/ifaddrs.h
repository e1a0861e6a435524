// The addresses of all network interfaces (getifaddrs(3)).
#pragma once
#include <features.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
__BEGIN_DECLS
struct ifaddrs {
    struct ifaddrs* ifa_next;
    char* ifa_name;
    unsigned ifa_flags;
    struct sockaddr *ifa_addr, *ifa_netmask;
    union {
        struct sockaddr *ifu_broadaddr, *ifu_dstaddr;
    } ifa_ifu;
    void* ifa_data; // of AF_PACKET: the link's counters
};
#define ifa_broadaddr ifa_ifu.ifu_broadaddr
#define ifa_dstaddr ifa_ifu.ifu_dstaddr
int getifaddrs(struct ifaddrs**);
void freeifaddrs(struct ifaddrs*);
__END_DECLS
