// Asks /etc/hosts or a DNS server about a name or an address.
#include "user/lib/net.h"

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

static bool print_answer(const struct DnsAnswer* answer) {
    for (int i = 0; i < answer->count; i++) {
        const struct DnsRecord* record = &answer->record[i];
        printf("%-30s %6u %-5s %s\n", record->name, record->ttl, type_name(record->type),
               record->text);
    }
    return answer->count > 0;
}

// The name under which an address's own name is found (RFC 1035, 3.5; RFC 3596, 2.5).
static char* reversed(const union Endpoint* address) {
    if (address->family == AF_INET) {
        unsigned a = ntohl(address->v4.sin_addr.s_addr);
        return format_text("%u.%u.%u.%u.in-addr.arpa", a & 255, a >> 8 & 255, a >> 16 & 255,
                           a >> 24);
    }
    char digits[65], *at = digits;
    for (int i = 15; i >= 0; i--) {
        unsigned byte = address->v6.sin6_addr.s6_addr[i];
        at += snprintf(at, 5, "%x.%x.", byte & 15, byte >> 4);
    }
    return format_text("%sip6.arpa", digits);
}

// As all programs look names up: what /etc/hosts says comes before any server.
static bool show_from_hosts(const char* name) {
    static const int families[] = {AF_INET, AF_INET6};
    bool found = false;
    for (int i = 0; i < 2; i++) {
        union Endpoint address;
        if (!hosts_address(name, families[i], &address)) continue;
        if (!found) puts("Server: none, from /etc/hosts");
        printf("%-30s %6s %-5s %s\n", name, "", i ? "AAAA" : "A", host_text(&address));
        found = true;
    }
    return found;
}

int main(int argc, char** argv) {
    begin(argv, "nslookup [-t TYPE] NAME|ADDRESS [SERVER]\n"
                "Without a type: the addresses of a name, of both families; the name of an "
                "address.\n");
    int type = DNS_A, letter;
    bool typed = false;
    while ((letter = option(argc, argv, "t:"))) {
        type = type_number(option_value);
        typed = true;
    }
    int count = argc - option_index;
    if (count < 1 || count > 2) die_usage();
    const char* name = argv[option_index];
    union Endpoint server, address;
    if (!typed && parse_address(name, &address)) {
        name = reversed(&address);
        type = DNS_PTR;
    }
    if (!typed && count == 1 && show_from_hosts(name)) return finish(0);
    if (count == 2)
        server = find_host(argv[option_index + 1], AF_UNSPEC);
    else if (!dns_server(&server))
        die_text("/etc/resolv.conf names no server");
    printf("Server: %s\n", host_text(&server));
    static struct DnsAnswer answer;
    if (!dns_ask(&server, name, type, &answer)) die_errno(name);
    if (answer.code) die_text("%s: %s", name, code_text(answer.code));
    bool found = print_answer(&answer);
    if (!typed && type == DNS_A && dns_ask(&server, name, DNS_AAAA, &answer) && !answer.code)
        found |= print_answer(&answer);
    if (!found) die_text("%s: no %s record", name, type_name(type));
    return finish(0);
}
