// getaddrinfo(3) and getnameinfo(3).
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "resolve.h"

struct kind {
    int type, protocol;
    const char* name;
};
static const struct kind kinds[] = {
    {SOCK_STREAM, IPPROTO_TCP, "tcp"}, {SOCK_DGRAM, IPPROTO_UDP, "udp"}, {SOCK_RAW, 0, 0}};

// One allocation holds all that a result has.
struct result {
    struct addrinfo information;
    union {
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    char canonical[256];
};

static int matches(const struct kind* kind, const struct addrinfo* hints) {
    if (hints->ai_socktype && hints->ai_socktype != kind->type) return 0;
    return !hints->ai_protocol || !kind->protocol || hints->ai_protocol == kind->protocol;
}

// The port in network order, or −1: no such service of this kind.
static int find_port(const char* service, const struct kind* kind, int flags) {
    if (!service) return 0;
    char* end;
    unsigned long port = strtoul(service, &end, 10);
    if (!*end) return port < 65536 ? htons((uint16_t)port) : -1; // "" is port 0
    if ((flags & AI_NUMERICSERV) || !kind->name) return -1;
    struct servent* found = getservbyname(service, kind->name);
    return found ? found->s_port : -1;
}

// An address of IPv6 as text, perhaps with a scope: fe80::1%eth0, fe80::1%2.
static int parse_scoped(const char* text, struct in6_addr* address, unsigned* scope) {
    char plain[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
    *scope = 0;
    if (strlcpy(plain, text, sizeof plain) >= sizeof plain) return 0;
    char* percent = strchr(plain, '%');
    if (percent) {
        *percent = 0;
        char* end;
        *scope = if_nametoindex(percent + 1);
        if (!*scope) *scope = (unsigned)strtoul(percent + 1, &end, 10);
        if (!*scope) return 0;
    }
    return inet_pton(AF_INET6, plain, address) == 1;
}

static int find_addresses(const char* node, const struct addrinfo* hints, struct addresses* found,
                          unsigned* scope) {
    found->canonical[0] = 0;
    found->count = found->count6 = 0;
    found->want = hints->ai_family == AF_INET    ? WANT_V4
                  : hints->ai_family == AF_INET6 ? WANT_V6
                                                 : WANT_V4 | WANT_V6;
    if (!node) {
        int any = hints->ai_flags & AI_PASSIVE;
        if (found->want & WANT_V4)
            found->address[found->count++].s_addr = htonl(any ? INADDR_ANY : INADDR_LOOPBACK);
        if (found->want & WANT_V6)
            found->address6[found->count6++] = any ? in6addr_any : in6addr_loopback;
        return 0;
    }
    if (inet_aton(node, &found->address[0])) {
        if (!(found->want & WANT_V4)) return EAI_ADDRFAMILY;
        found->count = 1;
        strlcpy(found->canonical, node, sizeof found->canonical);
        return 0;
    }
    if (parse_scoped(node, &found->address6[0], scope)) {
        if (!(found->want & WANT_V6)) return EAI_ADDRFAMILY;
        found->count6 = 1;
        strlcpy(found->canonical, node, sizeof found->canonical);
        return 0;
    }
    return hints->ai_flags & AI_NUMERICHOST ? EAI_NONAME : __resolve_name(node, found);
}

static struct result* append(struct addrinfo** list, const struct kind* kind,
                             const struct addrinfo* hints) {
    struct result* result = calloc(1, sizeof *result);
    if (!result) return 0;
    result->information =
        (struct addrinfo){.ai_flags = hints->ai_flags,
                          .ai_socktype = kind->type,
                          .ai_protocol = kind->protocol ? kind->protocol : hints->ai_protocol,
                          .ai_addr = (struct sockaddr*)&result->address};
    while (*list) list = &(*list)->ai_next;
    *list = &result->information;
    return result;
}

// The i-th of all that was found. IPv4 first: RFC 6724 puts IPv6 first where it would leave from a
// global address, which a machine behind QEMU's network doesn't have; who tries all finds it.
static void set_address(struct result* result, const struct addresses* found, int i, int port,
                        unsigned scope) {
    struct addrinfo* information = &result->information;
    if (i >= found->count) {
        result->address.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6,
                                                   .sin6_port = (in_port_t)port,
                                                   .sin6_addr = found->address6[i - found->count],
                                                   .sin6_scope_id = scope};
        information->ai_family = AF_INET6;
        information->ai_addrlen = sizeof result->address.v6;
        return;
    }
    result->address.v4 = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = (in_port_t)port, .sin_addr = found->address[i]};
    information->ai_family = AF_INET;
    information->ai_addrlen = sizeof result->address.v4;
}

int getaddrinfo(const char* __restrict node, const char* __restrict service,
                const struct addrinfo* __restrict hints, struct addrinfo** __restrict results) {
    static const struct addrinfo no_hints;
    const int known = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL |
                      AI_ADDRCONFIG | AI_NUMERICSERV;
    if (!hints) hints = &no_hints;
    *results = 0;
    if (!node && !service) return EAI_NONAME;
    if (hints->ai_flags & ~known) return EAI_BADFLAGS;
    if ((hints->ai_flags & AI_CANONNAME) && !node) return EAI_BADFLAGS;
    if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET &&
        hints->ai_family != AF_INET6)
        return EAI_FAMILY;
    struct addresses found;
    unsigned scope = 0;
    int error = find_addresses(node, hints, &found, &scope);
    if (error) return error;
    int any_kind = 0;
    for (int i = 0; i < found.count6 + found.count; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            if (!matches(&kinds[k], hints)) continue;
            any_kind = 1;
            int port = find_port(service, &kinds[k], hints->ai_flags);
            if (port < 0) continue;
            struct result* result = append(results, &kinds[k], hints);
            if (result) {
                set_address(result, &found, i, port, scope);
                continue;
            }
            freeaddrinfo(*results);
            *results = 0;
            return EAI_MEMORY;
        }
    if (!*results) return any_kind ? EAI_SERVICE : EAI_SOCKTYPE;
    if (hints->ai_flags & AI_CANONNAME) {
        struct result* first = (struct result*)*results;
        strlcpy(first->canonical, found.canonical, sizeof first->canonical);
        first->information.ai_canonname = first->canonical;
    }
    return 0;
}

void freeaddrinfo(struct addrinfo* list) {
    while (list) {
        struct addrinfo* next = list->ai_next;
        free(list);
        list = next;
    }
}

static int put(char* target, socklen_t size, const char* text) {
    return strlcpy(target, text, size) < size ? 0 : EAI_OVERFLOW;
}

static void print_scoped(const struct sockaddr_in6* address, char* text, size_t size) {
    char device[IF_NAMESIZE];
    inet_ntop(AF_INET6, &address->sin6_addr, text, (socklen_t)size);
    size_t used = strlen(text);
    if (!address->sin6_scope_id) return;
    if (if_indextoname(address->sin6_scope_id, device))
        snprintf(text + used, size - used, "%%%s", device);
    else
        snprintf(text + used, size - used, "%%%u", address->sin6_scope_id);
}

int getnameinfo(const struct sockaddr* __restrict address, socklen_t length, char* __restrict host,
                socklen_t host_size, char* __restrict service, socklen_t service_size, int flags) {
    const struct sockaddr_in* internet = (const struct sockaddr_in*)address;
    if (length < sizeof(sa_family_t)) return EAI_FAMILY;
    int v6 = address->sa_family == AF_INET6;
    if (!v6 && address->sa_family != AF_INET) return EAI_FAMILY;
    if (length < (v6 ? sizeof(struct sockaddr_in6) : sizeof *internet)) return EAI_FAMILY;
    if ((!host || !host_size) && (!service || !service_size)) return EAI_NONAME;
    if (host && host_size) {
        char name[256];
        int error = v6 || (flags & NI_NUMERICHOST)
                        ? EAI_NONAME // names of IPv6's addresses aren't looked up
                        : __resolve_address(internet->sin_addr, name, sizeof name);
        if (error && (flags & NI_NAMEREQD)) return EAI_NONAME;
        if (error && v6)
            print_scoped((const struct sockaddr_in6*)address, name, sizeof name);
        else if (error)
            inet_ntop(AF_INET, &internet->sin_addr, name, sizeof name);
        if (put(host, host_size, name)) return EAI_OVERFLOW;
    }
    if (service && service_size) {
        char number[8];
        snprintf(number, sizeof number, "%d", ntohs(internet->sin_port));
        struct servent* found = 0;
        if (!(flags & NI_NUMERICSERV))
            found = getservbyport(internet->sin_port, flags & NI_DGRAM ? "udp" : "tcp");
        if (put(service, service_size, found ? found->s_name : number)) return EAI_OVERFLOW;
    }
    return 0;
}

const char* gai_strerror(int error) {
    switch (error) {
    case 0:
        return "Success";
    case EAI_BADFLAGS:
        return "Bad value for ai_flags";
    case EAI_NONAME:
        return "Name or service not known";
    case EAI_AGAIN:
        return "Temporary failure in name resolution";
    case EAI_FAIL:
        return "Non-recoverable failure in name resolution";
    case EAI_NODATA:
        return "No address associated with hostname";
    case EAI_ADDRFAMILY:
        return "Address family for hostname not supported";
    case EAI_FAMILY:
        return "ai_family not supported";
    case EAI_SOCKTYPE:
        return "ai_socktype not supported";
    case EAI_SERVICE:
        return "Servname not supported for ai_socktype";
    case EAI_MEMORY:
        return "Memory allocation failure";
    case EAI_SYSTEM:
        return "System error";
    case EAI_OVERFLOW:
        return "Argument buffer overflow";
    }
    return "Unknown error";
}
