// Shows the neighbours' Ethernet addresses, and sets or drops one.
#include "user/lib/net.h"

#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void show(void) {
    char line[256], address[64], mac[32], device[32], mask[32];
    unsigned type, flags;
    FILE* file = fopen("/proc/net/arp", "r");
    if (!file) die_errno("/proc/net/arp");
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%63s 0x%x 0x%x %31s %31s %31s", address, &type, &flags, mac, mask,
                   device) != 6) {
            continue; // the line of titles
        }
        printf("%s at %s%s on %s\n", address, flags & ATF_COM ? mac : "<incomplete>",
               flags & ATF_PERM ? " PERM" : "", device);
    }
    fclose(file);
}

static void change(unsigned long number, const char* host, const char* mac, const char* device) {
    struct arpreq request;
    memset(&request, 0, sizeof request);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = host_address(host)};
    memcpy(&request.arp_pa, &address, sizeof address);
    request.arp_ha.sa_family = ARPHRD_ETHER;
    unsigned byte[6];
    if (mac) {
        if (sscanf(mac, "%x:%x:%x:%x:%x:%x", &byte[0], &byte[1], &byte[2], &byte[3], &byte[4],
                   &byte[5]) != 6) {
            die_text("%s: not an Ethernet address", mac);
        }
        for (int i = 0; i < 6; i++) request.arp_ha.sa_data[i] = (char)byte[i];
        request.arp_flags = ATF_PERM | ATF_COM;
    }
    if (device) snprintf(request.arp_dev, sizeof request.arp_dev, "%s", device);
    if (ioctl(control_socket(), number, &request)) die_errno(host);
}

int main(int argc, char** argv) {
    begin(
        argv,
        "arp [-a]\n       arp [-i INTERFACE] -s ADDRESS MAC\n       arp [-i INTERFACE] -d ADDRESS\n");
    const char *set = NULL, *drop = NULL, *device = NULL;
    int letter;
    while ((letter = option(argc, argv, "ans:d:i:"))) {
        if (letter == 's') set = option_value;
        if (letter == 'd') drop = option_value;
        if (letter == 'i') device = option_value;
    }
    if (set && option_index >= argc) die_usage();
    if (set)
        change(SIOCSARP, set, argv[option_index], device);
    else if (drop)
        change(SIOCDARP, drop, NULL, device);
    else
        show();
    return finish(0);
}
