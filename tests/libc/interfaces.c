// getifaddrs and if_nameindex against what ioctl says of each interface.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

static int fd;

// Does ioctl give the same value for this entry's label?
static int agrees(const struct ifaddrs* entry, unsigned long request,
                  const struct sockaddr* value) {
    struct ifreq question;
    memset(&question, 0, sizeof question);
    strncpy(question.ifr_name, entry->ifa_name, IFNAMSIZ - 1);
    // The address chooses among several with one label.
    memcpy(&question.ifr_addr, entry->ifa_addr, sizeof question.ifr_addr);
    if (ioctl(fd, request, &question) < 0) return 0;
    return ((struct sockaddr_in*)&question.ifr_addr)->sin_addr.s_addr ==
           ((struct sockaddr_in*)value)->sin_addr.s_addr;
}

static int link_agrees(const struct ifaddrs* entry) {
    const struct sockaddr_ll* link = (const void*)entry->ifa_addr;
    struct ifreq question;
    memset(&question, 0, sizeof question);
    strncpy(question.ifr_name, entry->ifa_name, IFNAMSIZ - 1);
    if (ioctl(fd, SIOCGIFHWADDR, &question) < 0) return 0;
    return link->sll_hatype == question.ifr_hwaddr.sa_family && link->sll_halen == 6 &&
           !memcmp(link->sll_addr, question.ifr_hwaddr.sa_data, 6) &&
           (unsigned)link->sll_ifindex == if_nametoindex(entry->ifa_name);
}

int main(void) {
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifaddrs* all = 0;
    CHECK(getifaddrs(&all) == 0 && all);
    int links = 0, addresses = 0, wrong = 0, lo = 0;
    for (struct ifaddrs* at = all; at; at = at->ifa_next) {
        if (!at->ifa_addr) continue;
        if (at->ifa_addr->sa_family == AF_PACKET) {
            links++;
            wrong += !link_agrees(at) || !at->ifa_data;
        }
        if (at->ifa_addr->sa_family != AF_INET) continue;
        addresses++;
        wrong +=
            !agrees(at, SIOCGIFADDR, at->ifa_addr) || !agrees(at, SIOCGIFNETMASK, at->ifa_netmask);
        if (at->ifa_flags & IFF_BROADCAST && at->ifa_broadaddr)
            wrong += !agrees(at, SIOCGIFBRDADDR, at->ifa_broadaddr);
        lo += !strcmp(at->ifa_name, "lo") && (at->ifa_flags & IFF_LOOPBACK);
    }
    CHECK(links >= 1 && addresses >= 1);
    CHECK(wrong == 0);
    CHECK(lo == 1);
    freeifaddrs(all);
    freeifaddrs(0);
    struct if_nameindex* names = if_nameindex();
    CHECK(names != 0);
    int count = 0;
    wrong = 0;
    for (struct if_nameindex* at = names; at->if_index; at++, count++) {
        char name[IF_NAMESIZE];
        wrong += if_nametoindex(at->if_name) != at->if_index;
        wrong += !if_indextoname(at->if_index, name) || strcmp(name, at->if_name);
    }
    CHECK(count == links);
    CHECK(wrong == 0);
    if_freenameindex(names);
    close(fd);
    return report();
}
