// libc's resolver against a nameserver that it brings along, on 127.0.0.1: answers too long for a
// datagram, lost questions, false answers, silence. /etc/resolv.conf must say `nameserver
// 127.0.0.1` and `options timeout:1 attempts:2`; with an argument, a silent 127.0.0.2 before it.
#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

enum { HEADER = 12, PORT = 53, MANY = 12 };

static struct { volatile int datagrams, connections; } * seen; // shared with the server

static int asks_for(const unsigned char* message, const char* name) {
    return message[HEADER] == strlen(name) && !memcmp(message + HEADER + 1, name, strlen(name));
}

// Makes the question an answer with `count` addresses 10.0.0.1 and on. Returns its length.
static int answer(unsigned char* message, int length, int count) {
    message[2] = 0x81;
    message[3] = 0x80;
    message[7] = (unsigned char)count;
    for (int i = 1; i <= count; i++) {
        const unsigned char record[] = {0xc0, HEADER, 0, 1, 0,  1, 0, 0,
                                        0,    60,     0, 4, 10, 0, 0, (unsigned char)i};
        memcpy(message + length, record, sizeof record);
        length += (int)sizeof record;
    }
    return length;
}

static void serve_datagram(int fd) {
    unsigned char message[512];
    struct sockaddr_in client;
    socklen_t size = sizeof client;
    int length = (int)recvfrom(fd, message, 256, 0, (struct sockaddr*)&client, &size);
    if (length < HEADER) return;
    seen->datagrams++;
    if (asks_for(message, "never") || (asks_for(message, "again") && seen->datagrams == 1)) return;
    if (asks_for(message, "false")) { // the right answer, but to another question
        message[0] ^= 1;
        int other = answer(message, length, 3);
        sendto(fd, message, (size_t)other, 0, (struct sockaddr*)&client, size);
        message[0] ^= 1;
    }
    int long_one =
        asks_for(message, "long") || asks_for(message, "drops") || asks_for(message, "cut");
    length = answer(message, length, long_one ? 0 : 1);
    if (long_one) message[2] |= 2; // truncated
    if (asks_for(message, "none")) message[3] |= 3, message[7] = 0;
    sendto(fd, message, (size_t)length, 0, (struct sockaddr*)&client, size);
}

static void serve_stream(int listener) {
    unsigned char message[1024];
    int fd = accept(listener, 0, 0), length = 0, wanted = 2;
    seen->connections++;
    while (length < wanted) {
        int got = (int)recv(fd, message + length, (size_t)(wanted - length), 0);
        if (got <= 0) break;
        length += got;
        if (length == 2 && wanted == 2) wanted = 2 + (message[0] << 8 | message[1]);
    }
    length = answer(message + 2, length - 2, MANY);
    message[0] = (unsigned char)(length >> 8), message[1] = (unsigned char)length;
    length += 2;
    if (asks_for(message + 2, "cut")) length -= 5; // and it hangs up
    int each = asks_for(message + 2, "drops") ? 7 : length;
    for (int at = 0; at < length; at += each, usleep(1000))
        send(fd, message + at, (size_t)(length - at < each ? length - at : each), MSG_NOSIGNAL);
    close(fd);
}

static int bound(int type, unsigned host) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    address.sin_addr.s_addr = htonl(host);
    int fd = socket(AF_INET, type, 0), yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    CHECK(bind(fd, (struct sockaddr*)&address, sizeof address) == 0);
    return fd;
}

static pid_t start_server(void) {
    struct pollfd fds[2] = {{bound(SOCK_DGRAM, INADDR_LOOPBACK), POLLIN, 0},
                            {bound(SOCK_STREAM, INADDR_LOOPBACK), POLLIN, 0}};
    listen(fds[1].fd, 5);
    pid_t pid = fork();
    while (pid == 0) {
        poll(fds, 2, -1);
        if (fds[0].revents) serve_datagram(fds[0].fd);
        if (fds[1].revents) serve_stream(fds[1].fd);
    }
    close(fds[0].fd), close(fds[1].fd);
    return pid;
}

static long last_ms;

// The error, or the number of addresses that came, and they are the right ones.
static int look_up(const char* name) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *list;
    struct timespec before, after;
    seen->datagrams = seen->connections = 0;
    clock_gettime(CLOCK_MONOTONIC, &before);
    int result = getaddrinfo(name, "80", &hints, &list);
    clock_gettime(CLOCK_MONOTONIC, &after);
    last_ms = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    if (result) return result;
    unsigned seen_addresses = 0;
    for (struct addrinfo* one = list; one; one = one->ai_next) {
        unsigned address = ntohl(((struct sockaddr_in*)one->ai_addr)->sin_addr.s_addr);
        CHECK(address - 0x0a000001 < MANY);
        seen_addresses |= 1u << (address & 31);
        result++;
    }
    CHECK(__builtin_popcount(seen_addresses) == result);
    freeaddrinfo(list);
    return result;
}

static void one_server(void) {
    CHECK(look_up("plain.test") == 1 && seen->datagrams == 1 && seen->connections == 0);
    CHECK(look_up("long.test") == MANY && seen->datagrams == 1 && seen->connections == 1);
    CHECK(look_up("drops.test") == MANY && seen->connections == 1);
    CHECK(look_up("cut.test") == EAI_AGAIN && seen->connections >= 1);
    CHECK(look_up("false.test") == 1 && seen->datagrams == 1);
    CHECK(look_up("none.test") == EAI_NONAME && seen->datagrams == 1);
    CHECK(look_up("again.test") == 1 && seen->datagrams == 2);
    CHECK(last_ms >= 900 && last_ms < 4000);
    CHECK(look_up("never.test") == EAI_AGAIN && seen->datagrams == 2);
    CHECK(last_ms >= 1900 && last_ms < 6000);
}

// The next server is asked when the first doesn't answer in time.
static void two_servers(void) {
    int silent = bound(SOCK_DGRAM, INADDR_LOOPBACK + 1);
    CHECK(look_up("plain.test") == 1 && seen->datagrams == 1);
    CHECK(last_ms >= 900 && last_ms < 4000);
    close(silent);
    CHECK(look_up("plain.test") == 1 && last_ms < 900); // a refusal is an answer too
}

int main(int argc, char** argv) {
    (void)argv;
    seen = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t server = start_server();
    if (argc > 1)
        two_servers();
    else
        one_server();
    kill(server, SIGKILL);
    waitpid(server, 0, 0);
    return report();
}
