// Interfaces and routes by the ioctls of netdevice(7) and route's struct rtentry.
#include "user/lib/net.h"

#include <errno.h>
#include <net/if.h>
#include <net/route.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int control_socket(void) {
    static int fd = -1;
    if (fd < 0) fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) die_errno("socket");
    return fd;
}

void interface_request(struct ifreq* request, const char* name) {
    memset(request, 0, sizeof *request);
    if (strlen(name) >= IFNAMSIZ) die_text("%s: interface name too long", name);
    memcpy(request->ifr_name, name, strlen(name) + 1);
}

void interface_ioctl(unsigned long number, struct ifreq* request, const char* what) {
    if (!ioctl(control_socket(), number, request)) return;
    char text[64];
    snprintf(text, sizeof text, "%s: %s", request->ifr_name, what);
    die_errno(text);
}

static void put_address(struct sockaddr* out, struct in_addr address) {
    struct sockaddr_in full = {.sin_family = AF_INET, .sin_addr = address};
    memcpy(out, &full, sizeof full);
}

void set_interface_address(const char* name, unsigned long number, struct in_addr address) {
    struct ifreq request;
    interface_request(&request, name);
    put_address(&request.ifr_addr, address);
    interface_ioctl(number, &request, address_text(address));
}

void set_interface_flags(const char* name, short on, short off) {
    struct ifreq request;
    interface_request(&request, name);
    interface_ioctl(SIOCGIFFLAGS, &request, "flags");
    request.ifr_flags = (short)((request.ifr_flags & ~off) | on);
    interface_ioctl(SIOCSIFFLAGS, &request, "flags");
}

int change_route(bool add, struct in_addr destination, struct in_addr mask, struct in_addr gateway,
                 const char* interface, int metric) {
    struct rtentry route = {0};
    put_address(&route.rt_dst, destination);
    put_address(&route.rt_genmask, mask);
    put_address(&route.rt_gateway, gateway);
    route.rt_flags = RTF_UP;
    if (mask.s_addr == INADDR_BROADCAST) route.rt_flags |= RTF_HOST;
    if (gateway.s_addr) route.rt_flags |= RTF_GATEWAY;
    route.rt_dev = (char*)interface;
    route.rt_metric = (short)(metric + 1); // the kernel takes one off, as it always did
    return ioctl(control_socket(), add ? SIOCADDRT : SIOCDELRT, &route);
}

static int change6(unsigned long number, void* request) {
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    if (fd < 0) return -1;
    int result = ioctl(fd, number, request), error = errno;
    close(fd);
    errno = error;
    return result;
}

int change_address6(bool add, const char* interface, const struct in6_addr* address, int bits) {
    struct { // Linux's in6_ifreq; the headers of no library have it for programs
        struct in6_addr address;
        uint32_t bits;
        int interface;
    } request = {*address, (uint32_t)bits, (int)if_nametoindex(interface)};
    return change6(add ? SIOCSIFADDR : SIOCDIFADDR, &request);
}

int change_route6(bool add, const struct in6_addr* destination, int bits,
                  const struct in6_addr* gateway, const char* interface, int metric) {
    struct in6_rtmsg route = {.rtmsg_dst = *destination,
                              .rtmsg_gateway = *gateway,
                              .rtmsg_dst_len = (unsigned short)bits,
                              .rtmsg_metric = (unsigned)metric,
                              .rtmsg_flags = RTF_UP};
    if (bits == 128) route.rtmsg_flags |= RTF_HOST;
    if (!IN6_IS_ADDR_UNSPECIFIED(gateway)) route.rtmsg_flags |= RTF_GATEWAY;
    if (interface) {
        route.rtmsg_ifindex = (int)if_nametoindex(interface);
        if (!route.rtmsg_ifindex) return -1;
    }
    return change6(add ? SIOCADDRT : SIOCDELRT, &route);
}
