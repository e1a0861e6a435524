// replyhi and hello: two short conversations over TCP.
#include "user/lib/greeting.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QUEUE = 1024, LONGEST = 1024 };

static void show(const char* verb, const char* text, size_t length, const char* preposition,
                 const union Endpoint* peer) {
    printf("%s %.*s %s %s\n", verb, (int)length, text, preposition, endpoint_text(peer));
    fflush(stdout);
}

static void answer(int fd, const union Endpoint* peer) {
    char text[LONGEST];
    ssize_t got = recv(fd, text, sizeof text, 0);
    if (got < 0) {
        warn_errno("recv");
        return;
    }
    show("recv", text, (size_t)got, "from", peer);
    if (send_all(fd, "hi", 2)) {
        warn_errno("send");
        return;
    }
    show("send", "hi", 2, "to", peer);
}

static _Noreturn void serve(int listener) {
    for (;;) {
        union Endpoint peer;
        socklen_t length = sizeof peer;
        int fd = accept(listener, &peer.any, &length);
        if (fd < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            die_errno("accept");
        }
        answer(fd, &peer);
        close(fd);
    }
}

int start_replyhi(const char* host, const char* port) {
    union Endpoint address = numeric_address(host, port);
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0) {
        warn_errno("fork");
        return 1;
    }
    if (!pid) serve(listen_on(&address, SOCK_STREAM, QUEUE));
    puts("Please input hello...");
    return 0;
}

int say_hello(const char* host, const char* port) {
    union Endpoint peer = numeric_address(host, port);
    char text[LONGEST];
    int fd = connect_to(&peer, SOCK_STREAM);
    if (fd < 0) {
        warn_errno(endpoint_text(&peer));
        return 1;
    }
    int status = 1;
    if (send_all(fd, "hello", 5)) {
        warn_errno("send");
    } else {
        show("send", "hello", 5, "to", &peer);
        ssize_t got = recv(fd, text, sizeof text, 0);
        if (got < 0) {
            warn_errno("recv");
        } else {
            show("recv", text, (size_t)got, "from", &peer);
            status = 0;
        }
    }
    close(fd);
    return status;
}
