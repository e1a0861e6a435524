// Packet sockets on lo, and what they are to see there.
#pragma once

#include "own_network.h"
#include "test.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

static struct sockaddr_ll name;
static socklen_t length;
static char bytes[70000];
static int lo;

static int packet(int type, int protocol) {
    return socket(AF_PACKET, type | SOCK_NONBLOCK, htons(protocol));
}

static int bind_to(int fd, int ifindex, int protocol) {
    memset(&name, 0, sizeof name);
    name.sll_family = AF_PACKET;
    name.sll_ifindex = ifindex;
    name.sll_protocol = htons(protocol);
    return bind(fd, (struct sockaddr*)&name, sizeof name);
}

// One UDP datagram to a port of ours on lo: 14 + 20 + 8 + size bytes.
static void send_udp(int size) {
    struct sockaddr_in to = {AF_INET, htons(9), {htonl(INADDR_LOOPBACK)}, {0}};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in own = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    socklen_t own_length = sizeof own;
    bind(fd, (struct sockaddr*)&own, sizeof own);
    getsockname(fd, (struct sockaddr*)&own, &own_length);
    to.sin_port = own.sin_port;
    CHECK_EQ(sendto(fd, bytes, size, 0, (struct sockaddr*)&to, sizeof to), size);
    close(fd);
}
