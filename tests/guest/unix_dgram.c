// AF_UNIX datagrams: names, peers, whole messages, a receiver that doesn't keep up; through each
// door.
#include "unix.h"

#include <signal.h>
#include <sys/epoll.h>

static int bound(const char* name) {
    int s = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    length = abstract_name(name);
    CHECK_EQ(x_bind(s, &address, length), 0);
    return s;
}

static void test_messages(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    int a = pair[0], b = pair[1];
    CHECK_EQ(poll_now(a), POLLOUT);
    CHECK_EQ(x_send(a, "one", 3, 0), 3);
    CHECK_EQ(x_send(a, "three", 5, 0), 5);
    CHECK_EQ(x_send(a, "", 0, 0), 0);
    CHECK_EQ(poll_now(b), POLLIN | POLLOUT);
    CHECK_EQ(ioctl(b, FIONREAD, &value), 0);
    CHECK_EQ(value, 3);
    CHECK_EQ(x_recv(b, into, 2, MSG_PEEK), 2);
    CHECK_EQ(x_recv(b, into, 2, MSG_TRUNC), 3);
    if (messages_pass()) {
        CHECK_EQ(receive(b, 2, 0, 0), 2);
        CHECK_EQ(message.msg_flags, MSG_TRUNC);
    } else {
        CHECK_EQ(x_recv(b, into, 2, 0), 2);
    }
    CHECK_EQ(x_recv(b, into, 2, 0), 0);
    CHECK_ERRNO(x_recv(b, into, 2, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(x_send(a, "gone", 4, 0), 4);
    CHECK_ERRNO(x_recv(b, 8, 4, 0), EFAULT);
    CHECK_ERRNO(x_recv(b, into, 4, MSG_DONTWAIT), EAGAIN); // it was consumed
    CHECK_ERRNO(x_send(a, data, 1 << 20, 0), EMSGSIZE);
    CHECK_EQ(x_send(a, data, 100000, 0), 100000);
    CHECK_EQ(x_recv(b, into, sizeof into, 0), 100000);
    CHECK_ERRNO(x_listen(a, 1), EOPNOTSUPP);
    CHECK_ERRNO(x_accept(a, 0, 0), EOPNOTSUPP);
    set_timeout(b, SO_RCVTIMEO, 20);
    CHECK_ERRNO(x_recv(b, into, 1, 0), EAGAIN);
    // The end of the reading half, and of the peer.
    CHECK_EQ(x_shutdown(b, SHUT_RD), 0);
    CHECK_EQ(x_recv(b, into, 1, 0), 0);
    CHECK_ERRNO(x_recv(b, into, 1, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(x_send(a, "x", 1, 0), EPIPE);
    CHECK_ERRNO(write(a, "x", 1), EPIPE); // and no signal
    CHECK_EQ(poll_now(b), POLLIN | POLLOUT | POLLRDHUP);
    CHECK_EQ(poll_now(a), POLLOUT);
    close(b);
    CHECK_EQ(poll_now(a), POLLOUT);
    CHECK_ERRNO(x_send(a, "x", 1, 0), ECONNREFUSED);
    CHECK_ERRNO(x_send(a, "x", 1, 0), ENOTCONN);
    close(a);
}

static void test_addresses(void) {
    int a = bound("plumb-a"), b = bound("plumb-b");
    int c = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_ERRNO(x_send(c, "x", 1, 0), ENOTCONN);
    socklen_t name = abstract_name("plumb-a");
    CHECK_EQ(x_sendto(b, "from b", 6, 0, &address, name), 6);
    CHECK_EQ(x_sendto(c, "from c", 6, 0, &address, name), 6);
    CHECK_ERRNO(x_sendto(c, "x", 1, 0, &address, 2), EINVAL);
    CHECK_ERRNO(x_sendto(c, "x", 1, 0, &address, 111), EINVAL);
    memset(&other, 0, sizeof other);
    length = sizeof other;
    CHECK_EQ(x_recvfrom(a, into, 100, MSG_PEEK, &other, &length), 6);
    CHECK_EQ(length, name);
    CHECK_EQ(memcmp(other.sun_path + 1, "plumb-b", 7), 0);
    length = 5;
    CHECK_EQ(x_recvfrom(a, into, 100, 0, &other, &length), 6);
    CHECK_EQ(length, name);
    length = sizeof other;
    CHECK_EQ(x_recvfrom(a, into, 100, 0, &other, &length), 6);
    CHECK_EQ(length, 0);
    // Connected: only the peer may send.
    name = abstract_name("plumb-b");
    CHECK_EQ(x_connect(a, &address, name), 0);
    name = abstract_name("plumb-a");
    CHECK_ERRNO(x_sendto(c, "x", 1, 0, &address, name), EPERM);
    CHECK_ERRNO(x_connect(c, &address, name), EPERM);
    CHECK_EQ(x_sendto(b, "ok", 2, 0, &address, name), 2);
    CHECK_EQ(x_recv(a, into, 10, 0), 2);
    CHECK_EQ(x_send(a, "to b", 4, 0), 4);
    CHECK_EQ(x_recv(b, into, 10, 0), 4);
    length = sizeof other;
    CHECK_EQ(x_getpeername(a, &other, &length), 0);
    CHECK_EQ(memcmp(other.sun_path + 1, "plumb-b", 7), 0);
    // Disconnected by AF_UNSPEC.
    address.sun_family = AF_UNSPEC;
    CHECK_EQ(x_connect(a, &address, sizeof address), 0);
    CHECK_ERRNO(x_send(a, "x", 1, 0), ENOTCONN);
    length = sizeof other;
    CHECK_ERRNO(x_getpeername(a, &other, &length), ENOTCONN);
    // To oneself.
    name = abstract_name("plumb-a");
    CHECK_EQ(x_connect(a, &address, name), 0);
    CHECK_EQ(x_send(a, "me", 2, 0), 2);
    CHECK_EQ(x_recv(a, into, 10, 0), 2);
    close(a);
    CHECK_ERRNO(x_sendto(c, "x", 1, 0, &address, name), ECONNREFUSED);
    close(b);
    close(c);
}

// One end of two that are connected to each other leaves: what it had not read is lost, and the
// other hears of it.
static void test_disconnect(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    CHECK_EQ(x_send(pair[0], "lost", 4, 0), 4);
    address.sun_family = AF_UNSPEC;
    CHECK_EQ(x_connect(pair[1], &address, sizeof address), 0);
    CHECK_ERRNO(x_recv(pair[1], into, 10, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(poll_now(pair[0]) & POLLERR, POLLERR);
    CHECK_ERRNO(x_recv(pair[0], into, 10, MSG_DONTWAIT), ECONNRESET);
    close(pair[0]);
    close(pair[1]);
}

// A receiver that isn't connected to the sender takes a few messages; then the sender waits.
static void test_full(void) {
    int r = bound("plumb-full");
    int s = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    socklen_t name = abstract_name("plumb-full");
    CHECK_EQ(x_connect(s, &address, name), 0);
    int sent = 0;
    while (sent < 2000 && x_send(s, "m", 1, MSG_DONTWAIT) == 1) sent++;
    CHECK_EQ(errno, EAGAIN);
    CHECK(sent >= 5);
    CHECK_EQ(poll_now(s), 0);
    int set = epoll_create1(0);
    struct epoll_event event = {EPOLLOUT | EPOLLET, {.fd = s}};
    CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, s, &event), 0);
    CHECK_EQ(epoll_wait(set, &event, 1, 0), 0);
    set_timeout(s, SO_SNDTIMEO, 20);
    CHECK_ERRNO(x_send(s, "m", 1, 0), EAGAIN);
    set_timeout(s, SO_SNDTIMEO, 0);
    CHECK_EQ(poll_now(s), 0);
    CHECK_EQ(x_recv(r, into, 1, 0), 1);
    CHECK_EQ(poll_now(s), POLLOUT);
    CHECK_EQ(epoll_wait(set, &event, 1, 1000), 1);
    pid_t child = fork();
    if (child == 0) {
        usleep(30000);
        for (int i = 0; i < 3; i++)
            if (recv(r, into, 1, 0) != 1) _exit(1);
        _exit(0);
    }
    for (int i = 0; i < 3; i++) CHECK_EQ(x_send(s, "m", 1, 0), 1); // waits for the child
    CHECK_EQ(waitpid(child, &value, 0), child);
    CHECK_EQ(value, 0);
    close(set);
    close(r);
    CHECK_EQ(poll_now(s), POLLOUT);
    CHECK_ERRNO(x_send(s, "m", 1, 0), ECONNREFUSED);
    close(s);
}

// A sender that is interrupted by a signal.
static void on_alarm(int signal) { (void)signal; }
static void test_signal(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, 0);
    struct itimerval soon = {{0, 0}, {0, 20000}};
    setitimer(ITIMER_REAL, &soon, 0);
    CHECK_ERRNO(x_recv(pair[0], into, 1, 0), EINTR);
    close(pair[0]);
    close(pair[1]);
}

int main(void) {
    EACH_DOOR({
        test_messages();
        test_addresses();
        test_disconnect();
        test_full();
        test_signal();
    })
    return test_end();
}
