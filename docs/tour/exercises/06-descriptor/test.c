// A listener, both ends of a connection, and two descriptors that are no TCP sockets.
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "docs/tour/exercises/expect.h"

int whose(int pid, int fd, char* text, size_t room);

static void expect_state(int fd, const char* state) {
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    char text[64] = "", wanted[64];
    getsockname(fd, (void*)&name, &length);
    snprintf(wanted, sizeof wanted, "127.0.0.1:%u %s", ntohs(name.sin_port), state);
    expect(whose(getpid(), fd, text, sizeof text) == 0, "a TCP socket is found");
    if (strcmp(text, wanted)) printf("\"%s\" where \"%s\" was expected\n", text, wanted);
    expect(!strcmp(text, wanted), "address, port and state are right");
}

int main(void) {
    limit_seconds(5);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    char text[64];
    expect(!bind(listener, (void*)&address, sizeof address) && !listen(listener, 1),
           "listening works");
    getsockname(listener, (void*)&address, &length);
    expect(!connect(client, (void*)&address, sizeof address), "connecting works");
    int server = accept(listener, NULL, NULL);
    expect_state(listener, "0A");
    expect_state(client, "01");
    expect_state(server, "01");
    expect(whose(getpid(), 0, text, sizeof text) == -1, "standard input is no TCP socket");
    expect(whose(getpid(), 99, text, sizeof text) == -1, "descriptor 99 isn't open");
    return 0;
}
