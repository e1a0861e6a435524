// Asks a host for echoes, of ICMP (RFC 792) or ICMPv6 (RFC 4443), and times them: by a ping socket,
// or a raw one where the kernel has none for us.
#include "user/lib/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 8 };

// The same messages under each family's numbers.
static const struct Messages {
    int protocol;
    unsigned char echo_reply, echo_request, unreachable, exceeded;
} icmp = {IPPROTO_ICMP, 0, 8, 3, 11}, icmpv6 = {IPPROTO_ICMPV6, 129, 128, 1, 3};
static const struct Messages* messages;

static volatile sig_atomic_t stopped;
static bool raw;
static unsigned sent, received;
static double least = 1e9, most, sum;

static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static unsigned short checksum(const unsigned char* bytes, size_t length) {
    unsigned total = 0;
    for (size_t i = 0; i < length; i++) total += i % 2 ? bytes[i] : (unsigned)bytes[i] << 8;
    while (total >> 16) total = (total & 0xffff) + (total >> 16);
    return (unsigned short)~total;
}

static int open_socket(int family) {
    int fd = socket(family, SOCK_DGRAM, messages->protocol);
    if (fd >= 0) return fd;
    const char* first = strerror(errno);
    fd = socket(family, SOCK_RAW, messages->protocol);
    if (fd < 0) die_text("no ICMP socket: datagram: %s; raw: %s", first, strerror(errno));
    raw = true;
    return fd;
}

static void send_echo(int fd, const union Endpoint* peer, unsigned short id, unsigned sequence,
                      size_t size) {
    static unsigned char packet[65536];
    for (size_t i = 0; i < size; i++) packet[HEADER + i] = (unsigned char)i;
    packet[0] = messages->echo_request;
    packet[1] = packet[2] = packet[3] = 0;
    packet[4] = (unsigned char)(id >> 8);
    packet[5] = (unsigned char)id;
    packet[6] = (unsigned char)(sequence >> 8);
    packet[7] = (unsigned char)sequence;
    // Of ICMPv6 it covers the addresses too, and the kernel sets it (RFC 3542, 3.1).
    unsigned short sum16 = messages == &icmp ? checksum(packet, HEADER + size) : 0;
    packet[2] = (unsigned char)(sum16 >> 8);
    packet[3] = (unsigned char)sum16;
    sent++;
    if (sendto(fd, packet, HEADER + size, 0, &peer->any, endpoint_length(peer)) < 0)
        warn_errno("sendto");
}

// One message from the socket. True if it is the answer to `sequence`.
static bool take(int fd, unsigned short id, unsigned sequence, double start) {
    static unsigned char packet[65536 + 60];
    union Endpoint from;
    socklen_t length = sizeof from;
    ssize_t got = recvfrom(fd, packet, sizeof packet, 0, &from.any, &length);
    double elapsed = exact_milliseconds() - start;
    if (got < 0) {
        if (errno != EINTR && errno != EAGAIN) warn_errno("recvfrom");
        return false;
    }
    // A raw socket of IPv4 gives the IP header too.
    ssize_t header = raw && messages == &icmp ? (packet[0] & 15) * 4 : 0;
    if (got < header + HEADER) return false;
    const unsigned char* message = packet + header;
    if (message[0] == messages->unreachable || message[0] == messages->exceeded) {
        printf("From %s: %s\n", host_text(&from),
               message[0] == messages->exceeded ? "time to live exceeded"
                                                : "destination unreachable");
        return false;
    }
    bool ours = message[0] == messages->echo_reply &&
                (!raw || (message[4] << 8 | message[5]) == id) &&
                (message[6] << 8 | message[7]) == (int)(sequence & 0xffff);
    if (!ours) return false;
    received++;
    sum += elapsed;
    if (elapsed < least) least = elapsed;
    if (elapsed > most) most = elapsed;
    printf("%zd bytes from %s: seq=%u", got - header, host_text(&from), sequence);
    if (header) printf(" ttl=%u", packet[8]);
    printf(" time=%.3f ms\n", elapsed);
    fflush(stdout);
    return true;
}

// Waits until `end`, or for the answer if `answer_ends`.
static void listen_until(int fd, unsigned short id, unsigned sequence, double start, double end,
                         bool answer_ends) {
    while (!stopped) {
        double left = end - exact_milliseconds();
        if (left <= 0) return;
        struct pollfd one = {fd, POLLIN, 0};
        if (poll(&one, 1, (int)left + 1) <= 0) continue;
        if (take(fd, id, sequence, start) && answer_ends) return;
    }
}

int main(int argc, char** argv) {
    begin(argv, "ping [-46] [-c COUNT] [-i SECONDS] [-s BYTES] [-W SECONDS] [-t TTL] HOST\n");
    long long count = 0, size = 56, limit = 1;
    struct timespec pause = {1, 0};
    int letter, ttl = 0, family = AF_UNSPEC;
    while ((letter = option(argc, argv, "46c:i:s:W:t:n"))) {
        if (letter == '4') family = AF_INET;
        if (letter == '6') family = AF_INET6;
        if (letter == 'c') count = number(option_value, "count", 1, 1000000000);
        if (letter == 's') size = number(option_value, "size", 0, 65507);
        if (letter == 'W') limit = number(option_value, "wait", 1, 3600);
        if (letter == 't') ttl = (int)number(option_value, "ttl", 1, 255);
        if (letter == 'i' && !duration(option_value, &pause)) die_usage();
    }
    if (option_index + 1 != argc) die_usage();
    union Endpoint peer = find_host(argv[option_index], family);
    bool six = peer.family == AF_INET6;
    messages = six ? &icmpv6 : &icmp;
    unsigned short id = (unsigned short)getpid();
    int fd = open_socket(peer.family);
    if (ttl && setsockopt(fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_UNICAST_HOPS : IP_TTL,
                          &ttl, sizeof ttl))
        die_errno("ttl");
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGINT, &action, NULL);
    printf("PING %s (%s): %lld data bytes\n", argv[option_index], host_text(&peer), size);
    fflush(stdout);
    double interval = (double)pause.tv_sec * 1e3 + (double)pause.tv_nsec / 1e6;
    for (unsigned sequence = 0; !stopped && (!count || sequence < count); sequence++) {
        bool last = count && sequence + 1 == count;
        double start = exact_milliseconds();
        send_echo(fd, &peer, id, sequence, (size_t)size);
        listen_until(fd, id, sequence, start, start + (last ? (double)limit * 1e3 : interval),
                     last);
    }
    printf("--- %s ---\n%u sent, %u received, %u%% lost\n", argv[option_index], sent, received,
           sent ? (sent - received) * 100 / sent : 0);
    if (received)
        printf("round trip min/avg/max = %.3f/%.3f/%.3f ms\n", least, sum / received, most);
    return finish(received ? 0 : 1);
}
