// What the network programs share: names to addresses, sockets by address, interfaces by ioctl.
#pragma once

#include "user/lib/user.h"

#include <netinet/in.h>

// --- addresses (address.c) ---
// "1.2.3.4" or a name: /etc/hosts, then DNS. Ends the program with a message if there is none.
struct in_addr host_address(const char* name);
bool lookup_host(const char* name, struct in_addr* out);   // the same, without the message
bool hosts_address(const char* name, struct in_addr* out); // /etc/hosts alone
unsigned short port_number(const char* text);              // or a service's name from /etc/services
struct sockaddr_in socket_address(const char* host, const char* port); // host null: any
// In numbers only: names would bring a resolver into the documents' small programs.
struct sockaddr_in numeric_address(const char* host, const char* port);
const char* address_text(struct in_addr address);             // a fresh static buffer, four in turn
const char* endpoint_text(const struct sockaddr_in* address); // 1.2.3.4:80

// --- sockets (socket.c) ---
// Connects; with a limit in milliseconds, or -1. The descriptor, or -1 and errno.
int connect_to(const struct sockaddr_in* address, int type, int limit);
// Binds with SO_REUSEADDR, and listens if it is a stream. Ends the program if it can't.
int listen_on(const struct sockaddr_in* address, int type, int backlog);
int send_all(int fd, const void* bytes, size_t length); // 0, or -1 and errno; never SIGPIPE
long long milliseconds(void);                           // a clock that only goes forward

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
bool dns_ask(struct in_addr server, const char* name, int type, struct DnsAnswer* answer);
bool dns_server(struct in_addr* out); // the first in /etc/resolv.conf
