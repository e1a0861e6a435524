// What the network programs share: names to addresses, sockets by address, interfaces by ioctl.
#pragma once

#include "user/lib/user.h"

#include <netinet/in.h>

// An address of either family, with its port.
union Endpoint {
    sa_family_t family;
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

// --- addresses in numbers, and their text (endpoint.c) ---
// "1.2.3.4" or "fec0::2"; the port becomes 0.
bool parse_address(const char* text, union Endpoint* out);
// 32 digits, as the files of /proc/net have addresses in the network's byte order.
union Endpoint hexadecimal_address(const char digits[32]);
socklen_t endpoint_length(const union Endpoint* address);
void set_port(union Endpoint* address, unsigned short port);
// In numbers only: names would bring a resolver into the documents' small programs.
union Endpoint numeric_address(const char* host, const char* port);
// Texts are in fresh static buffers, four in turn.
const char* address_text(struct in_addr address);
const char* host_text(const union Endpoint* address);     // without the port
const char* endpoint_text(const union Endpoint* address); // 1.2.3.4:80, [fec0::2]:80

// --- names (address.c) ---
// An address in numbers (also "fe80::2%eth0") or a name: /etc/hosts, then DNS, IPv4 before IPv6.
// `family`: the one that is wanted, or AF_UNSPEC.
bool lookup_host(const char* name, int family, union Endpoint* out);
bool hosts_address(const char* name, int family, union Endpoint* out); // /etc/hosts alone
// The same; without an address the program ends with a message.
union Endpoint find_host(const char* name, int family);
struct in_addr host_address(const char* name); // IPv4's
unsigned short port_number(const char* text);  // or a service's name from /etc/services
// host null: any address, of both families unless AF_INET is asked for.
union Endpoint socket_address(const char* host, const char* port, int family);

// --- sockets (socket.c) ---
// Connects. The descriptor, or -1 and errno.
int connect_to(const union Endpoint* address, int type);
// The same for a stream, with a limit in milliseconds, or -1.
int connect_within(const union Endpoint* address, int limit);
// Binds with SO_REUSEADDR, and listens if it is a stream; on :: for both families, or for IPv4
// alone where there is no IPv6. Ends the program if it can't.
int listen_on(const union Endpoint* address, int type, int backlog);
int send_all(int fd, const void* bytes, size_t length); // 0, or -1 and errno; never SIGPIPE
double exact_milliseconds(void);                        // a clock that only goes forward
long long milliseconds(void);                           // the same, whole

// --- interfaces (interface.c) ---
struct ifreq;
int control_socket(void); // a datagram socket that ioctls go through; ends the program on failure
void interface_request(struct ifreq* request, const char* name);
// One ioctl on an interface; on failure ends the program, naming `what`.
void interface_ioctl(unsigned long number, struct ifreq* request, const char* what);
void set_interface_address(const char* name, unsigned long number, struct in_addr address);
void set_interface_flags(const char* name, short on, short off);
// SIOCADDRT or SIOCDELRT. A gateway of 0 is a route on the link. 0, or -1 and errno.
int change_route(bool add, struct in_addr destination, struct in_addr mask, struct in_addr gateway,
                 const char* interface, int metric);
// The same for an address or route of IPv6. A gateway of :: is a route on the link.
int change_address6(bool add, const char* interface, const struct in6_addr* address, int bits);
int change_route6(bool add, const struct in6_addr* destination, int bits,
                  const struct in6_addr* gateway, const char* interface, int metric);

// --- DNS messages (dns.c), RFC 1035 ---
enum {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28
};
struct DnsRecord {
    int type;
    unsigned ttl;
    char name[256];
    char text[512]; // the data, readable
};
struct DnsAnswer {
    int code; // 0 good, 3 no such name …
    struct DnsRecord record[32];
    int count;
};
// Asks one server, trying again; false (errno set) if no valid answer comes.
bool dns_ask(const union Endpoint* server, const char* name, int type, struct DnsAnswer* answer);
bool dns_server(union Endpoint* out); // the first in /etc/resolv.conf
