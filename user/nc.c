// Joins standard input and output to a connection: as a client, or with -l as a server.
#include "user/lib/net.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static bool listening, datagrams, verbose, zero, again, quit_at_end;
static int limit = -1; // milliseconds
static int family = AF_UNSPEC;
static const char* program;

static void say(const char* what, const union Endpoint* peer) {
    if (verbose) fprintf(stderr, "nc: %s %s\n", what, endpoint_text(peer));
}

// Copies one block; 1, 0 at the end, -1 and errno.
static int pump(int from, int to) {
    static char block[65536];
    ssize_t got = read(from, block, sizeof block);
    if (got < 0) return errno == EINTR ? 1 : -1;
    if (!got) return datagrams && from != STDIN_FILENO ? 1 : 0;
    return write_all(to, block, (size_t)got) ? -1 : 1;
}

// Both ways until the peer's end; our input's end is passed on to the peer.
static int join(int fd) {
    struct pollfd watched[2] = {{STDIN_FILENO, POLLIN, 0}, {fd, POLLIN, 0}};
    for (;;) {
        bool waiting = watched[0].fd < 0 || listening || datagrams;
        int ready = poll(watched, 2, limit >= 0 && waiting ? limit : -1);
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) die_errno("poll");
        if (!ready) return 0;
        if (watched[1].revents) {
            int result = pump(fd, STDOUT_FILENO);
            if (result < 0) warn_errno("connection");
            if (result <= 0) return result < 0;
        }
        if (watched[0].revents) {
            int result = pump(STDIN_FILENO, fd);
            if (result < 0) {
                warn_errno("connection");
                return 1;
            }
            if (!result) {
                if (quit_at_end) return 0;
                if (!datagrams) shutdown(fd, SHUT_WR);
                watched[0].fd = -1;
            }
        }
    }
}

static int run_program(int fd) {
    pid_t pid = fork();
    if (pid < 0) die_errno("fork");
    if (!pid) {
        dup2(fd, 0);
        dup2(fd, 1);
        if (fd > 1) close(fd);
        signal(SIGPIPE, SIG_DFL);
        execl("/bin/sh", "sh", "-c", program, NULL);
        die_errno("/bin/sh");
    }
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int talk(int fd) {
    int status = program ? run_program(fd) : join(fd);
    close(fd);
    return status;
}

static int serve_datagrams(int fd) {
    union Endpoint peer;
    socklen_t length = sizeof peer;
    char byte;
    // Who speaks first is the peer.
    if (recvfrom(fd, &byte, 1, MSG_PEEK, &peer.any, &length) < 0) die_errno("recvfrom");
    if (connect(fd, &peer.any, length)) die_errno("connect");
    say("datagrams from", &peer);
    return talk(fd);
}

static int serve(const union Endpoint* address) {
    int status, fd = listen_on(address, datagrams ? SOCK_DGRAM : SOCK_STREAM, 16);
    say("listening on", address);
    if (datagrams) return serve_datagrams(fd);
    do {
        union Endpoint peer;
        socklen_t length = sizeof peer;
        int connection = accept(fd, &peer.any, &length);
        if (connection < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            die_errno("accept");
        }
        say("connection from", &peer);
        if (!again) close(fd);
        status = talk(connection);
    } while (again);
    return status;
}

// -z: which of the ports from..to take a connection.
static int scan(union Endpoint address, const char* ports) {
    char* text = copy_text(ports);
    char* dash = strchr(text, '-');
    if (dash) *dash = 0;
    int first = port_number(text), last = dash ? port_number(dash + 1) : first, status = 1;
    for (int port = first; port <= last; port++) {
        set_port(&address, (unsigned short)port);
        int fd = connect_within(&address, limit);
        if (fd >= 0) {
            status = 0;
            say("open:", &address);
            close(fd);
        } else if (verbose) {
            warn_errno(endpoint_text(&address));
        }
    }
    free(text);
    return status;
}

int main(int argc, char** argv) {
    begin(argv, "nc [-46uvN] [-w SECONDS] [-e COMMAND] HOST PORT\n"
                "       nc -l [-46ukvN] [-w SECONDS] [-e COMMAND] [-p PORT | [ADDRESS] PORT]\n"
                "       nc -z [-46v] [-w SECONDS] HOST PORT[-PORT]\n");
    const char* port = NULL;
    int letter;
    while ((letter = option(argc, argv, "46luw:zke:vnNq:p:"))) {
        switch (letter) {
        case '4':
            family = AF_INET;
            break;
        case '6':
            family = AF_INET6;
            break;
        case 'l':
            listening = true;
            break;
        case 'u':
            datagrams = true;
            break;
        case 'w':
            limit = (int)number(option_value, "seconds", 0, 1000000) * 1000;
            break;
        case 'z':
            zero = true;
            break;
        case 'k':
            again = true;
            break;
        case 'e':
            program = option_value;
            break;
        case 'v':
            verbose = true;
            break;
        case 'N':
        case 'q':
            quit_at_end = letter == 'q';
            break;
        case 'p':
            port = option_value;
            break;
        default:
            break;
        }
    }
    signal(SIGPIPE, SIG_IGN);
    int count = argc - option_index;
    char** operand = argv + option_index;
    if (listening) {
        if (count > 2 || (!count && !port)) die_usage();
        const char* host = count == 2 || (count == 1 && port) ? operand[0] : NULL;
        union Endpoint address = socket_address(host, port ? port : operand[count - 1], family);
        return serve(&address);
    }
    if (count != 2) die_usage();
    union Endpoint address = socket_address(operand[0], zero ? "0" : operand[1], family);
    if (zero) return scan(address, operand[1]);
    int fd = datagrams ? connect_to(&address, SOCK_DGRAM) : connect_within(&address, limit);
    if (fd < 0) die_errno(endpoint_text(&address));
    say("connected to", &address);
    return talk(fd);
}
