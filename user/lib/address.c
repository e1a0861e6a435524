// Names to addresses: /etc/hosts, then DNS; services to ports.
#include "user/lib/net.h"

#include <ctype.h>
#include <net/if.h>
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
    int family;
    union Endpoint* out;
};

static bool fits(const union Endpoint* address, int family) {
    return family == AF_UNSPEC || address->family == family;
}

static bool match_host(char** words, int count, void* context) {
    struct HostSearch* search = context;
    for (int i = 1; i < count; i++) {
        if (!strcmp(words[i], search->name))
            return parse_address(words[0], search->out) && fits(search->out, search->family);
    }
    return false;
}

static bool match_server(char** words, int count, void* context) {
    (void)count;
    return !strcmp(words[0], "nameserver") && parse_address(words[1], context);
}

bool dns_server(union Endpoint* out) {
    return find_in_lines("/etc/resolv.conf", match_server, out);
}

bool hosts_address(const char* name, int family, union Endpoint* out) {
    struct HostSearch search = {name, family, out};
    return find_in_lines("/etc/hosts", match_host, &search);
}

static bool dns_address(const union Endpoint* server, const char* name, int type,
                        union Endpoint* out) {
    struct DnsAnswer* answer = allocate(sizeof *answer);
    bool found = false;
    if (dns_ask(server, name, type, answer)) {
        for (int i = 0; i < answer->count && !found; i++)
            found = answer->record[i].type == type && parse_address(answer->record[i].text, out);
    }
    free(answer);
    return found;
}

// "fe80::2%eth0": an address of one link, whose name or number stands there (RFC 4007, 11).
static bool parse_scoped(const char* text, union Endpoint* out) {
    const char* scope = strchr(text, '%') + 1;
    char* number = copy_bytes(text, (size_t)(scope - 1 - text));
    bool found = parse_address(number, out) && out->family == AF_INET6;
    free(number);
    if (!found) return false;
    out->v6.sin6_scope_id = if_nametoindex(scope);
    if (!out->v6.sin6_scope_id) out->v6.sin6_scope_id = (unsigned)strtoul(scope, NULL, 10);
    return out->v6.sin6_scope_id != 0;
}

bool lookup_host(const char* name, int family, union Endpoint* out) {
    if (strchr(name, '%')) return parse_scoped(name, out) && fits(out, family);
    if (parse_address(name, out)) return fits(out, family);
    if (hosts_address(name, family, out)) return true;
    union Endpoint server;
    if (!dns_server(&server)) return false;
    if (family != AF_INET6 && dns_address(&server, name, DNS_A, out)) return true;
    return family != AF_INET && dns_address(&server, name, DNS_AAAA, out);
}

union Endpoint find_host(const char* name, int family) {
    union Endpoint address;
    if (!lookup_host(name, family, &address)) die_text("%s: host not found", name);
    return address;
}

struct in_addr host_address(const char* name) {
    return find_host(name, AF_INET).v4.sin_addr;
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

union Endpoint socket_address(const char* host, const char* port, int family) {
    union Endpoint address = {0};
    if (host)
        address = find_host(host, family);
    else // of both families, unless one is named
        address.family = family == AF_INET ? AF_INET : AF_INET6;
    set_port(&address, port_number(port));
    return address;
}
