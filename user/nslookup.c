// Asks /etc/hosts or a DNS server about a name or an address.
#include "user/lib/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char* name;
    int type;
} types[] = {{"A", DNS_A},     {"AAAA", DNS_AAAA}, {"NS", DNS_NS}, {"CNAME", DNS_CNAME},
             {"SOA", DNS_SOA}, {"PTR", DNS_PTR},   {"MX", DNS_MX}, {"TXT", DNS_TXT}};

static int type_number(const char* name) {
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!strcasecmp(types[i].name, name)) return types[i].type;
    }
    die_text("%s: unknown type", name);
}

static const char* type_name(int type) {
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].type == type) return types[i].name;
    }
    return "?";
}

static const char* code_text(int code) {
    static const char* const text[] = {"no error",     "malformed question", "server failure",
                                       "no such name", "not implemented",    "refused"};
    return code < 6 ? text[code] : "unknown error";
}

int main(int argc, char** argv) {
    begin(argv, "nslookup [-t TYPE] NAME|ADDRESS [SERVER]\n");
    int type = DNS_A, letter;
    bool typed = false;
    while ((letter = option(argc, argv, "t:"))) {
        type = type_number(option_value);
        typed = true;
    }
    int count = argc - option_index;
    if (count < 1 || count > 2) die_usage();
    const char* name = argv[option_index];
    struct in_addr server, address;
    char reversed[64];
    if (!typed && inet_pton(AF_INET, name, &address) == 1) {
        unsigned a = ntohl(address.s_addr);
        snprintf(reversed, sizeof reversed, "%u.%u.%u.%u.in-addr.arpa", a & 255, a >> 8 & 255,
                 a >> 16 & 255, a >> 24);
        name = reversed;
        type = DNS_PTR;
    }
    // As all programs look names up: what /etc/hosts says comes before any server.
    if (!typed && count == 1 && hosts_address(name, &address)) {
        printf("Server: none, from /etc/hosts\n%-30s %6s %-5s %s\n", name, "", "A",
               address_text(address));
        return finish(0);
    }
    if (count == 2)
        server = host_address(argv[option_index + 1]);
    else if (!dns_server(&server))
        die_text("/etc/resolv.conf names no server");
    printf("Server: %s\n", address_text(server));
    static struct DnsAnswer answer;
    if (!dns_ask(server, name, type, &answer)) die_errno(name);
    if (answer.code) die_text("%s: %s", name, code_text(answer.code));
    if (!answer.count) die_text("%s: no %s record", name, type_name(type));
    for (int i = 0; i < answer.count; i++) {
        const struct DnsRecord* record = &answer.record[i];
        printf("%-30s %6u %-5s %s\n", record->name, record->ttl, type_name(record->type),
               record->text);
    }
    return finish(0);
}
