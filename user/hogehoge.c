// The smallest client: a socket, a connection, its descriptor's number, eight bytes, the end.
#include "user/lib/net.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "hogehoge [ADDRESS [PORT]]\n"
                "Connects (to 127.0.0.1 8080), prints the descriptor, sends eight bytes.\n");
    union Endpoint peer =
        numeric_address(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "8080");
    const char message[] = "hogehoge";

    int fd = socket(peer.family, SOCK_STREAM, 0);
    if (fd < 0) die_errno("socket");
    if (connect(fd, &peer.any, endpoint_length(&peer))) die_errno(endpoint_text(&peer));
    printf("%d\n", fd);
    if (send_all(fd, message, strlen(message))) die_errno("send");
    if (close(fd)) die_errno("close");
    return finish(0);
}
