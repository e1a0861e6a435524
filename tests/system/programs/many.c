// Very many TCP connections at once.
//   many serve PORT                    an echo server on epoll
//   many connect ADDRESS PORT COUNT    opens COUNT connections and leaves them idle until a line
//   comes on
//                                      standard input; then says something on each and reads its
//                                      echo
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { batch = 256 };

static void check(int ok, const char* what) {
    if (ok) return;
    perror(what);
    exit(1);
}

static void allow_descriptors(rlim_t count) {
    struct rlimit limit = {count, count};
    check(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
}

static void echo(int fd) {
    char buffer[512];
    ssize_t got = read(fd, buffer, sizeof buffer);
    if (got > 0)
        check(write(fd, buffer, (size_t)got) == got, "write");
    else
        close(fd);
}

static int serve(int port) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    check(bind(listener, (struct sockaddr*)&name, sizeof name) == 0, "bind");
    check(listen(listener, 4096) == 0, "listen");
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[batch];
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) == 0, "epoll_ctl");
    printf("serving\n");
    fflush(stdout);
    for (;;) {
        int count = epoll_wait(epoll, events, batch, -1);
        check(count >= 0, "epoll_wait");
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd != listener) {
                echo(events[i].data.fd);
                continue;
            }
            int fd = accept(listener, NULL, NULL);
            check(fd >= 0, "accept");
            event.data.fd = fd;
            check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
        }
    }
}

static int connect_all(const char* address, int port, int count) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    check(inet_pton(AF_INET, address, &name.sin_addr) == 1, "address");
    int *fds = calloc((size_t)count, sizeof *fds), answered = 0;
    for (int i = 0; i < count; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        check(fds[i] >= 0, "socket");
        check(connect(fds[i], (struct sockaddr*)&name, sizeof name) == 0, "connect");
    }
    printf("%d connected\n", count);
    fflush(stdout);
    getchar();
    // All questions first, then all answers: every connection has something to say at the same
    // time.
    for (int i = 0; i < count; i++) check(write(fds[i], &i, sizeof i) == sizeof i, "write");
    for (int i = 0; i < count; i++) {
        int answer = -1;
        if (recv(fds[i], &answer, sizeof answer, MSG_WAITALL) == sizeof answer && answer == i)
            answered++;
    }
    printf("%d answered\n", answered);
    return answered != count;
}

int main(int argc, char** argv) {
    allow_descriptors(120000);
    if (argc == 3 && !strcmp(argv[1], "serve")) return serve(atoi(argv[2]));
    if (argc == 5 && !strcmp(argv[1], "connect"))
        return connect_all(argv[2], atoi(argv[3]), atoi(argv[4]));
    fprintf(stderr, "usage: many serve PORT | many connect ADDRESS PORT COUNT\n");
    return 2;
}
