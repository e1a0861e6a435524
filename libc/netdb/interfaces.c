// Interfaces by name and number (if_nametoindex(3)), Ethernet addresses as text (ether_aton(3)),
// and the two questions about sockets that aren't system calls.
#include <errno.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"

static int ask(unsigned long request, struct ifreq* question) {
    int fd = __socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int result = ioctl(fd, request, question), saved = errno;
    __close(fd);
    errno = saved;
    return result;
}

unsigned if_nametoindex(const char* name) {
    struct ifreq question;
    memset(&question, 0, sizeof question);
    if (strlcpy(question.ifr_name, name, IFNAMSIZ) >= IFNAMSIZ) {
        errno = ENODEV;
        return 0;
    }
    return ask(SIOCGIFINDEX, &question) < 0 ? 0 : (unsigned)question.ifr_ifindex;
}

char* if_indextoname(unsigned index, char* name) {
    struct ifreq question;
    memset(&question, 0, sizeof question);
    question.ifr_ifindex = (int)index;
    if (ask(SIOCGIFNAME, &question) < 0) {
        if (errno == ENODEV) errno = ENXIO;
        return 0;
    }
    return memcpy(name, question.ifr_name, IFNAMSIZ);
}

char* ether_ntoa_r(const struct ether_addr* address, char* text) {
    const uint8_t* byte = address->ether_addr_octet;
    sprintf(text, "%x:%x:%x:%x:%x:%x", byte[0], byte[1], byte[2], byte[3], byte[4], byte[5]);
    return text;
}

char* ether_ntoa(const struct ether_addr* address) {
    static char text[18];
    return ether_ntoa_r(address, text);
}

struct ether_addr* ether_aton_r(const char* text, struct ether_addr* address) {
    for (int i = 0; i < ETH_ALEN; i++) {
        char* end;
        unsigned long value = strtoul(text, &end, 16);
        if (end == text || value > 255 || *end != (i < ETH_ALEN - 1 ? ':' : 0)) return 0;
        address->ether_addr_octet[i] = (uint8_t)value;
        text = end + 1;
    }
    return address;
}

struct ether_addr* ether_aton(const char* text) {
    static struct ether_addr address;
    return ether_aton_r(text, &address);
}

int sockatmark(int fd) {
    int at_mark;
    return ioctl(fd, SIOCATMARK, &at_mark) < 0 ? -1 : at_mark;
}

int isfdtype(int fd, int type) {
    struct stat status;
    return fstat(fd, &status) < 0 ? -1 : (status.st_mode & S_IFMT) == (mode_t)type;
}
