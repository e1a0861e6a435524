// Services, from /etc/services where there is one, else the few that everybody knows; protocols by
// their numbers (IANA's registries).
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct known_service {
    const char* name;
    int port;
};
static const struct known_service known_services[] = {
    {"echo", 7},  {"discard", 9}, {"daytime", 13}, {"ftp", 21},    {"ssh", 22},    {"telnet", 23},
    {"smtp", 25}, {"time", 37},   {"domain", 53},  {"bootps", 67}, {"bootpc", 68}, {"tftp", 69},
    {"http", 80}, {"pop3", 110},  {"ntp", 123},    {"imap2", 143}, {"https", 443}};

static struct servent service;
static char service_name[64], service_protocol[16];
static char* no_aliases[1];

static struct servent* give_service(const char* name, int port, const char* protocol) {
    strlcpy(service_name, name, sizeof service_name);
    strlcpy(service_protocol, protocol, sizeof service_protocol);
    service = (struct servent){service_name, no_aliases, htons((uint16_t)port), service_protocol};
    return &service;
}

// Lines are "name port/protocol aliases…". Exactly one of `name` and `port` is what is looked for.
static struct servent* search_services(const char* name, int port, const char* protocol) {
    FILE* file = fopen("/etc/services", "re");
    struct servent* result = 0;
    char line[256];
    while (file && !result && fgets(line, sizeof line, file)) {
        char* state;
        line[strcspn(line, "#\n")] = 0;
        char *first = strtok_r(line, " \t", &state),
             *number = first ? strtok_r(0, " \t/", &state) : 0;
        char* kind = number ? strtok_r(0, " \t", &state) : 0;
        if (!kind || (protocol && strcmp(kind, protocol))) continue;
        int hit = name ? !strcmp(first, name) : atoi(number) == port;
        for (char* alias; name && !hit && (alias = strtok_r(0, " \t", &state));)
            hit = !strcmp(alias, name);
        if (hit) result = give_service(first, atoi(number), kind);
    }
    if (file) fclose(file);
    for (size_t i = 0; !result && i < sizeof known_services / sizeof *known_services; i++) {
        const struct known_service* known = &known_services[i];
        if (name ? !strcmp(known->name, name) : known->port == port)
            result = give_service(known->name, known->port, protocol ? protocol : "tcp");
    }
    return result;
}

struct servent* getservbyname(const char* name, const char* protocol) {
    return search_services(name, 0, protocol);
}
struct servent* getservbyport(int port, const char* protocol) {
    return search_services(0, ntohs((uint16_t)port), protocol);
}

struct known_protocol {
    const char* name;
    int number;
};
static const struct known_protocol protocols[] = {{"ip", 0},  {"icmp", 1}, {"igmp", 2},
                                                  {"tcp", 6}, {"udp", 17}, {"raw", 255}};

static struct protoent* give_protocol(const struct known_protocol* known) {
    static struct protoent protocol;
    protocol = (struct protoent){(char*)known->name, no_aliases, known->number};
    return &protocol;
}

struct protoent* getprotobyname(const char* name) {
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
        if (!strcmp(protocols[i].name, name)) return give_protocol(&protocols[i]);
    return 0;
}

struct protoent* getprotobynumber(int number) {
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
        if (protocols[i].number == number) return give_protocol(&protocols[i]);
    return 0;
}
