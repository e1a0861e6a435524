// Shows and changes the routing table.
#include "user/lib/net.h"

#include <net/route.h>
#include <stdlib.h>
#include <string.h>

enum { ADVERTISED = 0x40000 }; // RTF_ADDRCONF: a router told of it

static void show(void) {
    char line[256], name[32];
    unsigned destination, gateway, flags, mask;
    int metric, uses, references;
    FILE* file = fopen("/proc/net/route", "r");
    if (!file) die_errno("/proc/net/route");
    puts("Destination     Gateway         Genmask         Flags Metric Iface");
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%31s %x %x %x %d %d %d %x", name, &destination, &gateway, &flags,
                   &references, &uses, &metric, &mask) != 8) {
            continue; // the line of titles
        }
        char letters[8], *at = letters;
        if (flags & RTF_UP) *at++ = 'U';
        if (flags & RTF_GATEWAY) *at++ = 'G';
        if (flags & RTF_HOST) *at++ = 'H';
        if (flags & RTF_REJECT) *at++ = '!';
        *at = 0;
        printf("%-15s %-15s ", address_text((struct in_addr){destination}),
               address_text((struct in_addr){gateway}));
        printf("%-15s %-5s %-6d %s\n", address_text((struct in_addr){mask}), letters, metric, name);
    }
    fclose(file);
}

// The lines of /proc/net/ipv6_route (Linux's net/ipv6/route.c: rt6_info_route).
static void show6(void) {
    char line[256], name[32], to[33], by[33];
    unsigned bits, flags, metric;
    FILE* file = fopen("/proc/net/ipv6_route", "r");
    if (!file) die_errno("/proc/net/ipv6_route");
    puts("Destination                                 Next Hop                                "
         "Flags Metric Iface");
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%32s %x %*s %*x %32s %x %*x %*x %x %31s", to, &bits, by, &metric, &flags,
                   name) != 6)
            continue;
        union Endpoint destination = hexadecimal_address(to), gateway = hexadecimal_address(by);
        char* prefix = format_text("%s/%u", host_text(&destination), bits);
        char letters[8], *at = letters;
        if (flags & RTF_UP) *at++ = 'U';
        if (flags & RTF_GATEWAY) *at++ = 'G';
        if (flags & RTF_HOST) *at++ = 'H';
        if (flags & RTF_REJECT) *at++ = '!';
        if (flags & ADVERTISED) *at++ = 'A';
        *at = 0;
        printf("%-43s %-39s %-5s %-6u %s\n", prefix, host_text(&gateway), letters, metric, name);
        free(prefix);
    }
    fclose(file);
}

static struct in_addr prefix_mask(long bits) {
    return (struct in_addr){htonl(bits ? 0xffffffffu << (32 - bits) : 0)};
}

// The mask that an address's class had (RFC 791); what `-net` without a mask means.
static struct in_addr class_mask(struct in_addr address) {
    unsigned char first = (unsigned char)(ntohl(address.s_addr) >> 24);
    return prefix_mask(first < 128 ? 8 : first < 192 ? 16 : 24);
}

static void change(bool add, char** words) {
    bool network = false, host = false, masked = false;
    struct in_addr destination = {0}, mask = {INADDR_BROADCAST}, gateway = {0};
    const char* interface = NULL;
    int metric = 0;
    if (*words && !strcmp(*words, "-net"))
        network = words++ != NULL;
    else if (*words && !strcmp(*words, "-host"))
        host = words++ != NULL;
    char* target = *words ? *words++ : NULL;
    if (!target) die_usage();
    char* slash = strchr(target, '/');
    if (slash) *slash = 0;
    bool is_default = !strcmp(target, "default");
    if (!is_default) destination = host_address(target);
    if (is_default || (!destination.s_addr && !host))
        mask.s_addr = 0;
    else if (slash)
        mask = prefix_mask((long)number(slash + 1, "prefix", 0, 32));
    else if (network)
        mask = class_mask(destination);
    for (; *words; words += *words != NULL) {
        const char* word = *words++;
        if (!strcmp(word, "reject")) die_text("reject: not supported");
        if (!*words && interface == NULL && strcmp(word, "dev")) {
            interface = word; // the last word alone is the interface
            break;
        }
        if (!*words) die_usage();
        if (!strcmp(word, "gw"))
            gateway = host_address(*words);
        else if (!strcmp(word, "netmask"))
            mask = host_address(*words), masked = true;
        else if (!strcmp(word, "metric"))
            metric = (int)number(*words, "metric", 0, 32767);
        else if (!strcmp(word, "dev"))
            interface = *words;
        else
            die_usage();
    }
    if (masked && host) die_text("a host has no netmask");
    if (change_route(add, destination, mask, gateway, interface, metric)) die_errno(target);
}

static void change6(bool add, char** words) {
    union Endpoint destination = {0}, gateway = {0};
    const char* interface = NULL;
    int metric = add ? 1 : 0, bits = 128; // a deletion without one takes any
    char* target = *words ? *words++ : NULL;
    if (!target) die_usage();
    char* slash = strchr(target, '/');
    if (slash) *slash = 0;
    if (slash) bits = (int)number(slash + 1, "prefix", 0, 128);
    if (strcmp(target, "default"))
        destination = find_host(target, AF_INET6);
    else
        bits = 0;
    for (; *words; words++) {
        const char* word = *words++;
        if (!*words) {
            interface = word; // the last word alone is the interface
            break;
        }
        if (!strcmp(word, "gw"))
            gateway = find_host(*words, AF_INET6);
        else if (!strcmp(word, "metric"))
            metric = (int)number(*words, "metric", 1, INT32_MAX);
        else if (!strcmp(word, "dev"))
            interface = *words;
        else
            die_usage();
    }
    if (change_route6(add, &destination.v6.sin6_addr, bits, &gateway.v6.sin6_addr, interface,
                      metric))
        die_errno(target);
}

int main(int argc, char** argv) {
    begin(argv,
          "route [-6] [-n]\n"
          "       route add|del [-net|-host] ADDRESS[/BITS]|default [netmask MASK] [gw GATEWAY]\n"
          "                     [metric N] [[dev] INTERFACE]\n"
          "       route -6 add|del ADDRESS[/BITS]|default [gw GATEWAY] [metric N] [[dev] "
          "INTERFACE]\n");
    bool six = false;
    int letter;
    while ((letter = option(argc, argv, "46n"))) {
        if (letter != 'n') six = letter == '6';
    }
    char** words = argv + option_index;
    if (!*words)
        (six ? show6 : show)();
    else if (!strcmp(*words, "add") || !strcmp(*words, "del"))
        (six ? change6 : change)(**words == 'a', words + 1);
    else
        die_usage();
    return finish(0);
}
