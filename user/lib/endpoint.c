// Addresses of both families with their ports: from numbers, and to text.
#include "user/lib/net.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

bool parse_address(const char* text, union Endpoint* out) {
    memset(out, 0, sizeof *out);
    out->family = strchr(text, ':') ? AF_INET6 : AF_INET;
    void* to = out->family == AF_INET6 ? (void*)&out->v6.sin6_addr : (void*)&out->v4.sin_addr;
    return inet_pton(out->family, text, to) == 1;
}

union Endpoint hexadecimal_address(const char digits[32]) {
    union Endpoint address = {.v6 = {.sin6_family = AF_INET6}};
    for (int i = 0; i < 16; i++) {
        char byte[3] = {digits[i * 2], digits[i * 2 + 1], 0};
        address.v6.sin6_addr.s6_addr[i] = (unsigned char)strtoul(byte, NULL, 16);
    }
    return address;
}

socklen_t endpoint_length(const union Endpoint* address) {
    return address->family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

// The port stands at the same place in both.
void set_port(union Endpoint* address, unsigned short port) { address->v4.sin_port = htons(port); }

union Endpoint numeric_address(const char* host, const char* port) {
    union Endpoint address;
    if (!parse_address(host, &address)) die_text("%s: not an address like 127.0.0.1 or ::1", host);
    set_port(&address, (unsigned short)number(port, "port", 0, 65535));
    return address;
}

const char* host_text(const union Endpoint* address) {
    static char text[4][INET6_ADDRSTRLEN];
    static unsigned turn;
    char* out = text[turn++ % 4];
    bool v4 = address->family == AF_INET;
    const void* from = v4 ? (const void*)&address->v4.sin_addr : &address->v6.sin6_addr;
    inet_ntop(address->family, from, out, sizeof text[0]);
    // An IPv4 peer of a socket for both families goes by the address that everyone knows.
    return strncmp(out, "::ffff:", 7) ? out : strchr(out, '.') ? out + 7 : out;
}

const char* address_text(struct in_addr address) {
    union Endpoint any = {.v4 = {.sin_family = AF_INET, .sin_addr = address}};
    return host_text(&any);
}

const char* endpoint_text(const union Endpoint* address) {
    static char text[4][INET6_ADDRSTRLEN + 8];
    static unsigned turn;
    char* out = text[turn++ % 4];
    const char* host = host_text(address);
    snprintf(out, sizeof text[0], strchr(host, ':') ? "[%s]:%u" : "%s:%u", host,
             ntohs(address->v4.sin_port));
    return out;
}
