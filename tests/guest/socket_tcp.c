// Stream sockets over loopback, through each door: connecting, the flags of send and recv, closing,
// non-blocking use, poll.
#include "test.h"

#include "doors.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>

static struct sockaddr_in address, peer;
static socklen_t length;
static int value;
static char data[65536], other[65536];
static struct timeval timeout;
static volatile sig_atomic_t pipes, alarms;

static void on_pipe(int signal) { (void)signal, pipes++; }
static void on_alarm(int signal) { (void)signal, alarms++; }

static int listener(int backlog) {
    int s = x_socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(x_bind(s, &address, sizeof address), 0);
    CHECK_EQ(x_listen(s, backlog), 0);
    length = sizeof address;
    CHECK_EQ(x_getsockname(s, &address, &length), 0);
    return s;
}

static short poll_now(int fd, int timeout_ms) {
    struct pollfd entry = {fd, POLLIN | POLLOUT | POLLRDHUP | POLLPRI, 0};
    poll(&entry, 1, timeout_ms);
    return entry.revents;
}

// A connected pair: client, server.
static void connected(int* client, int* server) {
    int l = listener(4);
    *client = x_socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(x_connect(*client, &address, sizeof address), 0);
    length = sizeof peer;
    *server = x_accept(l, &peer, &length);
    CHECK(*server >= 0);
    CHECK_EQ(length, sizeof peer);
    close(l);
}

static void test_names(void) {
    int c, s;
    connected(&c, &s);
    struct sockaddr_in listening = address;
    length = sizeof address;
    CHECK_EQ(x_getsockname(c, &address, &length), 0);
    CHECK_EQ(memcmp(&address, &peer, sizeof peer), 0);
    CHECK_EQ(x_getpeername(c, &address, &length), 0);
    CHECK_EQ(memcmp(&address, &listening, sizeof peer), 0);
    CHECK_EQ(x_getsockname(s, &address, &length), 0);
    CHECK_EQ(memcmp(&address, &listening, sizeof peer), 0);
    CHECK_ERRNO(x_connect(c, &address, sizeof address), EISCONN);
    CHECK_ERRNO(x_listen(c, 1), EINVAL);
    CHECK_ERRNO(x_accept(c, 0, 0), EINVAL);
    close(c);
    close(s);
}

static void test_data(void) {
    int c, s;
    connected(&c, &s);
    CHECK_EQ(poll_now(c, 0), POLLOUT);
    CHECK_ERRNO(x_recv(s, other, 10, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(x_recv(s, other, 0, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(read(s, other, 0), 0);
    memcpy(data, "hogehoge", 8);
    CHECK_EQ(x_send(c, data, 8, 0), 8);
    CHECK_EQ(poll_now(s, 1000), POLLIN | POLLOUT);
    value = -1;
    CHECK_EQ(ioctl(s, FIONREAD, &value), 0);
    CHECK_EQ(value, 8);
    CHECK_EQ(x_recv(s, other, 4, MSG_PEEK), 4);
    CHECK_EQ(x_recv(s, other, 4, 0), 4);
    CHECK_EQ(memcmp(other, "hoge", 4), 0);
    CHECK_EQ(x_recv(s, 0, 2, MSG_TRUNC), 2); // thrown away
    CHECK_EQ(x_recv(s, other, 100, 0), 2);
    CHECK_EQ(memcmp(other, "ge", 2), 0);
    CHECK_EQ(x_send(c, data, 0, 0), 0);
    // MSG_MORE holds a small segment back, but not for ever; MSG_WAITALL waits for all.
    CHECK_EQ(x_send(c, "ab", 2, MSG_MORE), 2);
    CHECK_EQ(x_send(c, "cd", 2, 0), 2);
    CHECK_EQ(x_recv(s, other, 4, MSG_WAITALL), 4);
    CHECK_EQ(memcmp(other, "abcd", 4), 0);
    // The address arguments are ignored on a connected stream; recvfrom leaves the length alone at
    // 0.
    CHECK_EQ(x_sendto(c, "x", 1, 0, &address, sizeof address), 1);
    length = sizeof peer;
    CHECK_EQ(x_recvfrom(s, other, 1, 0, &peer, &length), 1);
    CHECK_EQ(length, 0);
    CHECK_EQ(write(c, "y", 1), 1);
    CHECK_EQ(read(s, other, 10), 1);
    close(c);
    close(s);
}

static void test_close(void) {
    int c, s;
    connected(&c, &s);
    CHECK_EQ(x_send(c, "bye", 3, 0), 3);
    CHECK_EQ(x_shutdown(c, SHUT_WR), 0);
    pipes = 0;
    CHECK_ERRNO(x_send(c, "x", 1, 0), EPIPE);
    CHECK_EQ(pipes, 1);
    CHECK_ERRNO(x_send(c, "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_ERRNO(write(c, "x", 1), EPIPE);
    CHECK_EQ(pipes, 2);
    CHECK_EQ(x_recv(s, other, 10, 0), 3);
    CHECK_EQ(x_recv(s, other, 10, 0), 0);
    CHECK_EQ(poll_now(s, 0), POLLIN | POLLOUT | POLLRDHUP);
    CHECK_EQ(x_send(s, "still", 5, 0), 5);
    CHECK_EQ(x_recv(c, other, 10, 0), 5);
    close(s);
    CHECK_EQ(x_recv(c, other, 10, 0), 0);
    CHECK_EQ(poll_now(c, 1000), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
    close(c);

    // Closing with data unread resets the connection.
    connected(&c, &s);
    CHECK_EQ(x_send(c, "unread", 6, 0), 6);
    CHECK_EQ(poll_now(s, 1000) & POLLIN, POLLIN);
    close(s);
    poll_now(c, 1000);
    value = 0;
    length = sizeof value;
    CHECK_EQ(x_getsockopt(c, SOL_SOCKET, SO_ERROR, &value, &length), 0);
    CHECK_EQ(value, ECONNRESET);
    CHECK_EQ(x_getsockopt(c, SOL_SOCKET, SO_ERROR, &value, &length), 0);
    CHECK_EQ(value, 0);
    CHECK_ERRNO(x_send(c, "x", 1, MSG_NOSIGNAL), EPIPE);
    close(c);

    // So does SO_LINGER with no time.
    connected(&c, &s);
    struct linger linger = {1, 0};
    static struct linger low;
    low = linger;
    CHECK_EQ(x_setsockopt(c, SOL_SOCKET, SO_LINGER, &low, sizeof low), 0);
    close(c);
    CHECK_ERRNO(x_recv(s, other, 1, 0), ECONNRESET);
    CHECK_EQ(x_recv(s, other, 1, 0), 0);
    close(s);
}

static void test_shutdown_read(void) {
    int c, s;
    connected(&c, &s);
    CHECK_EQ(x_shutdown(s, SHUT_RD), 0);
    CHECK_EQ(x_recv(s, other, 1, 0), 0);
    CHECK_EQ(x_send(c, "z", 1, 0), 1);
    CHECK_EQ(x_recv(s, other, 1, 0), 1); // what still comes can be read
    CHECK_EQ(x_shutdown(s, SHUT_RDWR), 0);
    CHECK_EQ(x_recv(c, other, 1, 0), 0);
    close(c);
    close(s);
}

// Data for who has shut down both ways, though not closed: a reset (RFC 9293, section 3.6.1).
static void test_nobody_will_read(void) {
    int c, s, error = 0;
    socklen_t length = sizeof error;
    connected(&c, &s);
    CHECK_EQ(shutdown(s, SHUT_RDWR), 0);
    CHECK_EQ(send(c, "x", 1, 0), 1);
    struct pollfd reset = {c, 0, 0};
    while (poll(&reset, 1, 1000) == 1 && !(reset.revents & POLLERR)) usleep(1000);
    CHECK_EQ(getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &length), 0);
    CHECK_EQ(error, EPIPE);
    CHECK_EQ(recv(s, &error, 1, 0), -1);
    close(c);
    close(s);
}

static void test_refused(void) {
    int l = listener(1);
    close(l); // nobody listens at `address` now
    int c = x_socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(poll_now(c, 0), POLLOUT | POLLHUP);
    CHECK_ERRNO(x_connect(c, &address, sizeof address), ECONNREFUSED);
    close(c);
    c = x_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    errno = 0;
    int result = x_connect(c, &address, sizeof address);
    CHECK(result == -1 && (errno == EINPROGRESS || errno == ECONNREFUSED));
    if (errno == EINPROGRESS) {
        CHECK(poll_now(c, 1000) & POLLERR);
        length = sizeof value;
        CHECK_EQ(x_getsockopt(c, SOL_SOCKET, SO_ERROR, &value, &length), 0);
        CHECK_EQ(value, ECONNREFUSED);
    }
    close(c);
}

static void test_nonblocking(void) {
    int l = listener(8);
    fcntl(l, F_SETFL, O_NONBLOCK);
    CHECK_ERRNO(x_accept(l, 0, 0), EAGAIN);
    CHECK_EQ(poll_now(l, 0), 0);
    int c = x_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    errno = 0;
    int result = x_connect(c, &address, sizeof address);
    CHECK(result == 0 || errno == EINPROGRESS);
    CHECK_EQ(poll_now(c, 1000), POLLOUT);
    CHECK_EQ(poll_now(l, 1000), POLLIN);
    errno = 0;
    result = x_connect(c, &address, sizeof address);
    CHECK((result == 0) || (result == -1 && errno == EISCONN));
    CHECK_ERRNO(x_connect(c, &address, sizeof address), EISCONN);
    int s = x_accept4(l, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
    CHECK(s >= 0);
    CHECK_EQ(fcntl(s, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    CHECK_EQ(fcntl(s, F_GETFD), FD_CLOEXEC);
    CHECK_ERRNO(x_recv(s, other, 1, 0), EAGAIN);
    // Fill it until it takes no more, and empty it again: every byte arrives, in order.
    size_t sent = 0, got = 0;
    for (;;) {
        for (size_t i = 0; i < sizeof data; i++) data[i] = (char)((sent + i) % 251);
        long n = x_send(c, data, sizeof data, 0);
        if (n < 0) break;
        sent += (size_t)n;
    }
    CHECK_EQ(errno, EAGAIN);
    CHECK(sent > 65536);
    CHECK_EQ(poll_now(c, 0) & POLLOUT, 0);
    int order = 1;
    while (got < sent && poll_now(s, 2000) & POLLIN) {
        long n = x_recv(s, other, sizeof other, 0);
        for (long i = 0; i < n; i++) order &= other[i] == (char)((got + (size_t)i) % 251);
        if (n <= 0) break;
        got += (size_t)n;
    }
    CHECK_EQ(got, sent);
    CHECK(order);
    CHECK_EQ(poll_now(c, 1000) & POLLOUT, POLLOUT);
    close(c);
    close(s);
    close(l);
}

static void test_timeouts(void) {
    int c, s;
    connected(&c, &s);
    if (door_takes_structures()) {
        timeout = (struct timeval){0, 50000};
        CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout), 0);
        CHECK_ERRNO(x_recv(s, other, 1, 0), EAGAIN);
    }
    // A signal ends a wait: EINTR, or it goes on with SA_RESTART.
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, 0);
    struct itimerval timer = {{0, 0}, {0, 50000}};
    setitimer(ITIMER_REAL, &timer, 0);
    alarms = 0;
    CHECK_ERRNO(x_recv(c, other, 1, 0), EINTR);
    CHECK_EQ(alarms, 1);
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, 0);
    pid_t child = fork();
    if (child == 0) {
        usleep(150000);
        _exit(x_send(s, "r", 1, 0) != 1);
    }
    setitimer(ITIMER_REAL, &timer, 0);
    CHECK_EQ(x_recv(c, other, 1, 0), 1);
    CHECK_EQ(alarms, 2);
    int status = -1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    close(c);
    close(s);
}

// A transfer in both directions at once between two processes.
static void test_bulk(void) {
    enum { total = 4 << 20 };
    int l = listener(1);
    pid_t child = fork();
    if (child == 0) {
        int c = x_socket(AF_INET, SOCK_STREAM, 0);
        if (x_connect(c, &address, sizeof address) != 0) _exit(1);
        long n, sum = 0;
        while ((n = x_recv(c, other, sizeof other, 0)) > 0) {
            sum += n;
            if (x_send(c, other, n, 0) != n) _exit(2);
        }
        _exit(sum == total ? 0 : 3);
    }
    int s = x_accept(l, 0, 0);
    long sent = 0, got = 0;
    int order = 1;
    fcntl(s, F_SETFL, O_NONBLOCK);
    while (got < total) {
        short events = poll_now(s, 5000);
        if (!(events & (POLLIN | POLLOUT))) break;
        if (sent < total && (events & POLLOUT)) {
            long chunk = total - sent < 30000 ? total - sent : 30000;
            for (long i = 0; i < chunk; i++) data[i] = (char)((sent + i) % 239);
            long n = x_send(s, data, chunk, 0);
            if (n > 0) sent += n;
            if (sent == total) x_shutdown(s, SHUT_WR);
        }
        long n = x_recv(s, other, sizeof other, 0);
        for (long i = 0; i < n; i++) order &= other[i] == (char)((got + i) % 239);
        if (n > 0) got += n;
        if (n == 0) break;
    }
    CHECK_EQ(got, total);
    CHECK(order);
    int status = -1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    close(s);
    close(l);
}

int main(void) {
    struct sigaction action = {.sa_handler = on_pipe};
    sigaction(SIGPIPE, &action, 0);
    for (door = 0; door < DOOR_COUNT; door++) {
        int before = test_failed;
        test_names();
        test_data();
        test_close();
        test_shutdown_read();
        test_nobody_will_read();
        test_refused();
        test_nonblocking();
        test_timeouts();
        test_bulk();
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    return test_end();
}
