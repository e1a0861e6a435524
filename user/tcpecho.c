// Sends back what comes: a TCP server, a process a connection.
#include "user/lib/net.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "tcpecho [PORT [ADDRESS]]\nEchoes on port 7 of every address.\n");
    union Endpoint address =
        socket_address(argc > 2 ? argv[2] : NULL, argc > 1 ? argv[1] : "7", AF_UNSPEC);
    int listener = listen_on(&address, SOCK_STREAM, 128);
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            die_errno("accept");
        }
        pid_t pid = fork();
        if (pid < 0) warn_errno("fork");
        if (!pid) {
            close(listener);
            return copy_descriptor(fd, fd, NULL) ? 1 : 0;
        }
        close(fd);
    }
}
