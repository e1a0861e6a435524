// Shows and sets network interfaces.
#include "user/lib/net.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { TENTATIVE = 0x40 }; // IFA_F_TENTATIVE: nobody knows yet whether it is somebody else's

static struct in_addr address_of(const char* name, unsigned long number) {
    struct ifreq request;
    struct sockaddr_in address = {0};
    interface_request(&request, name);
    if (!ioctl(control_socket(), number, &request)) {
        memcpy(&address, &request.ifr_addr, sizeof address);
    }
    return address.sin_addr;
}

static void show_counters(const char* name) {
    char line[512], size[2][16];
    FILE* file = fopen("/proc/net/dev", "r");
    if (!file) return;
    while (fgets(line, sizeof line, file)) {
        char *at = line + strspn(line, " "), *colon = strchr(at, ':');
        if (!colon || (size_t)(colon - at) != strlen(name) || strncmp(at, name, strlen(name)))
            continue;
        unsigned long long v[16] = {0};
        char* next = colon + 1;
        for (int i = 0; i < 16; i++) v[i] = strtoull(next, &next, 10);
        printf("          RX packets:%llu errors:%llu dropped:%llu  bytes:%llu (%s)\n", v[1], v[2],
               v[3], v[0], human_size(v[0], size[0]));
        printf("          TX packets:%llu errors:%llu dropped:%llu  bytes:%llu (%s)\n", v[9], v[10],
               v[11], v[8], human_size(v[8], size[1]));
    }
    fclose(file);
}

static void show_flags(int flags) {
    static const struct {
        int bit;
        const char* name;
    } names[] = {{IFF_UP, "UP"},
                 {IFF_BROADCAST, "BROADCAST"},
                 {IFF_LOOPBACK, "LOOPBACK"},
                 {IFF_POINTOPOINT, "POINTOPOINT"},
                 {IFF_RUNNING, "RUNNING"},
                 {IFF_NOARP, "NOARP"},
                 {IFF_PROMISC, "PROMISC"},
                 {IFF_ALLMULTI, "ALLMULTI"},
                 {IFF_MULTICAST, "MULTICAST"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (flags & names[i].bit) printf("%s ", names[i].name);
    }
}

// The lines of /proc/net/if_inet6 (Linux's net/ipv6/addrconf.c: if6_seq_show).
static void show_inet6(const char* name) {
    char line[128], digits[33], interface[32];
    unsigned bits, scope, flags;
    FILE* file = fopen("/proc/net/if_inet6", "r");
    if (!file) return;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%32s %*x %x %x %x %31s", digits, &bits, &scope, &flags, interface) != 5 ||
            strcmp(interface, name))
            continue;
        union Endpoint address = hexadecimal_address(digits);
        printf("\n          inet6 addr:%s/%u  Scope:%s%s", host_text(&address), bits,
               scope == 0x10   ? "Host"
               : scope == 0x20 ? "Link"
               : scope == 0x40 ? "Site"
                               : "Global",
               flags & TENTATIVE ? " tentative" : "");
    }
    fclose(file);
}

static void show(const char* name) {
    struct ifreq request;
    interface_request(&request, name);
    interface_ioctl(SIOCGIFFLAGS, &request, "flags");
    int flags = request.ifr_flags;
    printf("%-9s Link encap:%s", name, flags & IFF_LOOPBACK ? "Local Loopback" : "Ethernet");
    if (!(flags & IFF_LOOPBACK) && !ioctl(control_socket(), SIOCGIFHWADDR, &request)) {
        const unsigned char* mac = (const unsigned char*)request.ifr_hwaddr.sa_data;
        printf("  HWaddr %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
               mac[5]);
    }
    struct in_addr address = address_of(name, SIOCGIFADDR);
    if (address.s_addr) {
        printf("\n          inet addr:%s", address_text(address));
        if (flags & IFF_BROADCAST)
            printf("  Bcast:%s", address_text(address_of(name, SIOCGIFBRDADDR)));
        printf("  Mask:%s", address_text(address_of(name, SIOCGIFNETMASK)));
    }
    show_inet6(name);
    interface_request(&request, name);
    interface_ioctl(SIOCGIFMTU, &request, "MTU");
    printf("\n          ");
    show_flags(flags);
    printf(" MTU:%d\n", request.ifr_mtu);
    show_counters(name);
    putchar('\n');
}

static void show_all(bool down_too) {
    char line[512];
    FILE* file = fopen("/proc/net/dev", "r");
    if (!file) die_errno("/proc/net/dev");
    while (fgets(line, sizeof line, file)) {
        char *name = line + strspn(line, " "), *colon = strchr(name, ':');
        if (!colon) continue; // the two lines of titles
        *colon = 0;
        struct ifreq request;
        interface_request(&request, name);
        interface_ioctl(SIOCGIFFLAGS, &request, "flags");
        if (down_too || request.ifr_flags & IFF_UP) show(name);
    }
    fclose(file);
}

static const char* operand(char*** words) {
    if (!**words) die_usage();
    return *(*words)++;
}

static void set_mac(const char* name, const char* text) {
    struct ifreq request;
    unsigned byte[6];
    interface_request(&request, name);
    if (sscanf(text, "%x:%x:%x:%x:%x:%x", &byte[0], &byte[1], &byte[2], &byte[3], &byte[4],
               &byte[5]) != 6) {
        die_text("%s: not an Ethernet address", text);
    }
    request.ifr_hwaddr.sa_family = 1; // ARPHRD_ETHER
    for (int i = 0; i < 6; i++) request.ifr_hwaddr.sa_data[i] = (char)byte[i];
    interface_ioctl(SIOCSIFHWADDR, &request, "hw ether");
}

static void set_address(const char* name, char* text) {
    char* slash = strchr(text, '/');
    if (slash) *slash = 0;
    set_interface_address(name, SIOCSIFADDR, host_address(text));
    if (slash) {
        long bits = (long)number(slash + 1, "prefix", 0, 32);
        struct in_addr mask = {htonl(bits ? 0xffffffffu << (32 - bits) : 0)};
        set_interface_address(name, SIOCSIFNETMASK, mask);
    }
    set_interface_flags(name, IFF_UP, 0);
}

static void change_inet6(const char* name, bool add, const char* prefix) {
    char *text = copy_text(prefix), *slash = strchr(text, '/');
    if (slash) *slash = 0;
    union Endpoint address = find_host(text, AF_INET6);
    int bits = slash ? (int)number(slash + 1, "prefix", 0, 128) : 128;
    if (change_address6(add, name, &address.v6.sin6_addr, bits)) die_errno(text);
}

static void change(const char* name, char** words) {
    while (*words) {
        char* word = *words++;
        struct ifreq request;
        interface_request(&request, name);
        if (!strcmp(word, "up")) {
            set_interface_flags(name, IFF_UP, 0);
        } else if (!strcmp(word, "down")) {
            set_interface_flags(name, 0, IFF_UP);
        } else if (!strcmp(word, "promisc") || !strcmp(word, "-promisc")) {
            bool off = *word == '-';
            set_interface_flags(name, off ? 0 : IFF_PROMISC, off ? IFF_PROMISC : 0);
        } else if (!strcmp(word, "netmask")) {
            set_interface_address(name, SIOCSIFNETMASK, host_address(operand(&words)));
        } else if (!strcmp(word, "broadcast")) {
            set_interface_address(name, SIOCSIFBRDADDR, host_address(operand(&words)));
        } else if (!strcmp(word, "mtu")) {
            request.ifr_mtu = (int)number(operand(&words), "mtu", 68, 65536);
            interface_ioctl(SIOCSIFMTU, &request, "mtu");
        } else if (!strcmp(word, "hw")) {
            if (strcmp(operand(&words), "ether")) die_usage();
            set_mac(name, operand(&words));
        } else if (!strcmp(word, "add") || !strcmp(word, "del")) {
            change_inet6(name, *word == 'a', operand(&words));
        } else {
            set_address(name, word);
        }
    }
}

int main(int argc, char** argv) {
    begin(argv, "ifconfig [-a] [INTERFACE]\n"
                "       ifconfig INTERFACE [ADDRESS[/BITS]] [netmask MASK] [broadcast ADDRESS]\n"
                "                [mtu BYTES] [hw ether MAC] [[-]promisc] [up|down]\n"
                "                [add|del IPV6ADDRESS/BITS]\n");
    bool all = false;
    while (option(argc, argv, "a")) all = true;
    if (option_index >= argc)
        show_all(all);
    else if (option_index + 1 == argc)
        show(argv[option_index]);
    else
        change(argv[option_index], argv + option_index + 1);
    return finish(0);
}
