// AF_UNIX streams and sequenced packets: connections, backlog, bytes, room, the end, poll; through
// each door.
#include "unix.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>

static volatile int pipes;
static void on_sigpipe(int signal) {
    (void)signal;
    pipes++;
}

static void test_create(void) {
    CHECK_ERRNO(x_socket(AF_UNIX, SOCK_STREAM, 2), EPROTONOSUPPORT);
    CHECK_ERRNO(x_socket(AF_UNIX, SOCK_RDM, 0), ESOCKTNOSUPPORT);
    CHECK_ERRNO(x_socketpair(AF_UNIX, SOCK_STREAM | 0x10, 0, pair), EINVAL);
    CHECK_ERRNO(x_socketpair(AF_UNIX, SOCK_STREAM, 0, 8), EFAULT);
    CHECK_ERRNO(x_socketpair(AF_INET, SOCK_STREAM, 0, pair), EOPNOTSUPP);
    int s = x_socket(AF_UNIX, SOCK_RAW, PF_UNIX);
    length = sizeof value;
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, SO_TYPE, &value, &length), 0);
    CHECK_EQ(value, SOCK_DGRAM);
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, SO_DOMAIN, &value, &length), 0);
    CHECK_EQ(value, AF_UNIX);
    CHECK_ERRNO(x_getsockopt(s, IPPROTO_TCP, 1, &value, &length), EOPNOTSUPP);
    CHECK_ERRNO(x_setsockopt(s, IPPROTO_TCP, 1, &value, sizeof value), EOPNOTSUPP);
    close(s);
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    CHECK_EQ(fcntl(pair[1], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    CHECK_EQ(fcntl(pair[1], F_GETFD), FD_CLOEXEC);
    CHECK_ERRNO(x_recv(pair[0], into, 1, 0), EAGAIN);
    struct stat status;
    CHECK_EQ(fstat(pair[0], &status), 0);
    CHECK(S_ISSOCK(status.st_mode));
    close(pair[0]);
    close(pair[1]);
}

static void test_bytes(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    int a = pair[0], b = pair[1];
    CHECK_EQ(poll_now(a), POLLOUT);
    CHECK_EQ(x_send(a, "hoge", 4, 0), 4);
    CHECK_EQ(x_send(a, "fuga", 4, 0), 4);
    CHECK_EQ(poll_now(b), POLLIN | POLLOUT);
    CHECK_EQ(ioctl(b, FIONREAD, &value), 0);
    CHECK_EQ(value, 8);
    CHECK_EQ(ioctl(a, TIOCOUTQ, &value), 0);
    CHECK(value > 0);
    CHECK_EQ(x_recv(b, into, 6, MSG_PEEK), 6);
    CHECK_EQ(memcmp(into, "hogefu", 6), 0);
    CHECK_EQ(x_recv(b, into, 2, 0), 2);
    CHECK_EQ(x_recv(b, into, 100, MSG_PEEK), 6);
    CHECK_EQ(memcmp(into, "gefuga", 6), 0);
    CHECK_EQ(ioctl(b, FIONREAD, &value), 0);
    CHECK_EQ(value, 6);
    CHECK_EQ(x_recv(b, into, 0, 0), 0);
    CHECK_ERRNO(x_recv(b, 8, 6, 0), EFAULT);
    length = sizeof other;
    CHECK_EQ(x_recvfrom(b, into, 100, MSG_WAITALL * 0, &other, &length), 6);
    CHECK_EQ(length, 0);
    CHECK_EQ(ioctl(a, TIOCOUTQ, &value), 0);
    CHECK_EQ(value, 0);
    CHECK_EQ(x_send(a, data, 0, 0), 0);
    CHECK_ERRNO(x_recv(b, into, 0, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(poll_now(b), POLLOUT);
    CHECK_ERRNO(x_send(a, (void*)8, 3, 0), EFAULT);
    path_name("x");
    CHECK_ERRNO(x_sendto(a, "x", 1, 0, &address, sizeof address), EISCONN);
    set_timeout(b, SO_RCVTIMEO, 20);
    CHECK_ERRNO(x_recv(b, into, 1, 0), EAGAIN);
    CHECK_EQ(write(b, "back", 4), 4);
    CHECK_EQ(read(a, into, 100), 4);
    close(a);
    close(b);
}

static void test_names_of_pair(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    length = sizeof other;
    CHECK_EQ(x_getsockname(pair[0], &other, &length), 0);
    CHECK_EQ(length, 2);
    CHECK_EQ(other.sun_family, AF_UNIX);
    length = sizeof other;
    CHECK_EQ(x_getpeername(pair[0], &other, &length), 0);
    CHECK_EQ(length, 2);
    close(pair[0]);
    close(pair[1]);
    int s = x_socket(AF_UNIX, SOCK_STREAM, 0);
    length = sizeof other;
    CHECK_ERRNO(x_getpeername(s, &other, &length), ENOTCONN);
    CHECK_ERRNO(x_send(s, "x", 1, 0), ENOTCONN);
    CHECK_ERRNO(x_sendto(s, "x", 1, 0, &address, sizeof address), EOPNOTSUPP);
    CHECK_ERRNO(x_recv(s, into, 1, 0), EINVAL);
    CHECK_ERRNO(x_listen(s, 1), EINVAL);
    CHECK_ERRNO(x_accept(s, 0, 0), EINVAL);
    CHECK_EQ(poll_now(s), POLLOUT | POLLHUP);
    CHECK_ERRNO(x_shutdown(s, 3), EINVAL);
    CHECK_EQ(x_shutdown(s, SHUT_RD), 0);
    close(s);
}

static void test_room(int type) {
    CHECK_EQ(x_socketpair(AF_UNIX, type, 0, pair), 0);
    int a = pair[0], b = pair[1];
    value = 20000;
    CHECK_EQ(x_setsockopt(a, SOL_SOCKET, SO_SNDBUF, &value, sizeof value), 0);
    length = sizeof value;
    CHECK_EQ(x_getsockopt(a, SOL_SOCKET, SO_SNDBUF, &value, &length), 0);
    CHECK_EQ(value, 40000);
    long sent = 0;
    while (x_send(a, data, 1000, MSG_DONTWAIT) == 1000 && sent < 100000) sent += 1000;
    CHECK_EQ(errno, EAGAIN);
    CHECK(sent >= 10000 && sent <= 40000);
    CHECK_EQ(poll_now(a), 0);
    set_timeout(a, SO_SNDTIMEO, 20);
    CHECK_ERRNO(x_send(a, data, 1000, 0), EAGAIN);
    int set = epoll_create1(0);
    struct epoll_event event = {EPOLLOUT | EPOLLET, {.fd = a}};
    CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, a, &event), 0);
    CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
    // Only when three quarters of the room are free again is it said to be writable.
    CHECK_EQ(x_recv(b, into, 1000, 0), 1000);
    CHECK_EQ(poll_now(a), 0);
    CHECK_EQ(x_send(a, data, 1000, MSG_DONTWAIT), 1000);
    long drained = 0; // how much fits is each system's own affair
    while (drained < sent && x_recv(b, into, 1000, 0) == 1000) drained += 1000;
    CHECK_EQ(drained - sent, 0);
    CHECK_EQ(poll_now(a), POLLOUT);
    CHECK_EQ(epoll_wait(set, &event, 1, 0), 1);
    close(set);
    close(a);
    close(b);
}

static void test_large(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i * 7 + i / 251);
    const int times = 20;
    pid_t child = fork();
    if (child == 0) {
        close(pair[1]);
        for (int i = 0; i < times; i++)
            if (send(pair[0], data, sizeof data, 0) != (long)sizeof data) _exit(1);
        _exit(0);
    }
    close(pair[0]);
    for (int i = 0; i < times; i++) {
        memset(into, 0, sizeof into);
        CHECK_EQ(x_recv(pair[1], into, sizeof into, MSG_WAITALL), sizeof into);
        CHECK_EQ(memcmp(into, data, sizeof into), 0);
    }
    CHECK_EQ(x_recv(pair[1], into, 1, 0), 0);
    int status = -1;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    close(pair[1]);
}

static void test_shutdown(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    int a = pair[0], b = pair[1];
    CHECK_EQ(x_send(a, "bye", 3, 0), 3);
    CHECK_EQ(x_shutdown(a, SHUT_WR), 0);
    pipes = 0;
    CHECK_ERRNO(x_send(a, "x", 1, 0), EPIPE);
    CHECK_EQ(pipes, 1);
    CHECK_ERRNO(x_send(a, "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_EQ(pipes, 1);
    CHECK_ERRNO(write(a, "x", 1), EPIPE);
    CHECK_EQ(pipes, 2);
    CHECK_EQ(poll_now(b), POLLIN | POLLOUT | POLLRDHUP);
    CHECK_EQ(x_recv(b, into, 10, 0), 3);
    CHECK_EQ(x_recv(b, into, 10, 0), 0);
    CHECK_EQ(x_send(b, "still", 5, 0), 5);
    CHECK_EQ(x_recv(a, into, 10, 0), 5);
    CHECK_EQ(x_shutdown(b, SHUT_WR), 0);
    CHECK_EQ(poll_now(a), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
    CHECK_EQ(poll_now(b), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
    close(a);
    close(b);

    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_EQ(x_shutdown(pair[0], SHUT_RD), 0);
    CHECK_ERRNO(x_send(pair[1], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK_EQ(x_recv(pair[0], into, 1, 0), 0);
    close(pair[0]);
    CHECK_EQ(poll_now(pair[1]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
    CHECK_ERRNO(x_send(pair[1], "x", 1, MSG_NOSIGNAL), EPIPE);
    length = sizeof other;
    CHECK_EQ(x_getpeername(pair[1], &other, &length), 0);
    close(pair[1]);

    // Closing with bytes unread is told as ECONNRESET, once.
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_EQ(x_send(pair[0], "lost", 4, 0), 4);
    close(pair[1]);
    CHECK_EQ(poll_now(pair[0]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP | POLLERR);
    CHECK_ERRNO(x_recv(pair[0], into, 10, 0), ECONNRESET);
    CHECK_EQ(x_recv(pair[0], into, 10, 0), 0);
    close(pair[0]);
}

static int listener(int type, const char* name, int backlog) {
    int s = x_socket(AF_UNIX, type, 0);
    length = abstract_name(name);
    CHECK_EQ(x_bind(s, &address, length), 0);
    CHECK_EQ(poll_now(s), POLLOUT | POLLHUP);
    CHECK_EQ(x_listen(s, backlog), 0);
    CHECK_EQ(poll_now(s), 0);
    return s;
}

static void test_connect(int type) {
    int l = listener(type, "plumb-test-stream", 1);
    socklen_t name = abstract_name("plumb-test-stream");
    CHECK_ERRNO(x_accept4(l, 0, 0, SOCK_NONBLOCK * 0 + 1), EINVAL);
    fcntl(l, F_SETFL, O_NONBLOCK);
    CHECK_ERRNO(x_accept(l, 0, 0), EAGAIN);
    int c[3];
    for (int i = 0; i < 3; i++) c[i] = x_socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
    CHECK_EQ(x_connect(c[0], &address, name), 0);
    CHECK_ERRNO(x_connect(c[0], &address, name), EISCONN);
    CHECK_EQ(x_connect(c[1], &address, name), 0);
    CHECK_ERRNO(x_connect(c[2], &address, name), EAGAIN); // one more than the backlog
    CHECK_ERRNO(x_connect(l, &address, name), EAGAIN);
    CHECK_EQ(poll_now(l), POLLIN);
    CHECK_ERRNO(ioctl(l, FIONREAD, &value), EINVAL);
    CHECK_EQ(x_send(c[0], "early", 5, 0), 5);
    length = sizeof other;
    int s = x_accept(l, &other, &length);
    CHECK(s >= 0);
    CHECK_EQ(length, 2);
    CHECK_EQ(fcntl(s, F_GETFL) & O_NONBLOCK, 0);
    CHECK_EQ(x_recv(s, into, 10, 0), 5);
    length = sizeof other;
    CHECK_EQ(x_getsockname(s, &other, &length), 0);
    CHECK_EQ(length, name);
    CHECK_EQ(memcmp(&other, &address, name), 0);
    length = sizeof other;
    CHECK_EQ(x_getpeername(c[0], &other, &length), 0);
    CHECK_EQ(length, name);
    CHECK_EQ(x_connect(c[2], &address, name), 0);
    // A listener that goes resets those that nobody accepted.
    close(l);
    CHECK_ERRNO(x_recv(c[1], into, 1, 0), ECONNRESET);
    CHECK_EQ(x_recv(c[1], into, 1, 0), 0);
    CHECK_ERRNO(x_send(c[2], "x", 1, MSG_NOSIGNAL), type == SOCK_STREAM ? EPIPE : ECONNRESET);
    l = x_socket(AF_UNIX, type, 0);
    CHECK_ERRNO(x_connect(l, &address, name), ECONNREFUSED);
    CHECK_ERRNO(x_connect(l, &address, 2), EINVAL);
    CHECK_ERRNO(x_connect(l, &address, 111), EINVAL);
    address.sun_family = AF_INET;
    CHECK_ERRNO(x_connect(l, &address, name), EINVAL);
    close(l);
    close(s);
    for (int i = 0; i < 3; i++) close(c[i]);
}

// A connect that finds the backlog full waits until somebody accepts, or the time is over.
static void test_backlog(void) {
    int l = listener(SOCK_STREAM, "plumb-test-backlog", 0);
    socklen_t name = abstract_name("plumb-test-backlog");
    int first = x_socket(AF_UNIX, SOCK_STREAM, 0), second = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(x_connect(first, &address, name), 0);
    set_timeout(second, SO_SNDTIMEO, 20);
    CHECK_ERRNO(x_connect(second, &address, name), EAGAIN);
    pid_t child = fork();
    if (child == 0) {
        usleep(50000);
        int s = accept(l, 0, 0);
        _exit(s < 0);
    }
    set_timeout(second, SO_SNDTIMEO, 0);
    CHECK_EQ(x_connect(second, &address, name), 0);
    CHECK_EQ(waitpid(child, &value, 0), child);
    CHECK_EQ(value, 0);
    CHECK_EQ(x_shutdown(l, SHUT_RD), 0);
    int third = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(x_connect(third, &address, name), ECONNREFUSED);
    close(third);
    close(first);
    close(second);
    close(l);
}

static void test_seqpacket(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    int a = pair[0], b = pair[1];
    CHECK_EQ(x_send(a, "one", 3, 0), 3);
    CHECK_EQ(x_send(a, "three", 5, 0), 5);
    CHECK_EQ(x_send(a, "", 0, 0), 0);
    CHECK_EQ(ioctl(b, FIONREAD, &value), 0);
    CHECK_EQ(value, 8);
    CHECK_EQ(x_recv(b, into, 100, 0), 3);
    CHECK_EQ(x_recv(b, into, 2, MSG_PEEK | MSG_TRUNC), 5);
    CHECK_EQ(x_recv(b, into, 2, 0), 2);
    CHECK_EQ(x_recv(b, into, 100, 0), 0); // the empty one
    CHECK_ERRNO(x_recv(b, into, 100, MSG_DONTWAIT), EAGAIN);
    pipes = 0;
    close(a);
    CHECK_ERRNO(x_send(b, "x", 1, 0), EPIPE);
    CHECK_ERRNO(write(b, "x", 1), EPIPE);
    CHECK_EQ(pipes, 0); // only streams signal
    CHECK_EQ(x_recv(b, into, 100, MSG_DONTWAIT), 0);
    CHECK_EQ(poll_now(b), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
    close(b);
    int s = x_socket(AF_UNIX, SOCK_SEQPACKET, 0);
    CHECK_ERRNO(x_recv(s, into, 1, 0), ENOTCONN);
    CHECK_ERRNO(x_send(s, "x", 1, 0), ENOTCONN);
    close(s);
}

int main(void) {
    signal(SIGPIPE, on_sigpipe);
    EACH_DOOR({
        test_create();
        test_bytes();
        test_names_of_pair();
        test_room(SOCK_STREAM);
        test_room(SOCK_SEQPACKET);
        test_large();
        test_shutdown();
        test_connect(SOCK_STREAM);
        test_connect(SOCK_SEQPACKET);
        test_backlog();
        test_seqpacket();
    })
    return test_end();
}
