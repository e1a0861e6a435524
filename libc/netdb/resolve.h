// Looking names up: the hosts file, then the nameservers of /etc/resolv.conf.
#pragma once
#include <netdb.h>

enum { MOST_ADDRESSES = 16 };

enum { WANT_V4 = 1, WANT_V6 = 2 };

struct addresses {
    int want; // which families are asked for
    int count, count6;
    struct in_addr address[MOST_ADDRESSES];
    struct in6_addr address6[MOST_ADDRESSES];
    char canonical[256]; // the name that the addresses belong to
};

// Both return 0 or an EAI_* error.
int __resolve_hosts(const char* name, struct addresses* found);
int __resolve_dns(const char* name, struct addresses* found);
// Hosts file first, then DNS.
int __resolve_name(const char* name, struct addresses* found);
// The name of an address, from the hosts file or the DNS (PTR). 0 or an EAI_* error.
int __resolve_address(struct in_addr address, char* name, size_t size);
int __dns_name_of(struct in_addr address, char* name, size_t size);
// One question of `type` about `name` to the nameservers. The answer's length, or an EAI_* error.
int __dns_query(const char* name, int type, unsigned char* answer, int room);
