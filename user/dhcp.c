// A DHCP client (RFC 2131): asks for an address, sets it, the mask, the default route and the name
// server, and with -d keeps the lease alive.
#include "user/lib/net.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SERVER_PORT = 67, CLIENT_PORT = 68, FIXED = 236, OPTIONS = FIXED + 4, PACKET = 576 };
enum { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK };
enum {
    OPTION_MASK = 1,
    OPTION_ROUTER = 3,
    OPTION_DNS = 6,
    OPTION_DOMAIN = 15,
    OPTION_ADDRESS = 50,
    OPTION_LEASE = 51,
    OPTION_TYPE = 53,
    OPTION_SERVER = 54,
    OPTION_WANTED = 55,
    OPTION_END = 255,
};

struct Lease {
    struct in_addr address, server, mask, router, dns;
    unsigned seconds;
    char domain[128];
};

static const char* interface = "eth0";
static unsigned char mac[6];
static unsigned transaction;
static bool quiet;

static void put32(unsigned char* out, unsigned value) {
    for (int i = 0; i < 4; i++) out[i] = (unsigned char)(value >> (24 - 8 * i));
}

static unsigned get32(const unsigned char* in) {
    return (unsigned)in[0] << 24 | (unsigned)in[1] << 16 | (unsigned)in[2] << 8 | in[3];
}

static struct in_addr get_address(const unsigned char* in) {
    struct in_addr address;
    memcpy(&address, in, 4);
    return address;
}

static int open_socket(void) {
    int yes = 1, fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(CLIENT_PORT)};
    if (fd < 0) die_errno("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes)) die_errno("SO_BROADCAST");
    // Where a socket can't be bound to an interface, the route of the broadcast decides.
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1) &&
        errno != ENOPROTOOPT) {
        die_errno("SO_BINDTODEVICE");
    }
    if (bind(fd, (struct sockaddr*)&any, sizeof any)) die_errno("bind to port 68");
    return fd;
}

static unsigned char* put_option(unsigned char* at, int code, const void* bytes, size_t length) {
    *at++ = (unsigned char)code;
    *at++ = (unsigned char)length;
    memcpy(at, bytes, length);
    return at + length;
}

// A DISCOVER, or a REQUEST for `lease`; `renewing`: from the address that we have.
static size_t make_packet(unsigned char packet[PACKET], int type, const struct Lease* lease,
                          bool renewing, unsigned seconds) {
    static const unsigned char cookie[] = {99, 130, 83, 99}; // RFC 2131, 3
    static const unsigned char wanted[] = {OPTION_MASK, OPTION_ROUTER, OPTION_DNS, OPTION_DOMAIN};
    unsigned char kind = (unsigned char)type;
    memset(packet, 0, PACKET);
    packet[0] = packet[1] = 1; // a request, on Ethernet
    packet[2] = sizeof mac;
    put32(packet + 4, transaction);
    packet[8] = (unsigned char)(seconds >> 8);
    packet[9] = (unsigned char)seconds;
    if (renewing)
        memcpy(packet + 12, &lease->address, 4);
    else
        packet[10] = 0x80; // answer by broadcast: we have no address yet
    memcpy(packet + 28, mac, sizeof mac);
    memcpy(packet + FIXED, cookie, sizeof cookie);
    unsigned char* at = put_option(packet + OPTIONS, OPTION_TYPE, &kind, 1);
    if (type == REQUEST && !renewing) {
        at = put_option(at, OPTION_ADDRESS, &lease->address, 4);
        at = put_option(at, OPTION_SERVER, &lease->server, 4);
    }
    at = put_option(at, OPTION_WANTED, wanted, sizeof wanted);
    *at++ = OPTION_END;
    size_t length = (size_t)(at - packet);
    return length < 300 ? 300 : length; // BOOTP's least size, which some servers ask for
}

// The type of a good answer to our transaction, its contents in *lease; else 0.
static int parse_packet(const unsigned char* packet, size_t length, struct Lease* lease) {
    int type = 0;
    if (length < OPTIONS || packet[0] != 2 || get32(packet + 4) != transaction ||
        memcmp(packet + 28, mac, sizeof mac)) {
        return 0;
    }
    memset(lease, 0, sizeof *lease);
    lease->address = get_address(packet + 16);
    lease->seconds = 3600;
    for (size_t at = OPTIONS; at < length && packet[at] != OPTION_END;) {
        if (!packet[at]) {
            at++;
            continue;
        }
        if (at + 2 > length || at + 2 + packet[at + 1] > length) return 0;
        const unsigned char* value = packet + at + 2;
        size_t size = packet[at + 1];
        int code = packet[at];
        at += 2 + size;
        if (code == OPTION_TYPE && size == 1) type = *value;
        if (code == OPTION_DOMAIN) {
            snprintf(lease->domain, sizeof lease->domain, "%.*s", (int)size, (const char*)value);
        }
        if (size < 4) continue;
        if (code == OPTION_MASK) lease->mask = get_address(value);
        if (code == OPTION_ROUTER) lease->router = get_address(value);
        if (code == OPTION_DNS) lease->dns = get_address(value);
        if (code == OPTION_SERVER) lease->server = get_address(value);
        if (code == OPTION_LEASE) lease->seconds = get32(value);
    }
    return type;
}

// Sends, and waits for an answer of one of two types. The type, or 0.
static int exchange(int fd, int type, struct Lease* lease, bool renewing, unsigned elapsed,
                    int limit) {
    unsigned char packet[PACKET], reply[1500];
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(SERVER_PORT)};
    server.sin_addr.s_addr = renewing ? lease->server.s_addr : INADDR_BROADCAST;
    size_t length = make_packet(packet, type, lease, renewing, elapsed);
    if (sendto(fd, packet, length, 0, (struct sockaddr*)&server, sizeof server) < 0) {
        warn_errno("sendto");
    }
    long long end = milliseconds() + limit, left;
    while ((left = end - milliseconds()) > 0) {
        struct pollfd one = {fd, POLLIN, 0};
        if (poll(&one, 1, (int)left) <= 0) continue;
        ssize_t got = recv(fd, reply, sizeof reply, 0);
        struct Lease offered;
        int answer = got < 0 ? 0 : parse_packet(reply, (size_t)got, &offered);
        bool expected = type == DISCOVER ? answer == OFFER : answer == ACK || answer == NAK;
        if (!expected) continue;
        if (answer == NAK) return NAK;
        if (!offered.server.s_addr) offered.server = lease->server;
        *lease = offered;
        return answer;
    }
    return 0;
}

// The whole conversation, tried `tries` times with growing waits (RFC 2131, 4.1).
static bool obtain(int fd, struct Lease* lease, int tries) {
    int wait = 1000;
    long long start = milliseconds();
    for (int i = 0; i < tries; i++, wait = wait < 16000 ? wait * 2 : wait) {
        unsigned elapsed = (unsigned)((milliseconds() - start) / 1000);
        memset(lease, 0, sizeof *lease);
        if (exchange(fd, DISCOVER, lease, false, elapsed, wait) != OFFER) continue;
        if (exchange(fd, REQUEST, lease, false, elapsed, wait) == ACK) return true;
    }
    return false;
}

static void write_resolver(const struct Lease* lease) {
    if (!lease->dns.s_addr) return;
    FILE* file = fopen("/etc/resolv.conf", "w");
    if (!file) {
        warn_errno("/etc/resolv.conf");
        return;
    }
    if (*lease->domain) fprintf(file, "search %s\n", lease->domain);
    fprintf(file, "nameserver %s\n", address_text(lease->dns));
    if (fclose(file)) warn_errno("/etc/resolv.conf");
}

static void apply(const struct Lease* lease) {
    struct in_addr none = {0};
    set_interface_address(interface, SIOCSIFADDR, lease->address);
    if (lease->mask.s_addr) set_interface_address(interface, SIOCSIFNETMASK, lease->mask);
    if (lease->router.s_addr && change_route(true, none, none, lease->router, interface, 0) &&
        errno != EEXIST) {
        warn_errno("default route");
    }
    write_resolver(lease);
    if (quiet) return;
    printf("%s: %s", interface, address_text(lease->address));
    printf(" mask %s router %s", address_text(lease->mask), address_text(lease->router));
    printf(" dns %s lease %u s\n", address_text(lease->dns), lease->seconds);
    fflush(stdout);
}

// Half-way through the lease asks for more; when it can't be had, begins again (RFC 2131, 4.4.5).
static _Noreturn void keep(int fd, struct Lease* lease) {
    for (;;) {
        unsigned left = lease->seconds;
        while (left > 1) {
            sleep(left / 2);
            left -= left / 2;
            int answer = exchange(fd, REQUEST, lease, true, 0, 4000);
            if (answer == NAK) break;
            if (answer == ACK) left = lease->seconds;
        }
        while (!obtain(fd, lease, 4)) sleep(10);
        apply(lease);
    }
}

int main(int argc, char** argv) {
    begin(argv, "dhcp [-dq] [-t TRIES] [INTERFACE]\n-d: stay, and keep the lease alive.\n");
    bool stay = false;
    int letter, tries = 4;
    while ((letter = option(argc, argv, "dqt:"))) {
        if (letter == 'd') stay = true;
        if (letter == 'q') quiet = true;
        if (letter == 't') tries = (int)number(option_value, "tries", 1, 100);
    }
    if (option_index < argc) interface = argv[option_index];
    struct ifreq request;
    interface_request(&request, interface);
    interface_ioctl(SIOCGIFHWADDR, &request, "hardware address");
    memcpy(mac, request.ifr_hwaddr.sa_data, sizeof mac);
    set_interface_flags(interface, IFF_UP, 0);
    transaction = (unsigned)milliseconds() * 2654435761u ^ get32(mac + 2) ^ (unsigned)getpid();
    int fd = open_socket();
    struct Lease lease;
    if (!obtain(fd, &lease, tries)) die_text("%s: no answer", interface);
    apply(&lease);
    if (stay) keep(fd, &lease);
    return finish(0);
}
