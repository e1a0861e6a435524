// Asks a neighbour for its hardware address by ARP (RFC 826), on a packet socket: answers tell who
// is there even where nothing answers a ping.
#include "user/lib/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_ll link_name; // of our interface
static struct in_addr own;

static int open_interface(const char* name) {
    const int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ARP));
    if (fd < 0) die_errno("packet socket");
    const unsigned index = if_nametoindex(name);
    if (!index) die_errno(name);
    link_name = (struct sockaddr_ll){
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = (int)index};
    socklen_t length = sizeof link_name;
    if (bind(fd, (struct sockaddr*)&link_name, sizeof link_name) ||
        getsockname(fd, (struct sockaddr*)&link_name, &length))
        die_errno(name);
    if (link_name.sll_halen != ETH_ALEN) die_text("%s: not an Ethernet", name);
    struct ifreq request;
    interface_request(&request, name);
    if (ioctl(fd, SIOCGIFADDR, &request) == 0)
        own = ((struct sockaddr_in*)&request.ifr_addr)->sin_addr;
    return fd;
}

static void ask(int fd, struct in_addr target) {
    struct ether_arp packet = {0};
    packet.ea_hdr = (struct arphdr){.ar_hrd = htons(ARPHRD_ETHER),
                                    .ar_pro = htons(ETH_P_IP),
                                    .ar_hln = ETH_ALEN,
                                    .ar_pln = sizeof own,
                                    .ar_op = htons(ARPOP_REQUEST)};
    memcpy(packet.arp_sha, link_name.sll_addr, ETH_ALEN);
    memcpy(packet.arp_spa, &own, sizeof own);
    memcpy(packet.arp_tpa, &target, sizeof target);
    struct sockaddr_ll everybody = link_name;
    memset(everybody.sll_addr, 0xff, ETH_ALEN);
    if (sendto(fd, &packet, sizeof packet, 0, (struct sockaddr*)&everybody, sizeof everybody) < 0)
        warn_errno("sendto");
}

// True when the next frame is the target's answer.
static bool take(int fd, struct in_addr target, double start) {
    struct ether_arp packet;
    if (recv(fd, &packet, sizeof packet, 0) < (ssize_t)sizeof packet) return false;
    if (packet.arp_op != htons(ARPOP_REPLY) || memcmp(packet.arp_spa, &target, sizeof target) != 0)
        return false;
    const unsigned char* a = packet.arp_sha;
    printf("%s is at %02x:%02x:%02x:%02x:%02x:%02x time=%.3f ms\n", address_text(target), a[0],
           a[1], a[2], a[3], a[4], a[5], exact_milliseconds() - start);
    fflush(stdout);
    return true;
}

// Listens for a second, or until the answer when that is all that is wanted. Returns how many came.
static unsigned listen_a_second(int fd, struct in_addr target, bool once) {
    const double start = exact_milliseconds();
    unsigned came = 0;
    for (double left = 1000; left > 0; left = start + 1000 - exact_milliseconds()) {
        struct pollfd one = {fd, POLLIN, 0};
        if (poll(&one, 1, (int)left + 1) <= 0 || !take(fd, target, start)) continue;
        came++;
        if (once) break;
    }
    return came;
}

int main(int argc, char** argv) {
    begin(argv, "arping [-c COUNT] [-i INTERFACE] ADDRESS\n");
    const char* interface = "eth0";
    long long count = 3;
    unsigned came = 0;
    int letter;
    while ((letter = option(argc, argv, "c:i:I:"))) {
        if (letter == 'c') count = number(option_value, "count", 1, 1000000);
        if (letter == 'i' || letter == 'I') interface = option_value;
    }
    if (option_index + 1 != argc) die_usage();
    const struct in_addr target = host_address(argv[option_index]);
    const int fd = open_interface(interface);
    for (long long i = 0; i < count; i++) {
        ask(fd, target);
        came += listen_a_second(fd, target, i + 1 == count);
    }
    printf("%lld asked, %u answered\n", count, came);
    return finish(came ? 0 : 1);
}
