// Names and addresses in /etc/hosts (hosts(5)).
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "resolve.h"

int __resolve_hosts(const char* name, struct addresses* found) {
    int v4 = found->want & WANT_V4, v6 = found->want & WANT_V6;
    found->count = found->count6 = 0;
    FILE* file = fopen("/etc/hosts", "re");
    char line[512];
    while (file && fgets(line, sizeof line, file)) {
        char *state, *first;
        line[strcspn(line, "#\n")] = 0;
        struct in_addr address;
        struct in6_addr address6;
        char* text = strtok_r(line, " \t", &state);
        if (!text) continue;
        int is_v4 = inet_pton(AF_INET, text, &address) == 1;
        if (is_v4 ? !v4 : !v6) continue;
        if (!is_v4 && inet_pton(AF_INET6, text, &address6) != 1) continue;
        first = 0;
        for (char* word; (word = strtok_r(0, " \t", &state));) {
            if (!first) first = word;
            if (strcasecmp(word, name)) continue;
            if (found->count + found->count6 == 0)
                strlcpy(found->canonical, first, sizeof found->canonical);
            if (is_v4 && found->count < MOST_ADDRESSES) found->address[found->count++] = address;
            if (!is_v4 && found->count6 < MOST_ADDRESSES)
                found->address6[found->count6++] = address6;
            break;
        }
    }
    if (file) fclose(file);
    if (found->count || found->count6) return 0;
    if (strcasecmp(name, "localhost")) return EAI_NONAME;
    // RFC 6761 6.3: this name is the loopback address, whatever the files say.
    if (v4) found->address[found->count++].s_addr = htonl(INADDR_LOOPBACK);
    if (v6) found->address6[found->count6++] = in6addr_loopback;
    strlcpy(found->canonical, name, sizeof found->canonical);
    return 0;
}

static int name_in_hosts(struct in_addr wanted, char* name, size_t size) {
    FILE* file = fopen("/etc/hosts", "re");
    char line[512];
    int result = EAI_NONAME;
    while (file && result && fgets(line, sizeof line, file)) {
        char* state;
        line[strcspn(line, "#\n")] = 0;
        struct in_addr address;
        char* text = strtok_r(line, " \t", &state);
        if (!text || inet_pton(AF_INET, text, &address) != 1) continue;
        char* word = strtok_r(0, " \t", &state);
        if (!word || address.s_addr != wanted.s_addr) continue;
        strlcpy(name, word, size);
        result = 0;
    }
    if (file) fclose(file);
    return result;
}

int __resolve_name(const char* name, struct addresses* found) {
    int error = __resolve_hosts(name, found);
    return error ? __resolve_dns(name, found) : 0;
}

int __resolve_address(struct in_addr address, char* name, size_t size) {
    int error = name_in_hosts(address, name, size);
    return error ? __dns_name_of(address, name, size) : 0;
}
