// The smallest client: socket, connect, print the descriptor, send eight bytes, close.
// client [ADDRESS [PORT]]
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char** argv) {
    struct sockaddr_in peer = {.sin_family = AF_INET};
    peer.sin_port = htons(argc > 2 ? atoi(argv[2]) : 8080);
    if (inet_pton(AF_INET, argc > 1 ? argv[1] : "127.0.0.1", &peer.sin_addr) != 1) return 2;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr*)&peer, sizeof peer)) {
        perror("client");
        return 1;
    }
    printf("%d\n", fd);
    if (send(fd, "plumbing", 8, 0) != 8 || close(fd)) {
        perror("client");
        return 1;
    }
    return 0;
}
