// Somebody listens, nobody listens, nobody is there at all (an address on the guest's net that
// answers no ARP).
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>

#include "docs/tour/exercises/expect.h"

int connect_within(int fd, const struct sockaddr_in* to, int milliseconds);

static int attempt(struct sockaddr_in* to, const char* address) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, address, &to->sin_addr);
    int result = connect_within(fd, to, 300);
    expect(!(fcntl(fd, F_GETFL) & O_NONBLOCK), "the descriptor blocks again afterwards");
    close(fd);
    return result;
}

int main(void) {
    limit_seconds(8);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct timespec before, after;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    expect(!bind(listener, (void*)&address, sizeof address) && !listen(listener, 1),
           "listening works");
    getsockname(listener, (void*)&address, &length);
    expect(attempt(&address, "127.0.0.1") == 0, "0 when somebody listens");
    clock_gettime(CLOCK_MONOTONIC, &before);
    expect(attempt(&address, "10.0.2.77") == ETIMEDOUT, "ETIMEDOUT when nobody is there");
    clock_gettime(CLOCK_MONOTONIC, &after);
    long long waited =
        (after.tv_sec - before.tv_sec) * 1000LL + (after.tv_nsec - before.tv_nsec) / 1000000;
    expect(waited >= 290 && waited < 2000, "that took the 300 ms that were given");
    close(listener);
    expect(attempt(&address, "127.0.0.1") == ECONNREFUSED, "ECONNREFUSED when nobody listens");
    return 0;
}
