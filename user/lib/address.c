// Names to addresses, and addresses to text.
#include "user/lib/net.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// The words of a file's lines without comments: calls `each` until it returns true.
static bool find_in_lines(const char* path, bool (*each)(char** words, int count, void* context),
                          void* context) {
    FILE* file = fopen(path, "r");
    if (!file) return false;
    bool found = false;
    char* line;
    while (!found && (line = read_line(file, NULL, NULL))) {
        char *words[16], *at = line;
        int count = 0;
        at[strcspn(at, "#")] = 0;
        while (count < 16) {
            while (isspace((unsigned char)*at)) at++;
            if (!*at) break;
            words[count++] = at;
            while (*at && !isspace((unsigned char)*at)) at++;
            if (*at) *at++ = 0;
        }
        found = count >= 2 && each(words, count, context);
        free(line);
    }
    fclose(file);
    return found;
}

struct HostSearch {
    const char* name;
    struct in_addr* out;
};

static bool match_host(char** words, int count, void* context) {
    struct HostSearch* search = context;
    for (int i = 1; i < count; i++) {
        if (!strcmp(words[i], search->name)) return inet_pton(AF_INET, words[0], search->out) == 1;
    }
    return false;
}

static bool match_server(char** words, int count, void* context) {
    (void)count;
    return !strcmp(words[0], "nameserver") && inet_pton(AF_INET, words[1], context) == 1;
}

bool dns_server(struct in_addr* out) {
    return find_in_lines("/etc/resolv.conf", match_server, out);
}

bool hosts_address(const char* name, struct in_addr* out) {
    struct HostSearch search = {name, out};
    return find_in_lines("/etc/hosts", match_host, &search);
}

bool lookup_host(const char* name, struct in_addr* out) {
    if (inet_pton(AF_INET, name, out) == 1) return true;
    if (hosts_address(name, out)) return true;
    struct in_addr server;
    if (!dns_server(&server)) return false;
    struct DnsAnswer* answer = allocate(sizeof *answer);
    bool found = false;
    if (dns_ask(server, name, DNS_A, answer)) {
        for (int i = 0; i < answer->count && !found; i++) {
            if (answer->record[i].type != DNS_A) continue;
            found = inet_pton(AF_INET, answer->record[i].text, out) == 1;
        }
    }
    free(answer);
    return found;
}

struct in_addr host_address(const char* name) {
    struct in_addr address;
    if (!lookup_host(name, &address)) die_text("%s: host not found", name);
    return address;
}

static bool match_service(char** words, int count, void* context) {
    (void)count;
    if (strcmp(words[0], *(const char**)context)) return false;
    *(const char**)context = copy_text(words[1]);
    return true;
}

unsigned short port_number(const char* text) {
    const char* found = text;
    if (!isdigit((unsigned char)*text) && find_in_lines("/etc/services", match_service, &found)) {
        return (unsigned short)atoi(found); // "80/tcp"
    }
    return (unsigned short)number(text, "port", 0, 65535);
}

struct sockaddr_in socket_address(const char* host, const char* port) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_port = htons(port_number(port));
    if (host) address.sin_addr = host_address(host);
    return address;
}

struct sockaddr_in numeric_address(const char* host, const char* port) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (!inet_aton(host, &address.sin_addr)) die_text("%s: not an address like 127.0.0.1", host);
    address.sin_port = htons((unsigned short)number(port, "port", 0, 65535));
    return address;
}

const char* address_text(struct in_addr address) {
    static char text[4][INET_ADDRSTRLEN];
    static unsigned turn;
    char* out = text[turn++ % 4];
    const unsigned char* byte = (const unsigned char*)&address;
    snprintf(out, INET_ADDRSTRLEN, "%u.%u.%u.%u", byte[0], byte[1], byte[2], byte[3]);
    return out;
}

const char* endpoint_text(const struct sockaddr_in* address) {
    static char text[4][32];
    static unsigned turn;
    char* out = text[turn++ % 4];
    snprintf(out, 32, "%s:%u", address_text(address->sin_addr), ntohs(address->sin_port));
    return out;
}
