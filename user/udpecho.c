// Sends datagrams back to where they come from.
#include "user/lib/net.h"

#include <errno.h>
#include <sys/socket.h>

int main(int argc, char** argv) {
    begin(argv, "udpecho [PORT [ADDRESS]]\nEchoes on port 7 of every address.\n");
    union Endpoint address =
        socket_address(argc > 2 ? argv[2] : NULL, argc > 1 ? argv[1] : "7", AF_UNSPEC);
    int fd = listen_on(&address, SOCK_DGRAM, 0);
    for (;;) {
        static char packet[65536];
        union Endpoint peer;
        socklen_t length = sizeof peer;
        ssize_t got = recvfrom(fd, packet, sizeof packet, 0, &peer.any, &length);
        if (got < 0) {
            if (errno == EINTR || errno == ECONNREFUSED) continue;
            die_errno("recvfrom");
        }
        if (sendto(fd, packet, (size_t)got, 0, &peer.any, length) < 0) warn_errno("sendto");
    }
}
