// A server that answers only what has ended, in two pieces.
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "docs/tour/exercises/expect.h"

ssize_t ask(int fd, const char* question, char* answer, size_t room);

static void serve(int listener) {
    char text[64];
    size_t length = 0;
    ssize_t got;
    int fd = accept(listener, NULL, NULL);
    while ((got = recv(fd, text + length, sizeof text - length, 0)) > 0) length += (size_t)got;
    struct timespec pause = {0, 30000000};
    for (int i = 0; i < 2; i++) {
        if (send(fd, text, length, MSG_NOSIGNAL) < 0) _exit(1);
        nanosleep(&pause, NULL);
    }
    _exit(0);
}

int main(void) {
    limit_seconds(1);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    char answer[64] = "";
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    expect(!bind(listener, (void*)&address, sizeof address) && !listen(listener, 1),
           "listening works");
    getsockname(listener, (void*)&address, &length);
    if (!fork()) {
        alarm(1);
        serve(listener);
    }
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    expect(!connect(fd, (void*)&address, sizeof address), "connecting works");
    expect(ask(fd, "echo", answer, sizeof answer) == 8, "the answer has 8 bytes");
    expect(!strcmp(answer, "echoecho"), "the answer is echoecho");
    expect(fcntl(fd, F_GETFD) >= 0, "the descriptor is still open");
    return 0;
}
