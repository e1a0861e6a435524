// Entries of the routing table (SIOCADDRT).
#pragma once
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
