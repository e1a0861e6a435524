// Internet addresses as text (inet(3), inet_pton(3)).
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

#undef htons
#undef ntohs
#undef htonl
#undef ntohl
uint16_t htons(uint16_t value) { return __builtin_bswap16(value); }
uint16_t ntohs(uint16_t value) { return __builtin_bswap16(value); }
uint32_t htonl(uint32_t value) { return __builtin_bswap32(value); }
uint32_t ntohl(uint32_t value) { return __builtin_bswap32(value); }

// One to four numbers with dots between; the last fills the bytes that are left. Each may be
// decimal, octal or hexadecimal.
int inet_aton(const char* text, struct in_addr* address) {
    uint32_t parts[4];
    int count = 0;
    for (;;) {
        if (!isdigit((unsigned char)*text)) return 0;
        char* end;
        errno = 0;
        unsigned long value = strtoul(text, &end, 0);
        if (errno || value > 0xffffffff) return 0;
        parts[count++] = (uint32_t)value;
        text = end;
        if (*text != '.') break;
        if (count == 4) return 0;
        text++;
    }
    if (*text && !isspace((unsigned char)*text)) return 0;
    uint32_t result = 0;
    for (int i = 0; i < count - 1; i++) {
        if (parts[i] > 255) return 0;
        result |= parts[i] << (24 - 8 * i);
    }
    if (count > 1 && parts[count - 1] >> (8 * (5 - count))) return 0;
    address->s_addr = htonl(result | parts[count - 1]);
    return 1;
}

in_addr_t inet_addr(const char* text) {
    struct in_addr address;
    return inet_aton(text, &address) ? address.s_addr : INADDR_NONE;
}

// One to four bytes with dots between, each decimal, octal or hexadecimal; the last is the lowest.
in_addr_t inet_network(const char* text) {
    in_addr_t result = 0;
    for (int i = 0;; i++, text++) {
        if (i == 4 || !isdigit((unsigned char)*text)) return INADDR_NONE;
        char* end;
        unsigned long value = strtoul(text, &end, 0);
        if (value > 255) return INADDR_NONE;
        result = result << 8 | (in_addr_t)value;
        text = end;
        if (*text != '.') break;
    }
    while (isspace((unsigned char)*text)) text++;
    return *text ? INADDR_NONE : result;
}

char* inet_ntoa(struct in_addr address) {
    static __thread char text[INET_ADDRSTRLEN];
    return (char*)inet_ntop(AF_INET, &address, text, sizeof text);
}

struct in_addr inet_makeaddr(in_addr_t network, in_addr_t host) {
    int bits = network < 128 ? 24 : network < 65536 ? 16 : network < 16777216 ? 8 : 0;
    return (struct in_addr){htonl(network << bits | host)};
}

static int host_bits(in_addr_t address) {
    return IN_CLASSA(address) ? 24 : IN_CLASSB(address) ? 16 : 8;
}
in_addr_t inet_lnaof(struct in_addr address) {
    in_addr_t value = ntohl(address.s_addr);
    return value & ((1u << host_bits(value)) - 1);
}
in_addr_t inet_netof(struct in_addr address) {
    in_addr_t value = ntohl(address.s_addr);
    return value >> host_bits(value);
}

// Exactly four decimal numbers without leading zeros.
static int parse_v4(const char* text, unsigned char* bytes) {
    for (int i = 0; i < 4; i++) {
        if (!isdigit((unsigned char)*text) || (text[0] == '0' && isdigit((unsigned char)text[1])))
            return 0;
        int value = 0;
        for (; isdigit((unsigned char)*text) && value < 256; text++)
            value = value * 10 + (*text - '0');
        if (value > 255 || *text++ != (i < 3 ? '.' : 0)) return 0;
        bytes[i] = (unsigned char)value;
    }
    return 1;
}

// RFC 4291 2.2: groups of four hexadecimal digits, "::" once for a run of zero groups, and perhaps
// an IPv4 address at the end.
static int parse_v6(const char* text, unsigned char* bytes) {
    int at = 0, gap = -1;
    if (text[0] == ':' && *++text != ':') return 0;
    while (at < 16) {
        if (*text == ':' && gap < 0) {
            gap = at;
            if (!*++text) break;
            continue;
        }
        int digits = 0;
        unsigned group = 0;
        for (; digits < 4 && isxdigit((unsigned char)text[digits]); digits++)
            group = group * 16 + (unsigned)__digit_value(text[digits]);
        if (digits == 0) return 0;
        if (text[digits] == '.' && at <= 12) {
            if (!parse_v4(text, bytes + at)) return 0;
            text = "";
            at += 4;
            break;
        }
        bytes[at++] = (unsigned char)(group >> 8);
        bytes[at++] = (unsigned char)group;
        text += digits;
        if (!*text) break;
        if (*text++ != ':' || !*text) return 0;
    }
    if (*text || (gap < 0) == (at < 16)) return 0;
    int zeros = 16 - at;
    for (int i = 16; zeros && i-- > gap;) bytes[i] = i < gap + zeros ? 0 : bytes[i - zeros];
    return 1;
}

int inet_pton(int family, const char* __restrict text, void* __restrict target) {
    unsigned char bytes[16];
    if (family != AF_INET && family != AF_INET6) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    int good = family == AF_INET ? parse_v4(text, bytes) : parse_v6(text, bytes);
    if (good) memcpy(target, bytes, family == AF_INET ? 4 : 16);
    return good;
}

static void print_v4(const unsigned char* bytes, char* text, size_t size) {
    snprintf(text, size, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
}

// RFC 5952: the longest run of two or more zero groups becomes "::".
static void print_v6(const unsigned char* bytes, char* text, size_t size) {
    int groups[8], best = -1, best_length = 1;
    for (int i = 0; i < 8; i++) groups[i] = bytes[2 * i] << 8 | bytes[2 * i + 1];
    for (int i = 0; i < 8; i++) {
        int length = 0;
        while (i + length < 8 && groups[i + length] == 0) length++;
        if (length > best_length) best = i, best_length = length;
    }
    int mapped = best == 0 && (best_length == 6 || (best_length == 5 && groups[5] == 0xffff));
    size_t at = 0;
    for (int i = 0; i < (mapped ? 6 : 8); i++) {
        if (i == best) {
            at += (size_t)snprintf(text + at, size - at, "::");
            i += best_length - 1;
        } else {
            const char* format = i && i != best + best_length ? ":%x" : "%x";
            at += (size_t)snprintf(text + at, size - at, format, groups[i]);
        }
    }
    if (mapped && groups[5]) text[at++] = ':';
    if (mapped) print_v4(bytes + 12, text + at, size - at);
}

const char* inet_ntop(int family, const void* __restrict address, char* __restrict target,
                      socklen_t size) {
    const unsigned char* bytes = address;
    char text[INET6_ADDRSTRLEN];
    if (family == AF_INET) {
        print_v4(bytes, text, sizeof text);
    } else if (family == AF_INET6) {
        print_v6(bytes, text, sizeof text);
    } else {
        errno = EAFNOSUPPORT;
        return 0;
    }
    size_t length = strlen(text) + 1;
    if (length <= size) return memcpy(target, text, length);
    errno = ENOSPC;
    return 0;
}
