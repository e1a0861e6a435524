// Entries of the routing table (SIOCADDRT).
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <uapi/if.h>
struct rtentry {
    unsigned long rt_pad1;
    struct sockaddr rt_dst, rt_gateway, rt_genmask;
    unsigned short rt_flags;
    short rt_pad2;
    unsigned long rt_pad3;
    unsigned char rt_tos, rt_class;
#ifdef __x86_64__
    short rt_pad4[3];
#else
    short rt_pad4;
#endif
    short rt_metric;
    char* rt_dev;
    unsigned long rt_mtu, rt_window;
    unsigned short rt_irtt;
};
#define rt_mss rt_mtu
// IPv6's, on a socket of AF_INET6.
struct in6_rtmsg {
    struct in6_addr rtmsg_dst, rtmsg_src, rtmsg_gateway;
    uint32_t rtmsg_type;
    uint16_t rtmsg_dst_len, rtmsg_src_len;
    uint32_t rtmsg_metric;
    unsigned long rtmsg_info;
    uint32_t rtmsg_flags;
    int rtmsg_ifindex;
};
